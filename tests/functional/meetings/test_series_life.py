"""A series as it is lived: one date after the other, each with its own room, reminder and clock."""

import pytest

from chalicelib import clock, storage
from chalicelib.errors import Conflict
from chalicelib.fleet import load
from chalicelib.fleet.rules import usual_load
from chalicelib.meetings import changes, reminding, scheduling
from chalicelib.meetings.models import Invitation, Meeting, Occurrence
from chalicelib.privacy import own_data
from chalicelib.register.events import Event
from tests.functional.browser import Seen
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, OFFER, Guest, Host, Plan, a_guest, in_, link_of, sign_in

ZOE = "zoe@example.fr"
HOUR = 3_600
WEEK = 7 * DAY


def weekly(host: Host, *invitees: str, first: int = 3 * HOUR, count: str = "3") -> Plan:
    """A date a week, the first in three hours."""
    return host.plan(*(invitees or (ZOE,)), **in_(first, "America/Martinique"), repeat="weekly", count=count)


def date(plan: Plan, number: int) -> Occurrence:
    return scheduling.read(f"{plan.id}-{number}").occurrence


def fill_in(host: Host, action: str, **typed: str) -> Seen:
    """Sends the form that is open."""
    return host.browser.send(action, True, **typed)


def enter(guest: Guest, number: int, plan: Plan) -> str:
    """Opens the personal link and gives the names. Returns the participant's id at that date."""
    page = guest.enter()
    assert page.path == f"/m/{plan.id}-{number}"
    return str(guest.browser.call("GET", f"/api/occurrences/{plan.id}-{number}/me").json["participant"])


def admit(host: Host, plan: Plan, number: int, participant: str) -> None:
    host.browser.open(f"/m/{plan.id}-{number}")
    path = f"/api/occurrences/{plan.id}-{number}/participants/{participant}/admit"
    assert host.browser.call("POST", path).status == 204


def state(guest: Guest, plan: Plan, number: int) -> str:
    answer = guest.browser.call("GET", f"/api/occurrences/{plan.id}-{number}/me")
    return str(answer.json["state"]) if answer.status == 200 else str(answer.status)


