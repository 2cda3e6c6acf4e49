"""What the buyer does: pays with a card, confirms or not, gives up. The same for pages and for the control port."""

import secrets

from dev.monetico import cards, counter
from dev.monetico.ledger import Attempt, How, Ledger, Order, cents
from dev.monetico.notices import notice
from dev.monetico.request import Contract, FormRefused

MOST_ATTEMPTS = 4
"""Cards a buyer may try on one page (assistance.monetico.ca)."""


def opened(fields: dict[str, str], test: bool, ledger: Ledger) -> Order:
    """The order behind a checked form, new or tried again. Raises `FormRefused` for one that is paid or differs."""
    amount, currency = cents(fields["montant"])
    known = ledger.orders.get(fields["reference"])
    if known and known.paid:
        raise FormRefused("Cette commande a déjà été payée.")
    if known and (known.cents, known.currency) != (amount, currency):
        raise FormRefused("Cette référence a déjà servi pour un autre montant.")
    order = Order(
        reference=fields["reference"],
        token=secrets.token_urlsafe(12),
        fields={name: value for name, value in fields.items() if name != "MAC"},
        cents=amount,
        currency=currency,
        day=fields["date"][:10],
        test=test,
        attempts=known.attempts if known else [],
    )
    ledger.orders[order.reference] = order
    ledger.save()
    return order


def stored_card(order: Order, ledger: Ledger) -> str:
    """The card behind the order's alias; empty when there is none, or when another one is asked for."""
    if order.fields.get("forcesaisiecb") == "1":
        return ""
    return ledger.cards.get(order.fields.get("aliascb", ""), "")


def may_try(order: Order) -> bool:
    """Whether another card may be tried."""
    return not order.paid and len(order.attempts) < MOST_ATTEMPTS


def tries(order: Order, card_id: str, how: How, confirmed: bool | None, ledger: Ledger, contract: Contract) -> Attempt:
    """One attempt. ``confirmed``: what the buyer did when the card's bank asked, `None` when it didn't."""
    card = cards.CARDS[card_id]
    said = card.authentication
    if confirmed is not None:
        said = cards.CONFIRMED if confirmed else cards.FAILED
    paid = card.pays and confirmed is not False
    attempt = Attempt(card_id, paid, notice(order, card, said, paid, ledger), how)
    order.attempts.append(attempt)
    if paid:
        if contract.mode != "partial":
            counter.book(order, order.cents, ledger)
        if alias := order.fields.get("aliascb"):
            ledger.cards[alias] = card_id
    ledger.save()
    return attempt
