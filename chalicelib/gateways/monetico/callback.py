"""The callback ("interface retour"): verify, parse, keep what may be kept.

The bank posts it, or sends it as a query, to an address registered with the terminal. It comes at least once for each
attempt of the buyer, in any order, perhaps late, twice or never; acceptance may follow refusal on the same reference.
Two with the same `Callback.key` are the same event.
"""

import base64
import binascii
import enum
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from . import formats
from .card_numbers import holds_card_number
from .errors import BadSeal, Nonsense
from .sealing import SEAL, is_sealed
from .terminal import Terminal

ACKNOWLEDGED: Final = "version=2\ncdr=0\n"
"""The whole body, ``text/plain`` with ``Pragma: no-cache``, for every callback with a valid seal: a refusal too."""
NOT_ACKNOWLEDGED: Final = "version=2\ncdr=1\n"
"""The whole body for a callback without a valid seal. The payment stands all the same."""

MOST_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 200
"""Three times what the longest documented callback has; they keep adding fields."""


class Outcome(enum.Enum):
    """What became of the attempt. Whether it pays for the order, `Callback.paid` tells."""

    PAID = "paid"
    TEST_PAID = "test_paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Refusal:
    """Why not, in their words: ``motifrefus`` and ``motifrefusautorisation``; ``filters``: codes of the fraud
    module."""

    reason: str
    issuer: str
    filters: str

    @property
    def needs_authentication(self) -> bool:
        """The card's bank wants its holder to be there (soft decline): try again through the page."""
        return self.issuer.casefold() == "refus repli vads"

    @property
    def final(self) -> bool:
        """The card's bank asks not to try this card again."""
        return self.issuer.casefold() == "refus critique"


@dataclass(frozen=True)
class Authentication:
    """What 3-D Secure said, as it was written: new values come without notice. All empty when it said nothing."""

    status: str = ""
    protocol: str = ""
    version: str = ""
    liability_shift: str = ""


@dataclass(frozen=True)
class Callback:
    """One attempt, sealed by the bank. Everything else that came is forgotten here.

    ``paid``: the order is paid. A test payment pays on a terminal in test only: key, terminal and fields are the same
    in production, so that any buyer can post the form we sealed for him to the test page and pay with a test card.
    ``code``: ``code-retour`` as it came. ``amount``, ``currency``, ``at`` (UTC): `None` or empty when unreadable.
    ``last4``: what is left of the card's number. ``instalment``: 1, or the later part (``_pf2``…) of a payment in
    parts. ``card_kept``: a card is now behind the alias. ``alarms``: names of fields that seem to hold a whole card
    number; their values are not in here, save that of the reference, which we made ourselves.
    """

    tpe: str
    reference: str
    code: str
    outcome: Outcome
    paid: bool
    amount: Decimal | None
    currency: str
    at: datetime | None
    authorisation: str
    brand: str
    last4: str = field(repr=False)
    payer_ip: str = field(repr=False)
    authentication: Authentication
    refusal: Refusal | None
    instalment: int
    card_kept: bool
    alarms: frozenset[str]
    key: str


def read_callback(terminal: Terminal, encoded: bytes) -> Callback:
    """What the bank says. ``encoded``: the body of a POST or the query of a GET, still percent-encoded.

    Raises `BadSeal` (answer `NOT_ACKNOWLEDGED`, do nothing), and `Nonsense` for what is no form or has a field twice.
    Nothing is raised for an odd value under a valid seal: it is the bank that speaks, and it has taken the money.
    """
    fields = _fields(encoded)
    if not is_sealed(_as_sealed(fields, terminal.seal_charset), terminal.key, terminal.seal_charset or "latin-1"):
        raise BadSeal("not sealed with this terminal's key")
    return _read({name: _text(value) for name, value in fields.items() if name != SEAL}, terminal.test)


