"""Capture, cancel, stop, refund, status; and who failed when they fail."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.gateways.monetico import (
    Capture,
    Nonsense,
    NotProcessed,
    Order,
    Refund,
    Refused,
    Services,
    Terminal,
    Unanswered,
    Unreachable,
    Unsendable,
    payment_form,
)
from chalicelib.gateways.monetico.formats import day_of_order
from chalicelib.gateways.monetico.status import State
from dev.monetico import Simulator

from .conftest import Shop, at, order

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def partial(open_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A bank that captures when told."""
    with Simulator(tmp_path_factory.mktemp("b"), open_shop.url, settings={"IBOO_MONETICO_MODE": "partial"}) as running:
        yield running


@pytest.fixture(scope="module")
def recurring(open_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A bank that captures the first term at once and further ones when told; its refunds answer 1."""
    settings = {"IBOO_MONETICO_MODE": "recurring", "IBOO_MONETICO_REFUND_SUCCESS": "1"}
    with Simulator(tmp_path_factory.mktemp("b"), open_shop.url, settings=settings) as running:
        yield running


def paid(bank: Simulator) -> Order:
    """An order of 62.70 that was authorised."""
    placed = order()
    bank.play(payment_form(at(bank), placed).fields, "accepted")
    return placed


def whole(placed: Order) -> Capture:
    """All of an order at once."""
    return Capture(
        reference=placed.reference, ordered_on=day_of_order(placed.at), total=placed.amount, now=placed.amount
    )


def given_back(placed: Order, services: Services, amount: str) -> Refund:
    """A refund of part of the first capture, with what the status says."""
    found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
    taken = found.captures[0]
    assert taken.captured_on
    assert found.captured is not None
    assert found.refunded is not None
    return Refund(
        reference=placed.reference,
        ordered_on=day_of_order(placed.at),
        captured_on=taken.captured_on,
        authorisation=taken.authorisation,
        total=placed.amount,
        amount=Decimal(amount),
        possible=found.captured - found.refunded,
    )


def test_an_order_placed_after_midnight_in_paris_is_filed_under_that_day(partial: Simulator) -> None:
    placed = paid(partial)
    assert placed.at.date() == date(2026, 11, 23)
    assert day_of_order(placed.at) == date(2026, 11, 24)
    with pytest.raises(Refused, match="commande non authentifiee"):
        Services(at(partial)).capture(replace(whole(placed), ordered_on=placed.at.date()), NOW)
    assert Services(at(partial)).capture(whole(placed), NOW).authorisation


def test_an_order_is_captured_in_parts(partial: Simulator) -> None:
    placed, services = paid(partial), Services(at(partial))
    first = replace(whole(placed), now=Decimal("20"))
    services.capture(first, NOW)
    with pytest.raises(NotProcessed, match="montant errone"):
        services.capture(first, NOW)
    services.capture(replace(first, already=Decimal("20"), now=Decimal("42.70")), NOW)
    found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
    assert [line.amount for line in found.captures] == [Decimal("20.00"), Decimal("42.70")]
    assert found.captured == placed.amount


def test_an_order_is_captured_once_and_the_second_try_is_told_so(partial: Simulator) -> None:
    placed, services = paid(partial), Services(at(partial))
    services.capture(whole(placed), NOW)
    with pytest.raises(Refused) as fault:
        services.cancel(replace(whole(placed), already=placed.amount), NOW)
    assert not fault.value.already_done


def test_an_order_is_cancelled_and_the_second_try_is_told_so(partial: Simulator) -> None:
    placed, services = paid(partial), Services(at(partial))
    assert services.cancel(whole(placed), NOW).reason == "commande annulee"
    assert services.status(placed.reference, day_of_order(placed.at), placed.amount).state is State.CANCELLED
    with pytest.raises(Refused) as fault:
        services.cancel(whole(placed), NOW)
    assert fault.value.already_done
    with pytest.raises(Refused):
        services.capture(whole(placed), NOW)


def test_a_recurring_order_is_captured_term_after_term_until_stopped(recurring: Simulator) -> None:
    placed, services = paid(recurring), Services(at(recurring))
    term = replace(whole(placed), recurring=True)
    for terms in (1, 2):
        assert services.capture(replace(term, already=terms * placed.amount), NOW).authorisation
    stop = replace(term, already=3 * placed.amount)
    assert services.stop_recurrence(stop, NOW).reason == "recurrence stoppee"
    with pytest.raises(Refused):
        services.capture(stop, NOW)


def test_a_term_the_cards_bank_declines_is_refused(recurring: Simulator) -> None:
    placed, services = paid(recurring), Services(at(recurring))
    recurring.answer("capture_paiement", [{"lines": {"cdr": "0", "lib": "autorisation refusee"}}])
    with pytest.raises(Refused, match="autorisation refusee") as fault:
        services.capture(replace(whole(placed), recurring=True, already=placed.amount), NOW)
    assert not isinstance(fault.value, NotProcessed)
    assert not fault.value.already_done


def test_money_is_given_back_in_parts_and_no_repeated_refund_passes(bank: Simulator, services: Services) -> None:
    placed = paid(bank)
    first = given_back(placed, services, "12.70")
    assert services.refund(first, NOW).authorisation
    with pytest.raises(NotProcessed) as fault:
        services.refund(first, NOW)
    assert fault.value.code == -52
    services.refund(given_back(placed, services, "50"), NOW)
    found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
    assert found.refunded == placed.amount
    assert found.captures[0].refunded == placed.amount


def test_whether_a_refund_answers_0_or_1_is_a_setting_and_the_other_one_is_unclear(recurring: Simulator) -> None:
    placed = paid(recurring)
    services = Services(at(recurring))
    with pytest.raises(Nonsense, match="cdr 1"):
        services.refund(given_back(placed, services, "1"), NOW)
    told = Services(replace(at(recurring), refund_success=frozenset({1})))
    told.refund(given_back(placed, told, "1"), NOW)


def test_an_order_nobody_placed_has_no_status(services: Services) -> None:
    with pytest.raises(NotProcessed):
        services.status("NEVERSEEN", date(2026, 11, 23), Decimal(1))


@pytest.mark.parametrize("service", ["capture", "refund", "status"])
def test_a_wrong_key_is_told_by_every_service(bank: Simulator, services: Services, service: str) -> None:
    placed = paid(bank)
    wrong = Services(at(bank, key="0" * 40))
    refund = given_back(placed, services, "1")
    with pytest.raises(NotProcessed, match="signature non valide"):
        if service == "capture":
            wrong.capture(whole(placed), NOW)
        elif service == "refund":
            wrong.refund(refund, NOW)
        else:
            wrong.status(placed.reference, day_of_order(placed.at), placed.amount)


@pytest.mark.parametrize("now", ["0", "-1", "62.71", "0.001"])
def test_no_capture_of_nothing_or_of_more_than_was_authorised_is_sent(now: str) -> None:
    nowhere = Services(Terminal(tpe="1234567", societe="iboo", key="0" * 40, services="http://127.0.0.1:9"))
    with pytest.raises(Unsendable):
        nowhere.capture(replace(whole(order()), now=Decimal(now)), NOW)


def test_a_time_without_its_zone_is_not_sent(services: Services) -> None:
    with pytest.raises(Unsendable, match="date"):
        services.capture(whole(order()), NOW.replace(tzinfo=None))


def test_nobody_listening_means_nothing_happened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    services = Services(Terminal(tpe="1234567", societe="iboo", key="0" * 40, services=f"http://127.0.0.1:{port}"))
    with pytest.raises(Unreachable):
        services.capture(whole(order()), NOW)


def test_silence_means_that_it_may_have_happened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        deaf = Terminal(
            tpe="1234567",
            societe="iboo",
            key="0" * 40,
            services=f"http://127.0.0.1:{listener.getsockname()[1]}",
            answer_within=0.2,
        )
        with pytest.raises(Unanswered):
            Services(deaf).capture(whole(order()), NOW)


def test_after_an_answer_that_got_lost_the_status_tells_what_happened(partial: Simulator) -> None:
    placed, services = paid(partial), Services(at(partial))
    partial.answer("capture_paiement", [{"close": True}, {"close": True, "work": True}])
    for captured in (Decimal(0), placed.amount):
        with pytest.raises(Unanswered):
            services.capture(whole(placed), NOW)
        found = services.status(placed.reference, day_of_order(placed.at), placed.amount)
        assert found.captured == captured


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": "oops"},
        {"status": 302, "body": "cdr=1\n"},
        {"body": ""},
        {"body": "<html>maintenance</html>"},
        {"body": "cdr=vrai\n"},
        {"body": "cdr=7\n"},
        {"body": "cdr=1\n" * 20_000},
    ],
)
def test_an_answer_that_is_none_is_nonsense(bank: Simulator, services: Services, answer: dict[str, object]) -> None:
    placed = paid(bank)
    bank.answer("capture_paiement", [answer])
    with pytest.raises(Nonsense):
        services.capture(whole(placed), NOW)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "cdr=1",
        "<etatpaiement/>",
        "<etat>PA</etat>",
        "<etatpaiement><cdr>x</cdr></etatpaiement>",
        '<!DOCTYPE e [<!ENTITY a "PA">]><etatpaiement><etat>&a;</etat></etatpaiement>',
        '<?xml version="1.0" encoding="klingon"?><etatpaiement><etat>PA</etat></etatpaiement>',
    ],
)
def test_a_status_that_is_none_is_nonsense(bank: Simulator, services: Services, body: str) -> None:
    bank.answer("etatpaiement", [{"body": body}])
    with pytest.raises(Nonsense):
        services.status("X", date(2026, 11, 23), Decimal(1))


def test_a_state_nobody_has_seen_yet_is_pending(bank: Simulator, services: Services) -> None:
    bank.answer("etatpaiement", [{"body": "<etatpaiement><etat>ZZ</etat></etatpaiement>"}])
    found = services.status("X", date(2026, 11, 23), Decimal(1))
    assert (found.state, found.code, found.captured) == (State.PENDING, "ZZ", None)


def test_the_bank_remembers_over_a_restart(open_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("bank")
    with Simulator(data, open_shop.url) as bank:
        placed = paid(bank)
        before = bank.state()
    with Simulator(data, open_shop.url) as bank:
        assert bank.state() == before
        found = Services(at(bank)).status(placed.reference, day_of_order(placed.at), placed.amount)
    assert found.state is State.PAID


def test_the_banks_clock_is_the_functions_clock(open_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("bank")
    (data / "clock").write_text(str(400 * 86_400))
    with Simulator(data, open_shop.url, settings={"IBOO_CLOCK_FILE": str(data / "clock")}) as bank:
        placed = paid(bank)
        taken = Services(at(bank)).status(placed.reference, day_of_order(placed.at), placed.amount).captures[0]
    assert taken.captured_on
    assert taken.captured_on > datetime.now(UTC).date() + timedelta(days=398)
