"""The newsletter's editor: what an operator writes is what goes out, to whom the law allows, and nobody is watched."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import storage
from chalicelib.consents import issues, newsletter, objections
from chalicelib.consents.models import NewsletterIssue
from chalicelib.gateways.mail import MailRefused, MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import deliveries, tallies
from chalicelib.mailing.models import OutgoingMail
from chalicelib.pages import Letter
from chalicelib.rights import officers
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host
from tests.functional.newsletter.sending import a_letter, send
from tests.functional.newsletter.test_newsletter import ONE_CLICK, READER, subscribed
from tests.functional.rights.people import an_officer, enter_console

pytestmark = pytest.mark.usefixtures("stores")

ROOM = "/console/newsletter"
CUSTOMER = "client@lefevre.example"
WORDS: dict[str, Any] = {
    "title_fr": "Séries de réunions",
    "title_en": "Series of meetings",
    "body_fr": "Bonjour,\r\n\r\nUne réunion peut se répéter.",
    "body_en": "Hello,\r\n\r\nA meeting can repeat.",
    "path": "/prices",
}


@pytest.fixture
def operator(mailbox: Mailbox) -> Host:
    """Somebody at the operators' pages, with the second factor given."""
    person = a_host("chloe@iboo.live")
    officers.grant(person.account.id, officers.OPERATOR)
    enter_console(person, "/console/billing")
    mailbox.empty()
    return person


def written(operator: Host) -> str:
    """A draft; its address."""
    operator.browser.open(ROOM)
    page = operator.browser.send(ROOM, **WORDS)
    assert page.status == 200, page.text
    return page.path.partition("?")[0]


def queued() -> Iterator[OutgoingMail]:
    return storage.listed(OutgoingMail, mailing.QUEUE)


def test_nobody_but_an_operator_gets_in(operator: Host, mailbox: Mailbox) -> None:
    address = written(operator)
    dpo = an_officer()
    for path in (ROOM, address, f"{address}/preview/fr/html"):
        for browser in (dpo.browser, Browser()):
            assert browser.open(path, follow=False).status == 404, path
    token = dpo.browser.open("/account").html
    assert token
    for act in ("", "/trial", "/send", "/stop", "/discard"):
        assert dpo.browser.post(address + act, {"csrf": dpo.browser.csrf}).status == 404, act
    assert mailbox.to("chloe@iboo.live") == []


def test_a_letter_is_written_seen_tried_and_sent(operator: Host, mailbox: Mailbox) -> None:
    subscribed(mailbox)
    address = written(operator)
    seen = operator.browser.open(f"{address}/preview/fr/html")
    assert "Une réunion peut se répéter." in seen.text and "style-src 'unsafe-inline'; sandbox" in str(seen.headers)
    assert "A meeting can repeat." in operator.browser.open(f"{address}/preview/en/txt").html
    operator.browser.open(address)
    operator.browser.send(f"{address}/trial")
    assert [mail.subject for mail in mailbox.to("chloe@iboo.live")] == ["Séries de réunions", "Series of meetings"]
    assert mailbox.last("chloe@iboo.live").message["List-Unsubscribe-Post"]
    page = operator.browser.send(f"{address}/send", asked=True, read=True)
    assert "commence dans la minute" in page.text
    assert mailbox.to(READER) == [], "the schedule writes, not the request"
    issues.carry_on()
    mailing.send_due()
    sent = mailbox.last(READER)
    assert sent.subject == "Séries de réunions"
    as_sent = sent.html.replace("\r\n", "\n").replace("vous l’avez demandée", "vous êtes client d’Iboo")
    assert re.sub(r"/u/[\w.]+", "/u/…", as_sent) == re.sub(r"/u/\w+", "/u/…", seen.html)
    page = operator.browser.open(address)
    assert "Envoyée" in page.text and "Envoyés 1" in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_fr", ""),
        ("title_en", "x" * 121),
        ("body_fr", ""),
        ("body_en", "One paragraph only."),
        ("body_fr", "x" * 6_001),
        ("title_fr", "a\u202eb"),
        ("path", "https://elsewhere.example/"),
        ("path", "/console"),
    ],
)
def test_a_letter_with_a_fault_is_not_kept_and_nothing_typed_is_lost(operator: Host, field: str, value: str) -> None:
    operator.browser.open(ROOM)
    page = operator.browser.send(ROOM, **{**WORDS, field: value})
    assert page.status == 400 and issues.every() == []
    assert "Une réunion peut se répéter." in page.html or field == "body_fr"


