"""Planning for somebody else: the host is the host, who planned it goes on planning, co-hosts come in as such."""

import pytest

from chalicelib import clock, keyed, storage
from chalicelib.accounts.models import Account, Login, Member
from chalicelib.accounts.roles import MEMBER
from chalicelib.meetings import changes, reminding, scheduling
from chalicelib.meetings.models import MeetingRole
from chalicelib.privacy import own_data
from chalicelib.register.events import Event
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import calendar_of, event_of
from tests.functional.meetings.people import DAY, Host, Plan, a_guest, a_host, in_, sign_in

ZOE = "zoe@example.fr"


def colleague(host: Host, email: str, first_name: str) -> Host:
    """Somebody of the same company, signed in."""
    now, identifier = clock.now(), keyed.new_id()
    account = Account(
        f"account#{identifier}",
        "account",
        email=email,
        first_name=first_name,
        name="Benali",
        password_hash="no password opens it",
        company=host.account.company,
        role=MEMBER,
        language="fr",
        timezone="Europe/Paris",
        verified_at=now,
        created_at=now,
        policy_version="1",
    )
    for item in (
        account,
        Login(f"login#{keyed.email_hash(email)}", "login", account=identifier),
        Member(f"company#{account.company}", f"member#{identifier}", account=identifier, role=MEMBER, joined_at=now),
    ):
        storage.create(item, {Event.LAST_USE: now})
    found = Host(account)
    sign_in(found)
    return found


@pytest.fixture
def karim(host: Host) -> Host:
    return colleague(host, "karim@lefevre.fr", "Karim")


@pytest.fixture
def lucie(host: Host) -> Host:
    return colleague(host, "lucie@lefevre.fr", "Lucie")


def planned_for(host: Host, director: Host, *cohosts: Host, **typed: str) -> Plan:
    """The assistant (``host``) plans, the director holds it."""
    ticked = {f"cohost_{one.account.id}": "yes" for one in cohosts}
    plan = host.plan(ZOE, host=director.account.id, **ticked, **typed)
    return Plan(plan.id, director)


def test_the_director_is_host_and_gets_calendar_and_mails(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim)
    assert sorted(mail.to for mail in mailbox.mails) == ["karim@lefevre.fr", ZOE]
    mail = mailbox.last("karim@lefevre.fr")
    assert "Anne Dupont a planifié cette réunion" in mail.text
    assert event_of(mail)["attendee"] == "mailto:karim@lefevre.fr"
    assert event_of(mail)["attendee"].params["partstat"] == "ACCEPTED"
    assert "Karim Benali" in mailbox.last(ZOE).text and "Anne" not in mailbox.last(ZOE).text
    assert karim.browser.open(f"/m/{plan.occurrence}").status == 200
    assert karim.browser.call("GET", plan.api("me")).json["role"] == "host"
    assert f'href="{plan.page}"' in karim.browser.open("/meetings").html


def test_who_planned_it_changes_invites_cancels_and_is_named(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim)
    assert "Planifiée par Anne Dupont" in karim.browser.open(plan.page).text
    assert f'href="{plan.page}"' in host.browser.open("/meetings").html
    assert host.invite(plan, "paul@example.com").status == 200
    assert host.change(plan, title="Autre objet").status == 303
    assert "Anne Dupont a modifié cette réunion" in mailbox.last("karim@lefevre.fr").text
    assert mailbox.to(host.account.email) == []
    assert host.cancel(plan).status == 303
    assert event_of(mailbox.last("karim@lefevre.fr"))["status"] == "CANCELLED"


def test_who_planned_it_does_not_enter_nor_take_what_was_written(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim, **in_(0))
    karim.browser.open(f"/m/{plan.occurrence}")
    assert host.browser.open(f"/m/{plan.occurrence}").status == 404
    host.browser.open(plan.page)
    token = host.browser.page.form("/signout").fields["csrf"]
    assert host.browser.post(f"{plan.page}/files/chat.txt", {"csrf": token}).status == 404
    assert host.browser.call("GET", plan.api("waiting")).status == 404


def test_a_co_host_comes_in_as_such_and_changes_nothing(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE, **{f"cohost_{karim.account.id}": "yes"}, **in_(0))
    assert "vous a nommé coorganisateur" in mailbox.last("karim@lefevre.fr").text
    assert event_of(mailbox.last("karim@lefevre.fr"))["summary"] == "Point projet"
    assert karim.browser.open(f"/m/{plan.occurrence}").status == 200
    me = karim.browser.call("GET", plan.api("me")).json
    assert (me["role"], me["state"]) == ("cohost", "admitted")
    guest = a_guest(mailbox)
    guest.enter()
    path = plan.api(f"participants/{guest.id(plan)}/admit")
    assert karim.browser.call("POST", path).status == 204 and guest.state(plan) == "admitted"
    page = karim.browser.open(plan.page)
    assert page.status == 200 and ZOE not in page.text
    assert karim.browser.open(f"{plan.page}/edit").status == 404
    assert karim.browser.open(f"{plan.page}/cancel").status == 404


