"""A company's rules hold at every door of its meetings, and nobody else's."""

from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import closing, conduct, house
from chalicelib.accounts.models import Account
from chalicelib.accounts.roles import MEMBER
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Invitation, Meeting, Occurrence, Participant
from tests.functional.browser import Seen
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, Plan, a_guest, a_host

DAY = 86_400
ZOE = "zoe@client.fr"


def decide(host: Host, **rules: Any) -> Seen:
    """Changes some of the company's rules through the page."""
    host.browser.open("/company/rules")
    return host.browser.send("/company/rules", **rules)


def occurrence(plan: Plan) -> Occurrence:
    return scheduling.read(plan.id).occurrence


def test_rules_are_kept_and_told_where_meetings_are_planned(host: Host) -> None:
    page = decide(host, recording=False, lobby="always", keep="end", days="7", joiners="domains", domains="client.fr")
    assert "Les règles sont enregistrées." in page.text
    page = host.browser.open("/meetings/new")
    for words in ("Aucune réunion n’est enregistrée", "Tout le monde attend", "client.fr", "au plus tard 7 jours"):
        assert words in page.text.replace("\xa0", " ").replace("\u202f", " "), words


def test_only_those_with_that_role_change_rules(host: Host) -> None:
    host.browser.open("/company/rules")
    storage.update(host.account, Account.role.set(MEMBER))
    assert host.browser.send("/company/rules", keep="none").status == 403
    assert house.of(host.account.company) == conduct.Conduct()
    assert "/company/rules" not in host.browser.open("/company/rules").actions


def test_a_wrong_rule_is_named_and_nothing_is_written(host: Host) -> None:
    page = decide(host, days="29", keep="none")
    assert page.status == 400 and "de 1 à 28" in page.text
    assert house.kept(host.account.company) is None


def test_rules_of_one_company_say_nothing_to_another(host: Host, mailbox: Mailbox) -> None:
    other = a_host("lea@martin.fr")
    decide(host, joiners="members", keep="none")
    assert occurrence(other.plan(ZOE)).keep == "28d"


def test_messages_are_kept_no_longer_than_the_company_allows(host: Host) -> None:
    decide(host, keep="end")
    page = host.fill_in(keep="28d")
    assert page.status == 400 and "moins longtemps" in page.text
    assert occurrence(host.plan()).keep == "end"  # what the form offers first
    assert occurrence(host.plan(keep="none")).keep == "none"


def test_a_meeting_begun_at_once_keeps_what_the_company_allows(host: Host) -> None:
    decide(host, keep="none")
    host.browser.open("/meetings")
    answer = host.browser.send("/meetings/now", follow=False)
    assert scheduling.occurrence_of(answer.headers["Location"].rpartition("/")[2]).keep == "none"


def test_only_allowed_addresses_are_invited(host: Host, mailbox: Mailbox) -> None:
    decide(host, joiners="domains", domains="client.fr")
    page = host.fill_in(ZOE, "max@ailleurs.fr")
    assert page.status == 400 and "max@ailleurs.fr" in page.text
    assert mailbox.to(ZOE) == []
    plan = host.plan(ZOE)
    assert "max@ailleurs.fr" in host.invite(plan, "max@ailleurs.fr").text
    assert mailbox.to("max@ailleurs.fr") == []


def test_who_was_invited_before_the_rule_stays_outside(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    guest = a_guest(mailbox, ZOE)
    decide(host, joiners="members")
    page = guest.enter()
    assert page.status == 403 and "ne reçoit pas" in page.text
    assert not list(storage.query(Participant, occurrence(plan).partition, "participant#"))


def test_where_everybody_waits_no_host_opens_the_room(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    host.enter(plan)
    assert host.browser.call("POST", plan.api("door"), {"invited": True}).status < 300
    decide(host, lobby="always")
    guest = a_guest(mailbox, ZOE)
    guest.enter()
    assert guest.state(plan) == "waiting"
    host.enter(plan)
    answer = host.browser.call("POST", plan.api("door"), {"company": True})
    assert answer.status == 403 and "attende" in answer.json["error"]["message"]
    assert host.browser.call("POST", plan.api("door"), {"invited": False}).status < 300
    room = host.browser.open(f"/m/{plan.occurrence}").html
    assert "attende d’être admis" in room and 'id="door-invited" disabled' in room
    assert host.browser.call("GET", plan.api("waiting")).json["door"]["invited"] is False


@pytest.mark.parametrize(("lobby", "state"), [("host", "waiting"), ("company", "waiting"), ("invited", "admitted")])
def test_new_meetings_are_open_as_the_company_wishes(host: Host, mailbox: Mailbox, lobby: str, state: str) -> None:
    decide(host, lobby=lobby)
    plan = host.plan(ZOE)
    guest = a_guest(mailbox, ZOE)
    guest.enter()
    assert guest.state(plan) == state
    assert bool(occurrence(plan).open_company) == (lobby != "host")


def test_what_a_meeting_leaves_goes_as_early_as_the_company_wishes(
    host: Host, mailbox: Mailbox, clock_file: Any
) -> None:
    decide(host, days="3")
    plan = host.plan(ZOE)
    a_guest(mailbox, ZOE).enter()
    end = int(occurrence(plan).ends_at)
    (invitation,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    (person,) = storage.query(Participant, occurrence(plan).partition, "participant#")
    assert occurrence(plan).delete_by == invitation.delete_by == end + 3 * DAY
    assert person.delete_by <= clock.now() + 3 * DAY
    clock_file.move(days=4, seconds=3_601)
    assert storage.get(Meeting, f"meeting#{plan.id}", "meeting") is None


def test_a_meeting_that_is_moved_keeps_its_shorter_days(host: Host, mailbox: Mailbox) -> None:
    decide(host, days="3")
    plan = host.plan(ZOE)
    host.change(plan, title="Plus tard", length="30")
    assert occurrence(plan).delete_by == int(occurrence(plan).ends_at) + 3 * DAY


def test_rules_go_with_the_company(host: Host) -> None:
    decide(host, days="3")
    account = accounts.find(host.account.id)
    assert account is not None and house.kept(account.company) is not None
    closing.close(account)
    assert house.kept(account.company) is None
