"""When money came: the subscription changes here and nowhere else.

The bank tells at least once, in any order, fifty times at once; acceptance may follow refusal. One transaction marks
the order paid, moves the subscription, notes the card and writes the evidence: all of it once, or nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from pynamodb.expressions.update import Action

from chalicelib import clock, log, pages, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Company
from chalicelib.accounts.models import Subscription as Kept
from chalicelib.consents import newsletter
from chalicelib.gateways.monetico import Callback
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Transaction

from . import cards, contracts, days, rules, subscriptions
from .models import DOUBT, PAID, QUEUES, Order, Payment
from .rules import Subscription

CURRENCY: Final = "EUR"
TRIES: Final = 60
"""As many deliveries as may come at once, and some more: each lost race means that another one was won."""


class Settled(Enum):
    """What a payment led to."""

    DONE = "done"
    ALREADY = "already"
    UNKNOWN_ORDER = "unknown_order"
    OTHER_AMOUNT = "other_amount"


@dataclass(frozen=True)
class Evidence:
    """What register row 5 holds of one attempt. ``key``: two with the same one are the same event."""

    reference: str
    key: str
    result: str
    amount: Decimal | None
    currency: str
    paid_at: int | None = None
    authorisation: str = ""
    brand: str = ""
    last4: str = ""
    three_d_secure: str = ""
    payer_ip: str = ""
    card_kept: bool = False

    def item(self, sort_key: str) -> Payment:
        """As the archive keeps it."""
        return Payment(
            f"payment#{self.reference}",
            sort_key,
            reference=self.reference,
            amount=None if self.amount is None else str(self.amount),
            currency=self.currency or None,
            paid_at=self.paid_at,
            result=self.result,
            authorisation=self.authorisation or None,
            brand=self.brand or None,
            last4=self.last4 or None,
            three_d_secure=self.three_d_secure or None,
            payer_ip=self.payer_ip or None,
        )


def evidence_of(callback: Callback) -> Evidence:
    """What of a callback may be kept."""
    secure = callback.authentication
    return Evidence(
        reference=callback.reference,
        key=callback.key,
        result=callback.outcome.value,
        amount=callback.amount,
        currency=callback.currency,
        paid_at=None if callback.at is None else int(callback.at.timestamp()),
        authorisation=callback.authorisation,
        brand=callback.brand,
        last4=callback.last4,
        three_d_secure=" ".join(filter(None, (secure.status, secure.version, secure.liability_shift))),
        payer_ip=callback.payer_ip,
        card_kept=callback.card_kept,
    )


def take(callback: Callback, tpe: str) -> None:
    """Acts on a callback whose seal is good. ``tpe``: of our terminal; another one's payment is not ours."""
    if callback.alarms:
        log.warning("card_number_in_callback", fields=",".join(sorted(callback.alarms)))
    evidence = evidence_of(callback)
    if not callback.paid:
        log.info("payment_not_made", outcome=callback.outcome.value)
        note(evidence)
        if callback.refusal is not None and callback.refusal.filters:
            _filtered(callback.reference)
        return
    if callback.tpe != tpe:
        log.warning("callback_of_other_terminal")
        note(evidence)
        return
    settle(evidence)


def note(evidence: Evidence) -> None:
    """Archives an attempt that paid for nothing, once."""
    digest = hashlib.sha256(evidence.key.encode()).hexdigest()[:32]
    try:
        storage.create(evidence.item(f"tried#{digest}"), {Event.COLLECTED: clock.now()})
    except AlreadyThere:
        log.info("callback_repeated")


