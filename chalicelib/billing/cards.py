"""Cards the bank keeps for a company: only for who expressly wished it, and only as long.

No public service of the bank deletes a stored card. Forgetting its alias makes it useless to us; a recurring order is
stopped by a service; the card itself is deleted by an operator in the bank's back office, who finds its order in the
list of operators' acts (docs/decisions/0062).
"""

import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from chalicelib import clock, keyed, log, storage
from chalicelib.accounts.documents import document
from chalicelib.consents import proofs
from chalicelib.gateways.monetico import Capture, MoneticoError
from chalicelib.register.events import Event
from chalicelib.storage import Transaction

from . import acts, bank, days
from .models import CardOnFile, Order

TO_DELETE: Final = "delete_card_at_bank"
"""The act that asks an operator to delete a card in the bank's back office; ``about``: the order it was kept with."""
PURPOSE: Final = "card_on_file"
WORDS: Final = (
    "Garder ma carte chez Monetico Paiement (Crédit Mutuel) pour renouveler l’abonnement. Iboo n’en garde que les "
    "derniers chiffres. Vous pouvez la retirer à tout moment.\n"
    "Keep my card at Monetico Paiement (Crédit Mutuel) to renew the subscription. Iboo keeps its last digits only. You "
    "can remove it at any time."
)
"""What is wished, both languages in one text: what the proof keeps."""


@dataclass(frozen=True)
class Wish:
    """``alias``: 32 letters and digits nobody can guess; ``proof``: where the consent is recorded."""

    alias: str
    proof: str


def subject(company: str) -> str:
    """Under which pseudonym a company's wish is recorded."""
    return keyed.opaque("card", company)


def wished(company: str) -> Wish:
    """Records the wish that the card of a payment be kept."""
    consent = proofs.record(subject(company), PURPOSE, True, WORDS, "form", document("policy").version)
    return Wish(secrets.token_hex(16), str(consent.sk))


def of(company: str) -> CardOnFile | None:
    """The card that is kept, the newest where a payment has just replaced one."""
    found = sorted(storage.query(CardOnFile, f"card#{company}"), key=lambda card: int(card.since))
    return found[-1] if found else None


def keep(transaction: Transaction, order: Order, last4: str, brand: str) -> None:
    """Notes the card kept with the payment of an order, as part of a transaction. One that is kept already stays."""
    if storage.get(CardOnFile, f"card#{order.company}", str(order.alias)) is not None:
        return
    card = CardOnFile(
        f"card#{order.company}",
        str(order.alias),
        alias=order.alias,
        last4=last4,
        brand=brand,
        wish=order.wish,
        since=clock.now(),
        reference=order.reference,
        ordered_on=days.day_of(int(order.placed_at)).isoformat(),
        total=order.gross,
        taken=order.gross,
    )
    transaction.create(card, {})


def took(company: str, amount: Decimal) -> None:
    """A further term was captured from the card that is kept: the bank counts along."""
    card = of(company)
    if card is not None:
        storage.update(card, CardOnFile.taken.set(str(Decimal(card.taken) + amount)), always=True)


def remove(company: str, why: str = "withdrawn") -> None:
    """The wish is withdrawn: nothing is debited any more, here or at the bank."""
    now = clock.now()
    for consent in proofs.standing(subject(company), PURPOSE):
        proofs.end(consent)
    for card in list(storage.query(CardOnFile, f"card#{company}")):
        forget(card, why)
    log.info("card_removed", why=why, at=now)


def replaced(company: str) -> None:
    """After a payment kept a new card: the older ones go."""
    newest = of(company)
    for card in list(storage.query(CardOnFile, f"card#{company}")):
        if newest is not None and card.sk != newest.sk:
            forget(card, "replaced")


def forget(card: CardOnFile, why: str) -> None:
    """Stops what recurs at the bank, notes the order by which the back office finds the card, deletes it here."""
    stopped = _stop(card) if bank.renews_by_itself() else "nothing recurs"
    acts.note("iboo", TO_DELETE, card.reference, f"the card was {why}", stopped)
    storage.happened(card, Event.CONSENT_ENDED, clock.now())
    storage.delete(card)


def capture_of(card: CardOnFile, now: Decimal) -> Capture:
    """A further term of the recurring order behind a card."""
    return Capture(
        reference=card.reference,
        ordered_on=date.fromisoformat(card.ordered_on),
        total=Decimal(card.total),
        now=now,
        already=Decimal(card.taken),
        recurring=True,
    )


def _stop(card: CardOnFile) -> str:
    try:
        bank.services().stop_recurrence(capture_of(card, Decimal(0)), days.moment(clock.now()))
    except MoneticoError as fault:
        log.warning("recurrence_not_stopped", fault=type(fault).__name__)
        return f"recurrence not stopped: {fault}"
    return "recurrence stopped"
