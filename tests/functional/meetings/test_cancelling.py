"""Cancelling a meeting."""

from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import calendar_of, event_of
from tests.functional.meetings.people import OFFER, Host, a_guest, admitted, in_, sign_in


def test_everybody_is_told_and_calendars_drop_the_meeting(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    people = ("zoe@example.fr", "paul@example.com", host.account.email)
    uids = {email: event_of(mailbox.last(email))["uid"] for email in people}
    mailbox.empty()
    assert host.cancel(plan).status == 303
    assert sorted(mail.to for mail in mailbox.mails) == sorted(people)
    for email in people:
        event = event_of(mailbox.last(email))
        assert calendar_of(mailbox.last(email))["method"] == "CANCEL"
        assert (event["uid"], event["status"], event["sequence"]) == (uids[email], "CANCELLED", 1)


def test_who_opens_the_link_reads_that_it_is_cancelled_and_can_not_enter(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    form = guest.browser.open(guest.link).form(guest.link).fields
    host.cancel(plan)
    page = guest.browser.open(guest.link)
    assert "annulée" in page.text and guest.link not in page.actions
    assert guest.browser.post(guest.link, {**form, "first_name": "Zoé", "name": "Été"}).status == 410


def test_a_cancelled_meeting_can_not_be_joined_changed_or_cancelled_again(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    host.cancel(plan)
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 410
    assert guest.me(plan).status == 410
    assert host.enter(plan).status == 410
    mailbox.empty()
    assert host.cancel(plan).status == 404 and mailbox.mails == []
    assert worker.joins == []


def test_a_live_meeting_that_is_cancelled_ends_for_all(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    host.cancel(plan)
    assert len(worker.pushed("end")) == 1


def test_asking_what_cancelling_does_changes_nothing(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    mailbox.empty()
    page = host.browser.open(f"{plan.page}/cancel")
    assert page.status == 200 and "2" in page.text
    assert mailbox.mails == [] and "annulée" not in host.browser.open(plan.page).text


def test_the_twenty_eight_days_of_a_cancelled_meeting_start_at_once(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan("zoe@example.fr", **in_(200 * 86_400))
    guest = a_guest(mailbox)
    host.cancel(plan)
    clock_file.move(days=28, seconds=1)
    sign_in(host)
    assert host.browser.open(plan.page).status == 404
    assert guest.browser.open(guest.link).status == 404


def test_who_was_uninvited_is_not_told(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    host.act(plan, "revoke", 0)
    mailbox.empty()
    host.cancel(plan)
    assert len([mail for mail in mailbox.mails if mail.to != host.account.email]) == 1
