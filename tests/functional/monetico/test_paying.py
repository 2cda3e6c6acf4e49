"""A buyer pays, or doesn't, and the bank tells."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from chalicelib.gateways.monetico import CardOnFile, Order, Outcome, Services, Terminal, payment_form
from chalicelib.gateways.monetico.formats import day_of_order
from chalicelib.gateways.monetico.sealing import sealed_string
from chalicelib.gateways.monetico.status import State
from dev.monetico import Simulator, SimulatorError

from .conftest import Shop, at, order

WITHIN = 30.0


def until(answers: Callable[[], Any]) -> Any:
    """What it answers once that is true. Fails after a generous while."""
    deadline = time.monotonic() + WITHIN
    while not (found := answers()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.05)
    return found


def fields(terminal: Terminal, placed: Order) -> dict[str, str]:
    return payment_form(terminal, placed).fields


class Browser:
    """Clicks through the gateway's pages as a buyer does."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.page = ""

    def open(self, placed: Order) -> None:
        form = payment_form(self._terminal, placed)
        self._show(requests.post(form.action, data=form.fields, timeout=WITHIN))

    def submit(self, **values: str) -> None:
        """Submits the page's form with these values over what is preset."""
        preset = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', self.page))
        self._show(requests.post(self._address(r'action="([^"]+)"'), data=preset | values, timeout=WITHIN))

    def back(self) -> str:
        """Follows the link to the shop; returns where it leads."""
        answer = requests.get(self._address(r'href="([^"]+/retour)"'), timeout=WITHIN, allow_redirects=False)
        return answer.headers["Location"]

    def _address(self, pattern: str) -> str:
        found = re.search(pattern, self.page)
        assert found, self.page
        return self._terminal.pages + found[1]

    def _show(self, answer: requests.Response) -> None:
        answer.raise_for_status()
        self.page = answer.text


def test_a_buyer_pays_on_the_page_and_comes_back(terminal: Terminal, shop: Shop) -> None:
    browser, placed = Browser(terminal), order()
    browser.open(placed)
    assert "62.70EUR" in browser.page
    browser.submit(card="accepted")
    assert "Paiement accepté" in browser.page
    assert browser.back() == placed.return_ok
    (callback,) = shop.received
    assert callback.outcome is Outcome.TEST_PAID
    assert (callback.reference, callback.amount, callback.currency) == (placed.reference, Decimal("62.70"), "EUR")
    assert callback.authentication.status == "authenticated"
    assert callback.authentication.liability_shift == "Y"
    assert callback.last4 == "02"
    assert not callback.alarms


@pytest.mark.parametrize(("confirmed", "paid"), [("yes", True), ("no", False)])
def test_a_challenged_buyer_confirms_or_fails(terminal: Terminal, shop: Shop, confirmed: str, paid: bool) -> None:
    browser = Browser(terminal)
    browser.open(order())
    browser.submit(card="challenged")
    assert not shop.received
    browser.submit(confirmed=confirmed)
    (callback,) = shop.received
    assert (callback.outcome is Outcome.TEST_PAID) is paid
    if not paid:
        assert callback.refusal is not None
        assert callback.refusal.reason == "3DSecure"
        assert callback.authentication.status == "not_authenticated"


def test_a_buyer_who_gives_up_comes_back_and_nothing_is_told(
    terminal: Terminal, shop: Shop, services: Services
) -> None:
    browser, placed = Browser(terminal), order()
    browser.open(placed)
    assert browser.back() == placed.return_error
    assert not shop.received
    found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
    assert found.state is State.PENDING


def test_acceptance_may_follow_refusal_on_the_same_page(terminal: Terminal, shop: Shop) -> None:
    browser, placed = Browser(terminal), order()
    browser.open(placed)
    browser.submit(card="refused")
    assert "Paiement refusé" in browser.page
    browser.page = requests.get(browser._address(r'href="(/acheteur/[^"/]+)"'), timeout=WITHIN).text
    browser.submit(card="accepted")
    assert [callback.outcome for callback in shop.received] == [Outcome.REFUSED, Outcome.TEST_PAID]
    assert len({callback.key for callback in shop.received}) == 2


def test_four_cards_may_be_tried_and_a_paid_order_not_again(terminal: Terminal, bank: Simulator, shop: Shop) -> None:
    lost, won = order(), order()
    for _ in range(4):
        bank.play(fields(terminal, lost), "refused")
    with pytest.raises(SimulatorError, match="no more attempts"):
        bank.play(fields(terminal, lost), "accepted")
    bank.play(fields(terminal, won), "accepted")
    with pytest.raises(SimulatorError, match="déjà été payée"):
        bank.play(fields(terminal, won), "accepted")


@pytest.mark.parametrize(
    ("card", "outcome", "authentication"),
    [
        ("accepted", Outcome.PAID, "authenticated"),
        ("not_enrolled", Outcome.PAID, "not_enrolled"),
        ("unauthenticated", Outcome.PAID, ""),
        ("refused", Outcome.REFUSED, "authenticated"),
        ("soft_declined", Outcome.REFUSED, ""),
        ("critical", Outcome.REFUSED, "authenticated"),
    ],
)
def test_every_test_card_is_understood(
    bank: Simulator, shop: Shop, card: str, outcome: Outcome, authentication: str
) -> None:
    attempt = bank.play(fields(at(bank, test=False), order()), card, test=False)
    (callback,) = shop.received
    assert callback.outcome is outcome
    assert callback.authentication.status == authentication
    assert [one["acknowledged"] for one in attempt["deliveries"]] == [True]
    if card == "soft_declined":
        assert callback.refusal is not None
        assert callback.refusal.needs_authentication
    if outcome is Outcome.PAID:
        assert re.fullmatch("[0-9]{6}", callback.authorisation)


