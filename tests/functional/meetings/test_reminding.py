"""The reminder before a meeting."""

import pytest

from chalicelib.gateways.mail import MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.rules import DELAYS
from chalicelib.meetings import reminding, scheduling
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import calendar_parts
from tests.functional.meetings.people import Host, a_guest, in_

HOUR = 3_600


def test_everybody_is_reminded_once_an_hour_before(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    host.plan("zoe@example.fr", "paul@example.com", **in_(3 * HOUR))
    mailbox.empty()
    assert reminding.remind_due() == 0
    clock_file.move(hours=2)
    assert reminding.remind_due() == 1
    assert sorted(mail.to for mail in mailbox.mails) == ["anne@lefevre.fr", "paul@example.com", "zoe@example.fr"]
    clock_file.move(seconds=60)
    assert reminding.remind_due() == 0
    assert len(mailbox.mails) == 3


def test_a_reminder_leads_in_and_leaves_calendars_alone(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    host.plan("zoe@example.fr", **in_(3 * HOUR))
    clock_file.move(hours=2)
    reminding.remind_due()
    mail = mailbox.last("zoe@example.fr")
    assert len(mailbox.to("zoe@example.fr")) == 2 and calendar_parts(mail) == []
    assert a_guest(mailbox).browser.open(mail.link("/i/")).status == 200
    assert mail.link("/my-data/")


def test_what_one_run_can_not_do_the_next_one_does(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    for _ in range(3):
        host.plan(**in_(3 * HOUR))
    clock_file.move(hours=2)
    assert reminding.remind_due(iter((0.0, 0.0, 10.0, 50.0)).__next__) == 2
    assert reminding.remind_due() == 1


def test_a_meeting_within_the_hour_reminds_nobody(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    host.plan("zoe@example.fr", **in_(HOUR // 2))
    mailbox.empty()
    clock_file.move(hours=1)
    assert reminding.remind_due() == 0 and mailbox.mails == []


def test_a_meeting_that_moved_reminds_at_its_new_time_only(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * HOUR))
    host.change(plan, **in_(6 * HOUR))
    mailbox.empty()
    clock_file.move(hours=2)
    assert reminding.remind_due() == 0
    clock_file.move(hours=3)
    assert reminding.remind_due() == 1 and len(mailbox.mails) == 2


def test_a_meeting_put_off_after_its_reminder_reminds_everybody_of_the_new_date(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * HOUR))
    clock_file.move(hours=2)
    reminding.remind_due()
    host.change(plan, **in_(26 * HOUR))
    mailbox.empty()
    clock_file.move(hours=25)
    assert reminding.remind_due() == 1
    assert sorted(mail.to for mail in mailbox.mails) == ["anne@lefevre.fr", "zoe@example.fr"]


def test_a_cancelled_meeting_reminds_nobody(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * HOUR))
    host.cancel(plan)
    mailbox.empty()
    clock_file.move(hours=2)
    assert reminding.remind_due() == 0 and mailbox.mails == []


def test_who_was_uninvited_is_not_reminded(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * HOUR))
    host.act(plan, "revoke")
    mailbox.empty()
    clock_file.move(hours=2)
    reminding.remind_due()
    assert [mail.to for mail in mailbox.mails] == [host.account.email]


@pytest.mark.parametrize("what", ["moved", "cancelled", "revoked", "over"])
def test_a_reminder_that_waits_is_not_sent_when_it_holds_no_more(
    host: Host, mailbox: Mailbox, clock_file: MovedClock, what: str
) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * HOUR), length="5")
    clock_file.move(hours=2)
    mailbox.fault = MailUnavailable("timeout")
    reminding.remind_due()
    mailbox.fault = None
    if what == "moved":
        host.change(plan, **in_(26 * HOUR))
    elif what == "cancelled":
        host.cancel(plan)
    elif what == "revoked":
        host.uninvite_all(plan)
    mailbox.empty()
    clock_file.move(seconds=DELAYS[0] if what != "over" else 2 * HOUR)
    mailing.send_due()
    assert [mail.subject for mail in mailbox.to("zoe@example.fr")] == []


def test_a_meeting_that_can_not_be_reminded_of_keeps_no_other(
    host: Host, mailbox: Mailbox, clock_file: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = host.plan("zoe@example.fr", **in_(3 * HOUR))
    host.plan("paul@example.com", **in_(3 * HOUR + 60))
    mailbox.empty()
    read = scheduling.read

    def broken(meeting: str) -> scheduling.Planned:
        if meeting.startswith(first.id):
            raise RuntimeError("a fault of our own")
        return read(meeting)

    monkeypatch.setattr(scheduling, "read", broken)
    clock_file.move(hours=2, seconds=60)
    reminding.remind_due()
    assert "paul@example.com" in [mail.to for mail in mailbox.mails]
