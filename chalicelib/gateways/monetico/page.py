"""The payment page, version 3.0: which fields the buyer's browser posts, and their seal."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from . import formats
from .context import Billing, contexte_commande
from .errors import Unsendable
from .sealing import SEAL, seal
from .terminal import Terminal

VERSION: Final = "3.0"
LANGUAGES: Final = frozenset({"DE", "EN", "ES", "FR", "IT", "JA", "NL", "PT", "SV"})
CHALLENGES: Final = frozenset(
    {
        "no_preference",
        "challenge_preferred",
        "challenge_mandated",
        "no_challenge_requested",
        "no_challenge_requested_strong_authentication",
        "no_challenge_requested_trusted_third_party",
        "no_challenge_requested_risk_analysis",
    }
)

PRINTABLE = r"[\x20-\x7E]"


@dataclass(frozen=True, kw_only=True)
class CardOnFile:
    """A card that the bank keeps for the buyer, or shall keep from now on. Only for who expressly wished it.

    ``alias``: at most 64 letters and digits, unguessable: whoever knows it needs no card. ``wish``: where the buyer's
    wish is recorded; without one no form is made (CNIL, délibération 2018-303; article 6.1.a of the GDPR).
    ``replace``: ask for another card though the alias has one.
    """

    alias: str
    wish: str
    replace: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be paid.

    ``reference``: 1 to 50 printable ASCII characters, new for each order; the bank's statements show the first 12.
    ``amount``: tax included, at most two decimals. ``at``: when the order is placed, with its zone. ``mail``: the bank
    writes a receipt to it, and without it the buyer isn't led back by himself. ``return_ok`` and ``return_error``:
    links for the buyer, never a proof; the platform refuses two equal ones (nansinho/medicarepro). ``challenge``: what
    we wish of 3-D Secure; the card's bank decides. ``statement``: what the card statement shall say. ``free_text``
    comes back in the callback.
    """

    reference: str
    amount: Decimal
    at: datetime
    billing: Billing
    return_ok: str
    return_error: str
    mail: str
    currency: str = "EUR"
    language: str = "FR"
    card_on_file: CardOnFile | None = None
    challenge: str = ""
    statement: str = ""
    free_text: str = ""


@dataclass(frozen=True)
class Form:
    """A form the buyer's browser posts: its fields as they are, to be escaped for HTML by whoever writes the page."""

    action: str
    fields: dict[str, str]


def payment_form(terminal: Terminal, order: Order) -> Form:
    """The sealed form for an order. Raises `Unsendable`.

    No field is empty: whether the platform seals empty ones is not known, and posting the instalment fields empty may
    make it a payment in instalments. Every value is ASCII, since nobody knows in which charset others would be sealed;
    names and addresses travel inside ``contexte_commande``, which is base64.
    """
    fields = {name: value for name, value in _fields(terminal, order).items() if value}
    for name, value in fields.items():
        _check(name, value)
    if order.return_ok == order.return_error:
        raise Unsendable("url_retour_err", "the same as url_retour_ok")
    return Form(terminal.payment_page, fields | {SEAL: seal(fields, terminal.key)})


def _fields(terminal: Terminal, order: Order) -> dict[str, str]:
    if not order.amount > 0:
        raise Unsendable("montant", "not an amount that can be paid")
    return {
        "version": VERSION,
        "TPE": terminal.tpe,
        "societe": terminal.societe,
        "date": formats.moment("date", order.at),
        "montant": formats.amount("montant", order.amount, order.currency),
        "reference": _required("reference", order.reference),
        "lgue": _required("lgue", order.language),
        "contexte_commande": contexte_commande(order.billing),
        "mail": _required("mail", order.mail),
        "url_retour_ok": _required("url_retour_ok", order.return_ok),
        "url_retour_err": _required("url_retour_err", order.return_error),
        "ThreeDSecureChallenge": order.challenge,
        "libelleMonetique": order.statement,
        "texte-libre": order.free_text,
        **_card(order.card_on_file),
    }


def _card(card: CardOnFile | None) -> dict[str, str]:
    if card is None:
        return {}
    if not card.wish:
        raise Unsendable("aliascb", "nobody wished that the card be kept")
    return {"aliascb": _required("aliascb", card.alias), "forcesaisiecb": "1" if card.replace else ""}


def _required(field: str, value: str) -> str:
    if not value:
        raise Unsendable(field, "missing")
    return value


FORMS: Final = {
    "reference": re.compile(PRINTABLE + "{1,50}"),
    "lgue": re.compile("|".join(sorted(LANGUAGES))),
    "mail": re.compile(r"[\x21-\x7E]+@[\x21-\x7E]+"),
    "url_retour_ok": re.compile(r"https?://[\x21-\x7E]{1,2040}"),
    "url_retour_err": re.compile(r"https?://[\x21-\x7E]{1,2040}"),
    "ThreeDSecureChallenge": re.compile("|".join(sorted(CHALLENGES))),
    "libelleMonetique": re.compile("[A-Z a-z0-9]{1,32}"),
    "aliascb": re.compile("[A-Za-z0-9]{1,64}"),
    "texte-libre": re.compile(PRINTABLE + "{1,3200}"),
}


def _check(name: str, value: str) -> None:
    if not FORMS.get(name, _ANY).fullmatch(value):
        raise Unsendable(name, "not of the form the protocol wants")


_ANY = re.compile(PRINTABLE + "+")