def _fields(encoded: bytes) -> dict[str, str]:
    """Name → value, each character one byte of the wire (ISO-8859-1 maps them one to one)."""
    if len(encoded) > MOST_BYTES:
        raise Nonsense("too long for a callback")
    try:
        pairs = parse_qsl(
            encoded.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS
        )
    except ValueError as fault:
        raise Nonsense("too many fields for a callback") from fault
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Nonsense("a field came twice")
    if "authentification" in fields:
        # Base64 holds no blank: each one was a plus sign that somebody on the way took for a form's blank.
        fields["authentification"] = fields["authentification"].replace(" ", "+")
    return fields


def _as_sealed(fields: dict[str, str], charset: str) -> dict[str, str]:
    return {name: _text(value) for name, value in fields.items()} if charset else fields


def _text(value: str) -> str:
    """The characters behind the bytes: UTF-8 where it is, else ISO-8859-1."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def _read(fields: dict[str, str], test: bool) -> Callback:
    code = fields.get("code-retour", "")
    outcome, instalment = _outcome(code)
    amount, currency = formats.read_amount(_amount_field(fields, instalment)) or (None, "")
    return Callback(
        tpe=_short(fields.get("TPE", "")),
        reference=fields.get("reference", "")[:64],
        code=_short(code),
        outcome=outcome,
        paid=outcome is Outcome.PAID or (outcome is Outcome.TEST_PAID and test),
        amount=amount,
        currency=currency,
        at=formats.read_moment(fields.get("date", "")),
        authorisation=_short(fields.get("numauto", "")),
        brand=_short(fields.get("brand", "")),
        last4=_last4(fields.get("cbmasquee", "")),
        payer_ip=_short(fields.get("ipclient", "")),
        authentication=_authentication(fields.get("authentification", "")),
        refusal=_refusal(fields) if outcome is Outcome.REFUSED else None,
        instalment=instalment,
        card_kept=fields.get("cbenregistree") == "1",
        alarms=frozenset(name for name, value in fields.items() if holds_card_number(value)),
        key="*".join(_short(fields.get(name, "")) for name in ("reference", "code-retour", "date", "numauto")),
    )


def _outcome(code: str) -> tuple[Outcome, int]:
    """The manual prints ``annulation``, the platform sends ``Annulation``: case says nothing."""
    found = re.fullmatch(r"(payetest|paiement|annulation)(?:_pf([2-4]))?", code.casefold())
    if not found:
        return Outcome.UNKNOWN, 1
    outcomes = {"payetest": Outcome.TEST_PAID, "paiement": Outcome.PAID, "annulation": Outcome.REFUSED}
    return outcomes[found[1]], int(found[2] or 1)


def _amount_field(fields: dict[str, str], instalment: int) -> str:
    if instalment > 1:
        return fields.get("montantech", "")
    return fields.get("montant", "") or fields.get("montantestime", "")


def _refusal(fields: dict[str, str]) -> Refusal:
    def said(name: str) -> str:
        value = _short(fields.get(name, ""))
        return "" if value == "-" else value

    return Refusal(said("motifrefus"), said("motifrefusautorisation"), said("filtragecause"))


def _last4(masked: str) -> str:
    """The digits after the last star of ``123456******7890``; at most four of them are ours to keep."""
    found = re.search(r"[*Xx](\d{1,4})\d*$", masked[-32:], re.ASCII)
    if not found:
        return ""
    return re.sub(r"\D", "", masked[-4:], flags=re.ASCII)


def _authentication(encoded: str) -> Authentication:
    try:
        found = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return Authentication()
    if not isinstance(found, dict):  # "null" is usual
        return Authentication()
    details = found.get("details")
    if not isinstance(details, dict):
        details = {}
    return Authentication(
        status=_word(found.get("status")),
        protocol=_word(found.get("protocol")),
        version=_word(found.get("version")),
        liability_shift=_word(details.get("liabilityShift")),
    )


def _word(value: object) -> str:
    return _short(value) if isinstance(value, str) else ""


def _short(value: str) -> str:
    """No longer than anything the protocol has here, and no card number, whatever was put there."""
    return "" if holds_card_number(value) else value[:64]
