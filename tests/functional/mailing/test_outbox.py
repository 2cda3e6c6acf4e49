"""The outbox: written before it is sent, tried again, sent once."""

from dataclasses import replace
from threading import Barrier, Event, Thread

import pytest

from chalicelib import storage
from chalicelib.gateways import mail as gateway
from chalicelib.gateways.mail import MailRefused, MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import About, Mail
from chalicelib.mailing.models import OutgoingMail
from chalicelib.mailing.rules import DELAYS, next_delay
from chalicelib.pages import Letter
from chalicelib.register.stores import EPHEMERAL
from chalicelib.storage import expiry
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox

pytestmark = pytest.mark.usefixtures("stores")
ABOUT = About("m1", "i1", 2_000_000_000)


def a_mail(subject: str = "Bonjour", thread: str = "t1", to: str = "zoe@example.fr") -> Mail:
    return Mail(to, Letter(subject, "text", "<p>html</p>"), "invitation", controller="c1", about=ABOUT, thread=thread)


def held() -> list[dict[str, object]]:
    return [item for item in expiry.scan(EPHEMERAL) if item["kind"] == "outgoing_mail"]


def state() -> str:
    found = mailing.delivery_of("m1", "i1")
    assert found is not None
    return str(found.state)


def test_what_is_sent_keeps_neither_address_nor_words(mailbox: Mailbox) -> None:
    mailing.post([a_mail()])
    assert [mail.subject for mail in mailbox.to("zoe@example.fr")] == ["Bonjour"]
    (item,) = held()
    assert item["state"] == "sent" and "zoe" not in str(item) and "Bonjour" not in str(item)
    assert state() == "sent"


def test_what_one_run_can_not_send_the_next_one_does(mailbox: Mailbox, clock_file: MovedClock) -> None:
    number = mailing.AT_ONCE + 2 * mailing.SIDE_BY_SIDE
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([a_mail(thread=f"t{each}", to=f"guest{each}@example.fr") for each in range(number)])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    seconds = iter((0.0, 0.0, mailing.RUN_FOR - 1, mailing.RUN_FOR))
    assert mailing.send_due(seconds.__next__) == 2 * mailing.SIDE_BY_SIDE
    assert mailing.send_due() == number - 2 * mailing.SIDE_BY_SIDE
    assert sorted(mail.to for mail in mailbox.mails) == sorted(f"guest{each}@example.fr" for each in range(number))


def test_a_mail_is_tried_again_by_the_schedule_and_then_given_up(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([a_mail()])
    assert state() == "delayed"
    for number, delay in enumerate(DELAYS):
        assert mailing.send_due() == 0, "not before its time"
        clock_file.move(seconds=delay)
        assert state() == "delayed"
        assert mailing.send_due() == 1
        assert int(str(held()[0]["attempts"])) == number + 2
    assert state() == "failed" and "zoe" not in str(held())
    mailbox.fault = None
    clock_file.move(hours=24)
    assert mailing.send_due() == 0 and mailbox.mails == []


def test_the_waits_grow_and_end() -> None:
    waits = [next_delay(attempts) for attempts in range(1, len(DELAYS) + 2)]
    assert waits == [*DELAYS, None] and list(DELAYS) == sorted(DELAYS)


def test_a_refused_mail_is_not_tried_again(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailRefused("smtp 550")
    mailing.post([a_mail()])
    clock_file.move(days=2)
    assert mailing.send_due() == 0 and state() == "failed" and "zoe" not in str(held())


def test_a_newer_mail_of_a_thread_takes_the_place_of_a_waiting_one(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([a_mail("Ancienne date"), a_mail("Autre fil", thread="t2")])
    clock_file.move(seconds=5)
    mailing.post([a_mail("Nouvelle date")])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    mailing.send_due()
    assert sorted(mail.subject for mail in mailbox.mails) == ["Autre fil", "Nouvelle date"]


def test_two_runs_at_once_send_once(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([a_mail(f"{number}", thread=f"t{number}") for number in range(8)])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    start = Barrier(2)

    def run() -> None:
        start.wait()
        mailing.send_due()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.subject for mail in mailbox.mails) == [f"{number}" for number in range(8)]


def test_what_was_read_before_another_run_sent_it_is_not_sent_again(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([a_mail()])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    (stale,) = storage.listed(OutgoingMail, mailing.QUEUE)
    mailing.send_due()
    mailing.attempt(stale)
    assert len(mailbox.mails) == 1


def test_a_mail_replaced_while_the_carrier_takes_it_breaks_nothing(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = Event()

    def send(sender: str, recipient: str, message: bytes) -> None:
        if not replaced.is_set():
            replaced.set()
            mailing.post([a_mail("Nouvelle date")])
        mailbox.send(sender, recipient, message)

    monkeypatch.setattr(gateway, "send", send)
    mailing.post([a_mail("Ancienne date")])
    assert [mail.subject for mail in mailbox.mails] == ["Nouvelle date", "Ancienne date"]
    assert state() == "sent" and [item["state"] for item in held()] == ["sent"]


def test_one_act_tries_so_many_at_once_and_the_schedule_takes_the_rest(
    mailbox: Mailbox, clock_file: MovedClock
) -> None:
    mailing.post([a_mail(f"{number}", thread=f"t{number}") for number in range(mailing.AT_ONCE + 3)])
    assert len(mailbox.mails) == mailing.AT_ONCE
    assert mailing.send_due() == 3
    assert len(mailbox.mails) == mailing.AT_ONCE + 3


def test_every_mail_has_an_id_and_says_that_no_person_wrote_it(mailbox: Mailbox) -> None:
    mailing.post([a_mail(thread="t1"), a_mail(thread="t2")])
    first, second = (mail.message for mail in mailbox.mails)
    assert first["Message-ID"] != second["Message-ID"] and first["Auto-Submitted"] == "auto-generated"
    assert first.get_content_type() == "multipart/alternative" and first["Date"]


def test_a_carrier_that_hangs_keeps_nobody_waiting_for_every_mail(
    mailbox: Mailbox, clock_file: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(sender: str, recipient: str, message: bytes) -> None:
        clock_file.move(seconds=10)
        raise MailUnavailable("timeout")

    monkeypatch.setattr(gateway, "send", hang)
    mailing.post([a_mail(thread=f"t{number}") for number in range(5)])
    assert sorted(int(str(item["attempts"])) for item in held()) == [0, 0, 0, 0, 1]


def test_a_mail_that_can_not_be_sent_at_all_keeps_no_other(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(sender: str, recipient: str, message: bytes) -> None:
        if recipient == "zoe@example.fr":
            raise RuntimeError("a fault of our own")
        mailbox.send(sender, recipient, message)

    monkeypatch.setattr(gateway, "send", send)
    mailing.post([a_mail(thread="t1"), a_mail(thread="t2", to="paul@example.com")])
    assert [mail.to for mail in mailbox.mails] == ["paul@example.com"]


def test_what_is_of_no_use_any_more_is_not_sent(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([replace(a_mail(), useful_for=DELAYS[0])])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    assert mailing.send_due() == 0 and mailbox.mails == []


def test_what_expired_unsent_stands_in_no_other_mails_way(mailbox: Mailbox, clock_file: MovedClock) -> None:
    mailbox.fault = MailUnavailable("timeout")
    mailing.post([replace(a_mail(thread=f"t{number}"), useful_for=DELAYS[0]) for number in range(mailing.SIDE_BY_SIDE)])
    mailing.post([a_mail("Encore utile", thread="t9")])
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0] + 1)
    assert mailing.send_due() == 1 and [mail.subject for mail in mailbox.mails] == ["Encore utile"]
