"""People of a meeting: a host with a company and a session, guests with the link from their mail.

Accounts are written straight into the store: the pages by which people get one are tested elsewhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib import clock, keyed, sessions, storage
from chalicelib.accounts.models import Account, Company, Login, Member, Subscription
from chalicelib.accounts.roles import OWNER
from chalicelib.accounts.rules import TRIAL
from chalicelib.meetings.times import typed
from chalicelib.register.events import Event
from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox

DAY = 86_400
OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"


@dataclass(frozen=True)
class Plan:
    """A meeting as a host knows it."""

    id: str
    host: "Host"

    @property
    def occurrence(self) -> str:
        return f"{self.id}-1"

    @property
    def page(self) -> str:
        return f"/meetings/{self.id}"

    def api(self, rest: str) -> str:
        return f"/api/occurrences/{self.occurrence}/{rest}"


@dataclass
class Host:
    """Somebody with an account, signed in."""

    account: Account
    browser: Browser = field(default_factory=Browser)

    def plan(self, *invitees: str, **typed: str) -> Plan:
        """Plans through the form; by default a meeting of an hour that begins tomorrow."""
        answer = self.fill_in(*invitees, **typed)
        assert answer.status == 303, answer.text
        return Plan(answer.headers["Location"].split("/")[2].partition("?")[0], self)

    def fill_in(self, *invitees: str, **typed: str) -> Seen:
        """Sends the form of a new meeting and stays where the answer is."""
        self.browser.open("/meetings/new")
        fields: dict[str, Any] = {**in_(DAY), "title": "Point projet", "invitees": "\n".join(invitees), **typed}
        return self.browser.send("/meetings/new", follow=False, **fields)

    def invite(self, plan: Plan, *invitees: str) -> Seen:
        """Adds people on the meeting's page."""
        self.browser.open(plan.page)
        return self.browser.send(f"{plan.page}/invitations", invitees="\n".join(invitees))

    def change(self, plan: Plan, **typed: str) -> Seen:
        self.browser.open(f"{plan.page}/edit")
        return self.browser.send(f"{plan.page}/edit", follow=False, **typed)

    def cancel(self, plan: Plan) -> Seen:
        self.browser.open(f"{plan.page}/cancel")
        return self.browser.send(f"{plan.page}/cancel", follow=False)

    def act(self, plan: Plan, verb: str, number: int = 0) -> Seen:
        """Presses "resend" or "revoke" beside one of the invitees."""
        page = self.browser.open(plan.page)
        return self.browser.send([action for action in page.actions if action.endswith(f"/{verb}")][number])

    def uninvite_all(self, plan: Plan) -> None:
        """Revokes every link."""
        while any(action.endswith("/revoke") for action in self.browser.open(plan.page).actions):
            self.act(plan, "revoke")

    def enter(self, plan: Plan) -> Seen:
        """Opens the room's page."""
        return self.browser.open(f"/m/{plan.occurrence}")

    def decide(self, plan: Plan, verb: str, participant: str) -> Seen:
        """Admits, refuses, removes."""
        self.enter(plan)
        return self.browser.call("POST", plan.api(f"participants/{participant}/{verb}"))

    def waiting(self, plan: Plan) -> list[dict[str, Any]]:
        self.enter(plan)
        answer = self.browser.call("GET", plan.api("waiting"))
        assert answer.status == 200
        return list(answer.json["waiting"])

    def out(self, plan: Plan) -> list[str]:
        """Ids of those who were refused or put out and may be let in again."""
        self.enter(plan)
        return [one["participant"] for one in self.browser.call("GET", plan.api("waiting")).json["out"]]


@dataclass
class Guest:
    """Somebody invited, in one browser. ``link``: the path of the personal link."""

    link: str
    browser: Browser = field(default_factory=Browser)

    def enter(self, first_name: str = "Zoé", name: str = "Été") -> Seen:
        """Opens the link and gives the names; follows to the room's page where it leads there."""
        self.browser.open(self.link)
        return self.browser.send(self.link, first_name=first_name, name=name)

    def me(self, plan: Plan) -> Seen:
        return self.browser.call("GET", plan.api("me"))

    def id(self, plan: Plan) -> str:
        return str(self.me(plan).json["participant"])

    def state(self, plan: Plan) -> str:
        answer = self.me(plan)
        return str(answer.json["state"]) if answer.status == 200 else str(answer.status)


def change_of_clocks(*, forward: bool, zone: str = "Europe/Paris") -> date:
    """The next day on which clocks are put forward (back)."""
    where = ZoneInfo(zone)
    today = datetime.fromtimestamp(clock.now(), where).date()
    for day in (today + timedelta(days=number) for number in range(1, 366)):
        before, after = (datetime.combine(day, time(hour), where).utcoffset() or timedelta() for hour in (0, 12))
        if (after > before) if forward else (after < before):
            return day
    raise LookupError(zone)


def in_(seconds: int, zone: str = "Europe/Paris") -> dict[str, str]:
    """The fields of a form for the minute that far ahead."""
    day, hour = typed(clock.now() + seconds, zone)
    return {"date": day, "time": hour, "timezone": zone}


def a_host(email: str = "anne@lefevre.fr", **details: str) -> Host:
    """A company of one person, on trial."""
    now = clock.now()
    identifier, company = keyed.new_id(), keyed.new_id()
    account = Account(
        f"account#{identifier}",
        "account",
        email=email,
        first_name=details.get("first_name", "Anne"),
        name=details.get("name", "Dupont"),
        password_hash="no password opens it",
        company=company,
        role=OWNER,
        language=details.get("language", "fr"),
        timezone=details.get("timezone", "Europe/Paris"),
        verified_at=now,
        created_at=now,
        policy_version="1",
    )
    firm = Company(
        f"company#{company}", "company", name="Cabinet Lefèvre", privacy_contact="dpo@lefevre.fr", created_at=now
    )
    for item in (
        account,
        Login(f"login#{keyed.email_hash(email)}", "login", account=identifier),
        firm,
        Member(firm.pk, f"member#{identifier}", account=identifier, role=OWNER, joined_at=now),
        Subscription(firm.pk, "subscription", plan=TRIAL, since=now),
    ):
        storage.create(item, {Event.LAST_USE: now})
    host = Host(account)
    sign_in(host)
    return host


def sign_in(host: Host) -> None:
    """A new session in the host's browser, as after a long time away."""
    cookie = sessions.start(host.account.id, "Firefox, Linux")
    host.browser.cookies[cookie.name] = cookie.value


def link_of(mailbox: Mailbox, email: str) -> str:
    """The personal link in the last mail to somebody."""
    return mailbox.last(email).link("/i/")


def a_guest(mailbox: Mailbox, email: str = "zoe@example.fr") -> Guest:
    return Guest(link_of(mailbox, email))


def admitted(plan: Plan, mailbox: Mailbox, email: str = "zoe@example.fr") -> Guest:
    """A guest whom the host let in."""
    guest = a_guest(mailbox, email)
    guest.enter()
    assert plan.host.decide(plan, "admit", guest.id(plan)).status == 204
    return guest