def settle(evidence: Evidence, means: str = "card") -> Settled:
    """The order is paid: everything that follows from it, once. Raises `Changed` when the store gives no peace."""
    for _ in range(TRIES):
        order = storage.get(Order, f"order#{evidence.reference}", "order", because="consent")
        if order is None:
            log.warning("payment_without_order", reference=evidence.reference)
            note(evidence)
            return Settled.UNKNOWN_ORDER
        if order.state == PAID:
            return Settled.ALREADY
        if (evidence.amount, evidence.currency) != (Decimal(order.gross), CURRENCY):
            log.warning("payment_of_other_amount", reference=order.reference)
            note(evidence)
            put_in_doubt(order, "amount")
            return Settled.OTHER_AMOUNT
        try:
            _pay(order, evidence, means)
        except Changed:
            continue  # another delivery, or another order of the same company, was faster
        if order.alias and evidence.card_kept:
            cards.replaced(order.company)
        log.info("order_paid", act=order.act, means=means)
        return Settled.DONE
    raise Changed("order")


def _pay(order: Order, evidence: Evidence, means: str) -> None:
    now = clock.now()
    item = subscriptions.kept(order.company)
    stands, doubtful = _stands(order, item)
    closed = item is None and storage.get(Company, f"company#{order.company}", "company", because="storage") is None
    doubt = "company closed" if closed else "paid twice" if doubtful else None
    if doubt:
        log.warning("payment_in_doubt", reference=order.reference, why=doubt)
    with Transaction() as write:
        write.update(
            order,
            Order.state.set(PAID),
            Order.means.set(means),
            Order.paid_at.set(now),
            Order.list_pk.set(QUEUES[PAID]),
            Order.list_sk.set(f"{now:012d}"),
            *([Order.doubt.set(doubt)] if doubt else []),
            *([] if doubt else _days(order, stands)),
            condition=Order.state != PAID,
        )
        if not closed:
            subscriptions.write(write, item, order.company, stands)
        if order.alias and evidence.card_kept and not closed:
            cards.keep(write, order, evidence.last4, evidence.brand)
        write.create(evidence.item("paid"), {Event.COLLECTED: now})
        if not closed:
            contracts.signed(write, order, *_term(order, stands))
    if not closed:
        _welcome(order)


def _stands(order: Order, item: Kept | None) -> tuple[Subscription, bool]:
    """The subscription once the order is paid, and whether a person must look at it."""
    today = days.today()
    held, base = subscriptions.read(item), subscriptions.from_json(order.base)
    target = subscriptions.from_json(order.target)
    assert target is not None  # every order has one
    now = None if held is None else held.on(today)
    stands, doubtful = rules.settled(now, None if base is None else base.on(today), target.on(today))
    if order.act != "change" and not doubtful:
        stands = rules.begun(now, stands, today)
    return stands, doubtful


def _term(order: Order, stands: Subscription) -> tuple[date, date]:
    """The days that are paid for: those that were ordered, or those of a term that begins later than it was ordered."""
    begins, ends = date.fromisoformat(order.begins), date.fromisoformat(order.ends)
    return (stands.begins, stands.ends) if order.act != "change" and stands.begins > begins else (begins, ends)


def _days(order: Order, stands: Subscription) -> list[Action]:
    begins, ends = _term(order, stands)
    return [Order.begins.set(begins.isoformat()), Order.ends.set(ends.isoformat())]


def _welcome(order: Order) -> None:
    """Who buys is a customer, told so on the order form; whoever refused there, or ever objected, is left alone."""
    buyer = accounts.find(order.account, because="consent")
    if buyer is not None and not buyer.frozen:
        newsletter.became_customer(buyer.email, pages.pick_language(None, None, buyer.language), refused=False)


def put_in_doubt(order: Order, why: str) -> None:
    """A person must look at it: the order leaves its queue for the operators'."""
    actions = Order.doubt.set(why), Order.list_pk.set(DOUBT), Order.list_sk.set(f"{int(order.placed_at):012d}")
    storage.update(order, *actions, always=True, because="consent")


def _filtered(reference: str) -> None:
    """A rule of ours at the bank refused: the buyer's page says so, and offers a person (GDPR art. 22)."""
    order = storage.get(Order, f"order#{reference}", "order", because="consent")
    if order is not None and order.state != PAID:
        storage.update(order, Order.filtered_at.set(clock.now()), always=True, because="consent")