def test_a_production_form_posted_to_the_test_page_pays_nothing(bank: Simulator, shop: Shop) -> None:
    shop.terminal = at(bank, test=False)
    bank.play(fields(shop.terminal, order()), "accepted", test=True)
    (tested,) = shop.received
    assert tested.outcome is Outcome.TEST_PAID
    assert not tested.paid


def test_the_gateway_shows_the_string_it_sealed_when_it_differs(terminal: Terminal) -> None:
    form = payment_form(terminal, order())
    form.fields["texte-libre"] = "<glisse>"
    answer = requests.post(form.action, data=form.fields, timeout=WITHIN)
    assert answer.status_code == 400
    shown = re.search(r'<pre id="rebuilt">(.*)</pre>', answer.text)
    assert shown
    assert shown[1].replace("&lt;", "<").replace("&gt;", ">") == sealed_string(form.fields)


def test_a_key_of_another_terminal_is_noticed(bank: Simulator) -> None:
    with pytest.raises(SimulatorError, match="sceau"):
        bank.play(fields(at(bank, key="0" * 40), order()), "accepted")


@pytest.mark.parametrize(
    ("how", "methods"),
    [
        ({"times": 2}, ["POST", "POST"]),
        ({"method": "GET"}, ["GET"]),
        ({"seal": "lower"}, ["POST"]),
        ({"extra": {"champ inconnu": "é&=*"}}, ["POST"]),
        ({"extra": {"champ inconnu": ""}, "method": "GET", "times": 2}, ["GET", "GET"]),
    ],
)
def test_callbacks_are_read_however_they_come(
    terminal: Terminal, bank: Simulator, shop: Shop, how: dict[str, object], methods: list[str]
) -> None:
    attempt = bank.play(fields(terminal, order(free_text="a + b = c & d")), "accepted", how=how)
    assert shop.methods == methods
    assert len({callback.key for callback in shop.received}) == 1
    assert all(one["acknowledged"] for one in attempt["deliveries"])


def test_a_callback_with_a_wrong_seal_is_not_acknowledged(terminal: Terminal, bank: Simulator, shop: Shop) -> None:
    attempt = bank.play(fields(terminal, order()), "accepted", how={"seal": "wrong"})
    assert not shop.received
    assert [(one["status"], one["body"]) for one in attempt["deliveries"]] == [(200, "version=2\ncdr=1\n")]


def test_fifty_deliveries_at_once_are_one_event(terminal: Terminal, bank: Simulator, shop: Shop) -> None:
    placed = order()
    bank.play(fields(terminal, placed), "accepted", how={"when": "late"})
    assert not shop.received
    sent = bank.deliver(placed.reference, together=True, how={"times": 50})
    assert [one["acknowledged"] for one in sent] == [True] * 50
    assert len(shop.received) == 50
    assert len({callback.key for callback in shop.received}) == 1


def test_a_callback_may_come_after_the_buyer(terminal: Terminal, shop: Shop) -> None:
    browser, placed = Browser(terminal), order()
    browser.open(placed)
    browser.submit(card="accepted", when="after")
    assert browser.back() == placed.return_ok
    (callback,) = until(lambda: list(shop.received))
    assert callback.reference == placed.reference


def test_a_late_callback_is_sent_from_the_back_office(terminal: Terminal, shop: Shop) -> None:
    browser = Browser(terminal)
    browser.open(order())
    browser.submit(card="refused", when="late")
    browser.page = requests.get(browser._address(r'href="(/commande/[^"]+)"'), timeout=WITHIN).text
    browser.submit(method="GET", twice="1")
    assert shop.methods == ["GET", "GET"]
    assert "conforme" in browser.page


def test_a_payment_whose_callback_never_came_is_found_by_its_status(
    terminal: Terminal, bank: Simulator, shop: Shop, services: Services
) -> None:
    placed = order()
    bank.play(fields(terminal, placed), "accepted", how={"when": "never"})
    assert not shop.received
    found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
    assert found.state is State.PAID
    assert found.captured == placed.amount


def test_a_stored_card_pays_the_next_time_without_being_typed(terminal: Terminal, bank: Simulator, shop: Shop) -> None:
    card = CardOnFile(alias="k7Qm2Xw9", wish="consent#1")
    bank.play(fields(terminal, order(card_on_file=card)), "not_enrolled")
    assert shop.received[-1].card_kept
    browser = Browser(terminal)
    browser.open(order(card_on_file=card))
    assert "Carte enregistrée 00000300******12" in browser.page
    bank.play(fields(terminal, order(card_on_file=card)))
    assert shop.received[-1].last4 == "12"
    browser.open(order(card_on_file=replace(card, replace=True)))
    assert "Carte enregistrée" not in browser.page


def test_a_refused_card_is_not_kept(terminal: Terminal, bank: Simulator, shop: Shop) -> None:
    bank.play(fields(terminal, order(card_on_file=CardOnFile(alias="k7Qm2Xw8", wish="consent#1"))), "refused")
    assert not shop.received[-1].card_kept
    assert not bank.state()["cards"]