def test_everybody_is_reminded_once_of_each_date(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    weekly(host)
    mailbox.empty()
    for _week in range(3):
        assert reminding.remind_due() == 0
        clock_file.move(hours=2)
        assert reminding.remind_due() == 1 and reminding.remind_due() == 0
        assert sorted(mail.to for mail in mailbox.mails) == sorted([ZOE, host.account.email])
        mailbox.empty()
        clock_file.move(seconds=WEEK - 2 * HOUR)
    assert reminding.remind_due() == 0


def test_the_reminder_follows_what_was_moved_and_cancelled(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = weekly(host)
    host.browser.open(f"/meetings/{plan.id}-1/cancel")
    host.browser.send(f"/meetings/{plan.id}-1/cancel", scope="one")
    day = in_(3 * HOUR + WEEK + DAY, "America/Martinique")
    host.browser.open(f"/meetings/{plan.id}-2/edit?scope=one")
    fill_in(host, f"/meetings/{plan.id}-2/edit", **day)
    mailbox.empty()
    clock_file.move(seconds=2 * HOUR + WEEK)
    assert reminding.remind_due() == 0
    clock_file.move(days=1)
    assert reminding.remind_due() == 1 and len(mailbox.to(ZOE)) == 1


def test_the_pool_of_workers_hears_of_each_date(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    weekly(host, ZOE, "paul@example.com")
    for _week in range(2):
        clock_file.move(hours=2, seconds=60)
        reminding.remind_due()
        clock_file.move(seconds=HOUR - 360)
        assert load.to_come(clock.now()) == usual_load(3)
        clock_file.move(seconds=WEEK - 3 * HOUR + 300)


def test_a_personal_link_leads_to_the_date_that_comes_next(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = weekly(host)
    link = link_of(mailbox, ZOE)
    for number in (1, 2, 3):
        sign_in(host)
        guest = Guest(link)
        admit(host, plan, number, enter(guest, number, plan))
        assert state(guest, plan, number) == "admitted"
        host.browser.call("POST", f"/api/occurrences/{plan.id}-{number}/end")
        clock_file.move(seconds=WEEK)
    assert "terminée" in Guest(link).browser.open(link).text


def test_a_date_that_nobody_ended_gives_way_to_the_next(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = host.plan(ZOE, **in_(HOUR), repeat="weekly", day_0="yes", day_1="yes", day_2="yes", day_3="yes", count="3")
    first, second = date(plan, 1), date(plan, 2)
    guest = a_guest(mailbox)
    clock_file.move(seconds=int(first.ends_at) + HOUR - clock.now())
    assert guest.enter().path == f"/m/{plan.id}-1", "it runs late"
    clock_file.move(seconds=int(second.starts_at) - 600 - clock.now())
    assert guest.enter().path == f"/m/{plan.id}-2"


def test_who_was_let_in_waits_again_at_the_next_date(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    admit(host, plan, 1, enter(guest, 1, plan))
    host.browser.call("POST", f"/api/occurrences/{plan.id}-1/end")
    assert enter(guest, 2, plan) and state(guest, plan, 2) == "waiting"


def test_who_was_refused_at_one_date_may_ask_again_at_the_next(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    person = enter(guest, 1, plan)
    host.browser.open(f"/m/{plan.id}-1")
    host.browser.call("POST", f"/api/occurrences/{plan.id}-1/participants/{person}/refuse")
    assert state(guest, plan, 1) == "refused" and guest.browser.open(guest.link).status == 403
    host.browser.call("POST", f"/api/occurrences/{plan.id}-1/end")
    assert enter(guest, 2, plan) and state(guest, plan, 2) == "waiting"


def test_a_pass_of_one_date_opens_no_other(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    admit(host, plan, 1, enter(guest, 1, plan))
    assert state(guest, plan, 2) == "404"


def test_a_revoked_link_opens_no_date_and_who_is_in_leaves(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = weekly(host, first=0)
    guest = a_guest(mailbox)
    admit(host, plan, 1, enter(guest, 1, plan))
    guest.browser.call("POST", f"/api/occurrences/{plan.id}-1/join", OFFER, "application/sdp")
    host.browser.open(f"/meetings/{plan.id}-3")
    host.browser.send(next(one for one in host.browser.page.actions if one.endswith("/revoke")))
    assert state(guest, plan, 1) == "removed" and len(worker.pushed("remove")) == 1
    assert guest.browser.open(guest.link).status == 404


def test_a_date_that_is_ended_leaves_the_others_open(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = weekly(host, first=0)
    host.browser.open(f"/m/{plan.id}-1")
    assert host.browser.call("POST", f"/api/occurrences/{plan.id}-1/end").status == 204
    assert host.browser.open(f"/m/{plan.id}-1").status == 410
    assert host.browser.open(f"/m/{plan.id}-2").status == 200
    page = host.browser.open("/meetings")
    assert f'href="/meetings/{plan.id}-1"' in page.html.partition("Passées")[2]
    assert f'href="/meetings/{plan.id}-2"' in page.html.partition("Passées")[0]


def test_each_date_is_forgotten_by_its_own_end_and_the_rest_with_the_last(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    ends = [int(date(plan, number).ends_at) for number in (1, 2, 3)]
    (invitation,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    assert [int(date(plan, number).delete_by or 0) for number in (1, 2, 3)] == [end + 28 * DAY for end in ends]
    assert invitation.delete_by == ends[2] + 28 * DAY
    clock_file.move(seconds=ends[0] + 28 * DAY + 1 - clock.now())
    sign_in(host)
    assert host.browser.open(f"/meetings/{plan.id}-1").status == 404
    assert host.browser.open(f"/meetings/{plan.id}-2").status == 200
    assert guest.browser.open(guest.link).status == 200
    clock_file.move(seconds=2 * WEEK)
    sign_in(host)
    assert host.browser.open(f"/meetings/{plan.id}-3").status == host.browser.open(plan.page).status == 404
    assert guest.browser.open(guest.link).status == 404


def test_the_clock_of_the_whole_follows_a_last_date_that_goes_or_moves(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)

    def counts_from() -> int:
        meeting = storage.get(Meeting, f"meeting#{plan.id}", "meeting")
        (invitation,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
        assert meeting is not None and meeting.moments() == invitation.moments()
        return meeting.moments()[Event.MEETING_END]

    host.browser.open(f"/meetings/{plan.id}-3/cancel")
    host.browser.send(f"/meetings/{plan.id}-3/cancel", scope="one")
    assert counts_from() == date(plan, 2).ends_at
    host.browser.open(f"/meetings/{plan.id}-2/edit")
    fill_in(host, f"/meetings/{plan.id}-2/edit", **in_(4 * WEEK))
    assert counts_from() == date(plan, 2).ends_at > clock.now() + 3 * WEEK


def test_what_has_been_is_changed_and_cancelled_no_more(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = weekly(host, count="4")
    clock_file.move(seconds=WEEK)
    sign_in(host)
    host.browser.open(f"/meetings/{plan.id}-3/edit?scope=all")
    assert "repeat" not in host.browser.page.form(f"/meetings/{plan.id}-3/edit").fields
    assert host.browser.send(f"/meetings/{plan.id}-3/edit", title="Comité", follow=False).status == 303
    assert [date(plan, number).title for number in (1, 2, 3, 4)] == ["Point projet", *["Comité"] * 3]
    assert host.browser.open(f"/meetings/{plan.id}-1/edit").status == 200
    assert fill_in(host, f"/meetings/{plan.id}-1/edit", **in_(DAY)).status == 404
    host.browser.open(f"/meetings/{plan.id}-2/cancel")
    host.browser.send(f"/meetings/{plan.id}-2/cancel", scope="all")
    assert [bool(date(plan, number).cancelled_at) for number in (1, 2, 3, 4)] == [False, True, True, True]


def test_two_who_cancel_at_once_have_one_effect(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    stale = scheduling.find(host.account, f"{plan.id}-2")
    changes.cancel(host.account, scheduling.find(host.account, f"{plan.id}-2"))
    mailbox.empty()
    with pytest.raises(Conflict):
        changes.cancel(host.account, stale, "following")
    assert mailbox.mails == [] and not date(plan, 3).cancelled_at


def test_an_account_that_closes_cancels_what_is_left_of_its_series(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = weekly(host)
    clock_file.move(seconds=WEEK)
    mailbox.empty()
    assert changes.cancel_all_of(host.account) == 1
    assert [bool(date(plan, number).cancelled_at) for number in (1, 2, 3)] == [False, True, True]
    assert len(mailbox.to(ZOE)) == 1


def test_a_persons_copy_holds_every_date_and_the_reminder_once(host: Host) -> None:
    weekly(host)
    found = own_data.of(host.account)
    assert [len(found[kind]) for kind in ("meeting", "occurrence", "reminder")] == [1, 3, 1]


def test_a_guest_reads_what_is_kept_of_every_date(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    for number, name in ((1, "Zoé"), (2, "Zoé-Anne")):
        guest.browser.open(guest.link)
        guest.browser.send(guest.link, first_name=name, name="Été")
        host.browser.open(f"/m/{plan.id}-{number}")
        host.browser.call("POST", f"/api/occurrences/{plan.id}-{number}/end")
    page = guest.browser.open(guest.link.replace("/i/", "/my-data/"))
    assert "Zoé Été" in page.text and "Zoé-Anne Été" in page.text
