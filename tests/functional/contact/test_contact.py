"""Writing to us: taken in, answered, closed, and forgotten."""

from typing import Any

import pytest

from chalicelib import clock, settings
from chalicelib.consents import objections
from chalicelib.contact import actions
from chalicelib.errors import NotFound
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import sign_up

pytestmark = pytest.mark.usefixtures("stores")

VISITOR = "victor@visiteur.example"
WORDS = "Bonjour,\n\nun point ne va pas."


def write(topic: str = "complaint", browser: Browser | None = None, **typed: str) -> Seen:
    browser = browser or Browser()
    browser.open("/contact")
    right: dict[str, Any] = {"topic": topic, "email": VISITOR, "body": WORDS}
    return browser.send("/contact", **{**right, **typed})


def reference() -> str:
    return actions.open_ones()[0].reference


def kinds() -> list[str]:
    return [item["kind"] for item in expiry.scan(PEOPLE) if item["kind"].startswith("ticket")]


@pytest.mark.parametrize("topic", list(actions.TOPICS))
def test_whoever_writes_is_told_a_number_and_we_are_told_what(topic: str, mailbox: Mailbox) -> None:
    page = write(topic)
    assert reference() in page.text
    assert reference() in mailbox.last(VISITOR).subject and "un point ne va pas" in mailbox.last(VISITOR).text
    ours = mailbox.last(settings.get("CONTACT_EMAIL"))
    assert ours.message["Reply-To"] == VISITOR and "un point ne va pas" in ours.text


@pytest.mark.parametrize("wrong", ["email", "body", "topic"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(wrong: str, mailbox: Mailbox) -> None:
    empty: dict[str, Any] = {wrong: ""}
    page = write("gossip") if wrong == "topic" else write(**empty)
    assert page.status == 400 and f'id="wrong-{wrong}"' in page.html
    assert mailbox.mails == [] and actions.open_ones() == []
    if wrong != "body":
        assert "un point ne va pas" in page.html


def test_an_answer_goes_to_the_person_and_stays_with_the_request(mailbox: Mailbox) -> None:
    write()
    ticket = actions.find(reference())
    actions.answer(ticket.reference, "Nous corrigeons.")
    assert "Nous corrigeons." in mailbox.last(VISITOR).text
    assert [answer.body for answer in actions.answers(ticket)] == ["Nous corrigeons."]


def test_while_it_is_open_it_has_no_date_and_three_years_after_closing_it_is_gone(
    mailbox: Mailbox, clock_file: MovedClock
) -> None:
    write()
    actions.answer(reference(), "Voilà.")
    assert actions.find(reference()).delete_by is None
    actions.close(actions.find(reference()))
    assert actions.open_ones() == []
    clock_file.move(days=3 * 365 - 8)
    sweep()
    assert sorted(kinds()) == ["ticket", "ticket_answer"]
    clock_file.move(days=3)
    sweep()
    assert kinds() == []
    assert VISITOR not in str(list(expiry.scan(PEOPLE)))


def test_what_rests_for_ninety_days_is_closed(mailbox: Mailbox, clock_file: MovedClock) -> None:
    write()
    clock_file.move(days=89)
    assert actions.close_resting() == 0
    actions.answer(reference(), "Encore un mot.")
    clock_file.move(days=89)
    assert actions.close_resting() == 0
    clock_file.move(days=1)
    assert actions.close_resting() == 1 and actions.open_ones() == []


def test_who_asks_for_an_offer_may_be_written_to_about_it_until_they_object(mailbox: Mailbox) -> None:
    write("question")
    assert objections.refusal(VISITOR) == "no live purpose"
    write("offer")
    assert objections.refusal(VISITOR) is None
    objections.oppose(VISITOR, "mail")
    write("offer")
    assert objections.refusal(VISITOR) == "suppressed"


def test_who_is_signed_in_finds_the_request_in_the_copy_of_their_data(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    write(browser=anne.browser)
    account = actions.open_ones()[0].account
    assert account is not None
    actions.close(actions.open_ones()[0])
    assert [ticket.body.splitlines()[0] for ticket in actions.of_account(account)] == ["Bonjour,"]


def test_one_origin_cannot_flood_us(mailbox: Mailbox) -> None:
    answers = [write().status for _ in range(11)]
    assert answers[:10] == [200] * 10 and answers[10] == 429


def test_a_request_nobody_made_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.find("none")
    assert clock.now() > 0