def test_sending_needs_a_group_and_somebody_who_read_it(operator: Host, mailbox: Mailbox) -> None:
    address = written(operator)
    operator.browser.open(address)
    assert operator.browser.send(f"{address}/send", read=True).status == 400
    assert operator.browser.send(f"{address}/send", customers=True, read=False).status == 400
    assert issues.every()[0].state == "draft"


def test_a_letter_that_began_is_written_sent_and_discarded_no_more(operator: Host) -> None:
    address = written(operator)
    operator.browser.open(address)
    operator.browser.send(f"{address}/send", customers=True, read=True)
    token = operator.browser.csrf
    for act, typed in (("", WORDS), ("/send", {"asked": "yes", "read": "yes"}), ("/discard", {})):
        assert operator.browser.post(address + act, {"csrf": token, **typed}).status == 400, act
    kept = issues.every()[0]
    assert kept.segments == ["customers"] and kept.title_fr == WORDS["title_fr"]


def test_a_draft_is_rewritten_and_thrown_away(operator: Host) -> None:
    address = written(operator)
    operator.browser.open(address)
    operator.browser.send(address, **{**WORDS, "title_fr": "Autre titre"})
    assert issues.every()[0].title_fr == "Autre titre"
    operator.browser.send(f"{address}/discard")
    assert issues.every() == [] and operator.browser.open(address).status == 404


@pytest.mark.parametrize(("segment", "reader"), [("customers", CUSTOMER), ("asked", READER)])
def test_each_group_is_a_legal_basis_and_no_other_address_is_in_any(
    mailbox: Mailbox, segment: str, reader: str
) -> None:
    subscribed(mailbox)
    newsletter.became_customer(CUSTOMER, "en", refused=False)
    newsletter.wrote_to_us("prospect@ailleurs.example", "", "", "fr")
    item = a_letter(segment)
    issues.carry_on()
    mailing.send_due()
    assert [mail.to for mail in mailbox.mails] == [reader]
    assert issues.find(item.id).state == "sent"


