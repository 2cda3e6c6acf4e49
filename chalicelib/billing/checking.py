"""Callbacks that never came: the bank is asked what became of an order it told nothing about."""

from datetime import date
from decimal import Decimal
from typing import Final

from chalicelib import clock, log, storage
from chalicelib.consents import proofs
from chalicelib.gateways.monetico import MoneticoError, NotProcessed, State, Status
from chalicelib.gateways.monetico.formats import day_of_order
from chalicelib.storage import Changed

from . import bank, cards, days, settling
from .models import EXPIRED, OPEN, QUEUES, Order
from .settling import Evidence, Settled

DELAYS: Final = (900, 3_600, 6 * 3_600, 24 * 3_600, 72 * 3_600)
"""Seconds after each question to the next one; the first comes `ordering.FIRST_CHECK` after the order."""
AT_ONCE: Final = 50


def ask_due() -> int:
    """Asks about every open order whose time has come; the schedule's act. Returns how many were found paid."""
    if not bank.takes_cards():
        return 0
    due = list(storage.listed(Order, QUEUES[OPEN], until=f"{clock.now():012d}", limit=AT_ONCE))
    return sum(ask(order) for order in due)


def ask(order: Order) -> bool:
    """Asks about one order, and acts when it was paid. Whether it was."""
    placed: date = day_of_order(days.moment(int(order.placed_at)))
    try:
        status = bank.services().status(order.reference, placed, Decimal(order.gross))
    except NotProcessed:
        _later(order)  # the bank knows nothing of it: the buyer has not got there, or not yet
        return False
    except MoneticoError as fault:
        log.warning("status_not_known", fault=type(fault).__name__)
        _later(order, counts=False)
        return False
    if status.state is not State.PAID:
        _later(order)
        return False
    paid = settling.settle(_evidence(order, status)) is Settled.DONE
    log.warning("callback_was_lost", settled=paid)
    if not paid:
        _later(order)
    return paid


def _evidence(order: Order, status: Status) -> Evidence:
    """What the status service lets us keep. A captured amount that it doesn't tell is the one that was asked for."""
    return Evidence(
        reference=order.reference,
        key=f"{order.reference}*status",
        result="paid by status",
        amount=Decimal(order.gross) if status.captured is None else status.captured,
        currency=settling.CURRENCY,
        authorisation=status.authorisation,
    )


def _later(order: Order, counts: bool = True) -> None:
    """The next question, or none any more: the order expires, which a late callback still undoes."""
    checks = int(order.checks) + counts
    delay = DELAYS[max(checks - 1, 0)] if checks <= len(DELAYS) else None
    actions = [Order.checks.set(checks), Order.list_sk.set(f"{clock.now() + (delay or 0):012d}")]
    if delay is None:
        actions = [
            Order.state.set(EXPIRED),
            Order.list_pk.set(f"orders#{order.company}"),
            Order.list_sk.set(f"{int(order.placed_at):012d}"),
        ]
    try:
        storage.update(order, *actions, condition=Order.state == OPEN, because="consent")
    except Changed:
        return  # paid this instant
    if delay is None and order.wish:
        _forget_wish(order)


def _forget_wish(order: Order) -> None:
    """The card that was to be kept never was: the wish ends, unless another payment fulfilled one."""
    if cards.of(order.company) is None:
        for consent in proofs.standing(cards.subject(order.company), cards.PURPOSE):
            proofs.end(consent)
