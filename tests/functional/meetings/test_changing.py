"""Changing a meeting that people were invited to."""

import pytest

from chalicelib import storage
from chalicelib.meetings import invitations
from chalicelib.meetings.models import Invitation
from chalicelib.register.stores import USAGE
from chalicelib.storage import suspension
from chalicelib.storage.expiry import Place
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import calendar_of, event_of
from tests.functional.meetings.people import DAY, Host, a_guest, change_of_clocks, in_, link_of, sign_in


def test_everybody_gets_the_new_date_under_the_same_uid_with_a_higher_sequence(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    people = ("zoe@example.fr", "paul@example.com", host.account.email)
    before = {email: event_of(mailbox.last(email)) for email in people}
    for number in (1, 2):
        mailbox.empty()
        assert host.change(plan, **in_((number + 1) * DAY)).status == 303
        assert sorted(mail.to for mail in mailbox.mails) == sorted(people)
        for email in people:
            event = event_of(mailbox.last(email))
            assert calendar_of(mailbox.last(email))["method"] == "REQUEST"
            assert (event["uid"], event["sequence"]) == (before[email]["uid"], number)
            assert event["dtstart"].dt > before[email]["dtstart"].dt
            assert event["attendee"] == f"mailto:{email}"


def test_a_change_of_nothing_tells_nobody(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    mailbox.empty()
    assert host.change(plan).status == 303
    assert mailbox.mails == []


def test_a_meeting_moved_over_a_change_of_clocks_keeps_its_local_time(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", date=f"{change_of_clocks(forward=True)}", time="10:00")
    host.change(plan, date=f"{change_of_clocks(forward=False)}")
    assert event_of(mailbox.last("zoe@example.fr"))["dtstart"].dt.hour == 9, "winter time again: 9:00 UTC"
    host.browser.open(f"{plan.page}/edit")
    assert host.browser.page.form(f"{plan.page}/edit").fields["time"] == "10:00"


def test_links_given_before_a_change_still_work(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    before = link_of(mailbox, "zoe@example.fr")
    host.change(plan, title="Autre objet")
    assert link_of(mailbox, "zoe@example.fr") == before
    assert "Autre objet" in a_guest(mailbox).browser.open(before).text


def test_a_wrong_change_tells_nobody_and_keeps_what_was_typed(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    mailbox.empty()
    page = host.change(plan, title="Nouveau", date="2020-01-01")
    assert page.status == 400 and page.form(f"{plan.page}/edit").fields["title"] == "Nouveau"
    assert mailbox.mails == [] and "Nouveau" not in host.browser.open("/meetings").text


def test_the_twenty_eight_days_follow_the_new_date(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = host.plan("zoe@example.fr", **in_(DAY))
    link = link_of(mailbox, "zoe@example.fr")
    host.change(plan, **in_(40 * DAY))
    clock_file.move(days=35)
    sign_in(host)
    assert host.browser.open(plan.page).status == 200
    assert a_guest(mailbox).browser.open(link).status == 200
    host.change(plan, **in_(DAY))
    clock_file.move(days=30)
    sign_in(host)
    assert host.browser.open(plan.page).status == 404
    assert a_guest(mailbox).browser.open(link).status == 404


def test_a_meeting_that_is_over_is_changed_no_more(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    host.browser.open(f"{plan.page}/edit")
    form = host.browser.page.form(f"{plan.page}/edit").fields
    host.enter(plan)
    host.browser.call("POST", plan.api("end"))
    mailbox.empty()
    assert host.browser.post(f"{plan.page}/edit", {**form, **in_(DAY)}).status == 404
    assert mailbox.mails == []


def test_the_dates_of_a_frozen_invitation_follow_the_meeting_when_it_is_thawed(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(DAY))
    (invitation,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    place = Place(USAGE, invitation.pk, invitation.sk)
    suspension.freeze(place)
    host.change(plan, **in_(40 * DAY))
    suspension.thaw(place)
    (again,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    moved = int(again.delete_by or 0) - int(invitation.delete_by or 0)
    assert abs(moved - 39 * DAY) <= 60  # forms know minutes


def test_a_change_that_broke_off_is_made_good_by_the_next_try(
    host: Host, mailbox: Mailbox, clock_file: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = host.plan("zoe@example.fr", **in_(DAY))
    link, moved = a_guest(mailbox).link, in_(60 * DAY)

    def broken(*given: object) -> None:
        raise RuntimeError("the function was ended")

    with monkeypatch.context() as crash:
        crash.setattr(invitations, "move_clocks", broken)
        assert host.change(plan, **moved).status == 500
    assert host.change(plan, **moved).status == 303
    clock_file.move(days=59)
    assert a_guest(mailbox).browser.open(link).status == 200