def test_each_reads_their_language(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    newsletter.became_customer(CUSTOMER, "en", refused=False)
    assert send() == 2
    assert (mailbox.last(READER).subject, mailbox.last(CUSTOMER).subject) == ("Nouveautés", "News")


def test_many_readers_get_it_once_each_over_several_runs(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issues, "PER_RUN", 30)
    for number in range(70):
        newsletter.became_customer(f"client{number}@lefevre.example", "fr", refused=False)
    item = a_letter()
    written = [issues.carry_on() for _ in range(4)]
    assert written == [30, 30, 10, 0]
    assert issues.find(item.id).state == "sent"
    mailing.send_due()
    assert sorted(mail.to for mail in mailbox.mails) == sorted(f"client{n}@lefevre.example" for n in range(70))


def test_who_was_written_to_by_a_run_that_died_is_not_written_to_again(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    item = a_letter()
    issues.carry_on()
    mailing.send_due()
    storage.update(issues.find(item.id), NewsletterIssue.state.set("sending"), NewsletterIssue.cursor.set(""))
    issues.carry_on()
    mailing.send_due()
    assert len(mailbox.to(READER)) == 1


def test_two_runs_at_once_are_one(mailbox: Mailbox, clock_file: MovedClock) -> None:
    subscribed(mailbox)
    item = a_letter()
    storage.update(issues.find(item.id), NewsletterIssue.busy_until.set(2**40))
    assert issues.carry_on() == 0
    storage.update(issues.find(item.id), NewsletterIssue.busy_until.set(0))
    assert issues.carry_on() == 1


def test_a_letter_waits_while_other_mail_waits(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(mailbox)
    item = a_letter()
    monkeypatch.setattr(mailing, "SAMPLE", 1)
    mailing.post([mailing.Mail("hote@lefevre.example", a_plain_letter(), "reminder")], at_once=0)
    assert issues.carry_on() == 0 and issues.find(item.id).state == "sending"
    mailing.send_due()
    assert issues.carry_on() == 1


def a_plain_letter() -> Letter:
    return Letter("Rappel", "Rappel", "<p>Rappel</p>")


def test_a_letter_that_is_stopped_reaches_nobody_else(operator: Host, mailbox: Mailbox) -> None:
    subscribed(mailbox)
    address = written(operator)
    operator.browser.open(address)
    operator.browser.send(f"{address}/send", asked=True, read=True)
    assert "Arrêtée" in operator.browser.send(f"{address}/stop").text
    assert issues.carry_on() == 0
    mailing.send_due()
    assert mailbox.to(READER) == []


def test_who_leaves_before_the_mail_went_does_not_get_it(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    a_letter()
    issues.carry_on()
    assert len(list(queued())) == 1
    objections.oppose(READER, "form")
    assert list(queued()) == []
    mailing.send_due()
    assert mailbox.to(READER) == []


def test_sent_refused_and_left_are_counted_and_a_second_click_is_not(mailbox: Mailbox) -> None:
    for number in range(3):
        newsletter.became_customer(f"client{number}@lefevre.example", "fr", refused=False)
    item = a_letter()
    issues.carry_on()
    mailing.attempt(next(queued()))
    mailbox.fault = MailUnavailable("smtp 451")
    mailing.attempt(next(queued()))
    mailbox.fault = MailRefused("smtp 550")
    for one in list(queued()):
        mailing.attempt(one)
    counts = tallies.of(item.id)
    assert (int(counts.queued), int(counts.sent), int(counts.refused), int(counts.left)) == (3, 1, 2, 0)
    link = re.match(r"<https?://[^/]+(/u/[^>]+)>", str(mailbox.mails[0].message["List-Unsubscribe"]))
    assert link and link[1].endswith(f".{item.id}")
    for _ in range(2):
        assert Browser().post(link[1], ONE_CLICK).status == 200
    assert int(tallies.of(item.id).left) == 1
    assert objections.opposed(mailbox.mails[0].to)


def test_the_page_to_leave_keeps_the_letter_it_came_from(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    item = a_letter()
    issues.carry_on()
    mailing.send_due()
    browser = Browser()
    link = mailbox.last(READER).link("/u/")
    browser.open(link)
    assert browser.send(link).status == 200
    assert int(tallies.of(item.id).left) == 1


def test_a_mail_that_comes_back_is_counted_once_and_only_one_that_was_sent(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    item = a_letter()
    issues.carry_on()
    (waiting,) = queued()
    assert not deliveries.reported(waiting.id, "failed", "unknown"), "it has not gone yet"
    mailing.send_due()
    assert not deliveries.reported(waiting.id, "delivered", None)
    assert deliveries.reported(waiting.id, "failed", "unknown")
    assert not deliveries.reported(waiting.id, "failed", "unknown")
    counts = tallies.of(item.id)
    assert (int(counts.sent), int(counts.returned)) == (1, 1)


def test_who_calls_a_letter_unwanted_at_their_carrier_has_objected(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    item = a_letter()
    issues.carry_on()
    (waiting,) = queued()
    mailing.send_due()
    assert objections.heed_complaints() == 0
    assert deliveries.reported(waiting.id, "complained", "spam")
    assert not deliveries.reported(waiting.id, "complained", "spam")
    assert (objections.heed_complaints(), objections.heed_complaints()) == (1, 0)
    assert objections.opposed(READER) and newsletter.subscriber(READER) is None
    assert int(tallies.of(item.id).left) == 1