def test_a_colleague_without_a_role_finds_nothing(host: Host, karim: Host, lucie: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim)
    for page in (plan.page, f"{plan.page}/edit", f"/m/{plan.occurrence}"):
        assert lucie.browser.open(page).status == 404
    assert plan.id not in lucie.browser.open("/meetings").html


@pytest.mark.parametrize("wrong", ["stranger", "nobody", "x" * 300, "\u0000"])
def test_somebody_of_another_company_is_not_chosen(host: Host, karim: Host, mailbox: Mailbox, wrong: str) -> None:
    other = a_host("eve@ailleurs.fr").account.id if wrong == "stranger" else wrong
    page = host.fill_in(ZOE, host=other)
    assert page.status == 400 and 'id="wrong-host"' in page.html
    page = host.fill_in(ZOE, **{f"cohost_{other}": "yes"})
    assert page.status == 400 and 'id="wrong-cohosts"' in page.html
    assert mailbox.mails == [] and "Point projet" not in host.browser.open("/meetings").text


def test_a_meeting_handed_over_moves_from_one_calendar_to_the_other(
    host: Host, karim: Host, lucie: Host, mailbox: Mailbox
) -> None:
    plan = planned_for(host, karim, repeat="weekly", count="3")
    mailbox.empty()
    host.browser.open(f"{plan.page}-2")
    action = f"{plan.page}-2/organisers"
    assert host.browser.send(action, host=lucie.account.id).status == 200
    assert sorted(mail.to for mail in mailbox.mails) == ["karim@lefevre.fr", "lucie@lefevre.fr"]
    gone, come = (mailbox.last(email) for email in ("karim@lefevre.fr", "lucie@lefevre.fr"))
    assert (calendar_of(gone)["method"], calendar_of(come)["method"]) == ("CANCEL", "REQUEST")
    assert event_of(gone)["uid"] == event_of(come)["uid"] and event_of(gone)["sequence"] == 1
    assert karim.browser.open(plan.page).status == 404 and lucie.browser.open(plan.page).status == 200
    assert lucie.browser.open(f"/m/{plan.id}-3").status == 200
    assert "Lucie Benali" in a_guest_page(mailbox, host, plan)
    assert {date.host for date in scheduling.read(plan.id).dates} == {lucie.account.id}


def a_guest_page(mailbox: Mailbox, host: Host, plan: Plan) -> str:
    host.browser.open(f"{plan.page}-1")
    host.browser.send(f"{plan.page}-1/invitations", invitees="later@example.fr")
    return mailbox.last("later@example.fr").text


def test_what_was_held_stays_with_who_held_it(
    host: Host, karim: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE, **in_(3_600), repeat="weekly", count="3")
    clock_file.move(days=2)
    host.browser.open(f"/meetings/{plan.id}-2")
    host.browser.send(f"/meetings/{plan.id}-2/organisers", host=karim.account.id)
    assert [date.host for date in scheduling.read(plan.id).dates] == [host.account.id, *[karim.account.id] * 2]
    token = karim.browser.open("/meetings").form("/signout").fields["csrf"]
    assert karim.browser.post(f"/meetings/{plan.id}-1/files/chat.txt", {"csrf": token}).status == 404
    assert karim.browser.post(f"/meetings/{plan.id}-2/files/chat.txt", {"csrf": token}).status == 200


def test_the_same_organisers_again_tell_nobody(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim)
    mailbox.empty()
    host.browser.open(plan.page)
    assert host.browser.send(f"{plan.page}/organisers").status == 200 and mailbox.mails == []


def test_host_and_co_hosts_are_reminded_and_who_planned_is_not(
    host: Host, karim: Host, lucie: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    planned_for(host, karim, lucie, **in_(2 * 3_600))
    mailbox.empty()
    clock_file.move(hours=1)
    assert reminding.remind_due() == 1
    assert sorted(mail.to for mail in mailbox.mails) == ["karim@lefevre.fr", "lucie@lefevre.fr", ZOE]


def test_a_role_goes_with_the_meeting_and_with_who_leaves(host: Host, karim: Host, mailbox: Mailbox) -> None:
    plan = planned_for(host, karim, **in_(DAY))
    (role,) = storage.listed(MeetingRole, f"roles#{host.account.id}")
    meeting = scheduling.read(plan.id).meeting
    assert role.delete_by == meeting.delete_by
    assert [len(found) for found in (own_data.of(host.account)["meeting_role"],)] == [1]
    host.change(plan, **in_(9 * DAY))
    (moved,) = storage.listed(MeetingRole, f"roles#{host.account.id}")
    assert int(moved.delete_by or 0) == scheduling.read(plan.id).meeting.delete_by
    assert changes.cancel_all_of(host.account) == 0
    assert list(storage.listed(MeetingRole, f"roles#{host.account.id}")) == []
    assert scheduling.read(plan.id).meeting.cancelled_at is None
