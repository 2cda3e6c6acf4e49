"""The answer of ``etatpaiement.cgi``: XML, as eileenmcnaughton/nz.co.fuzion.cmcic reads it."""

import enum
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import formats
from .errors import Nonsense, NotProcessed


class State(enum.Enum):
    """What became of an order; what isn't documented is pending."""

    PAID = "PA"
    CANCELLED = "AN"
    REFUSED = "RE"
    BLOCKED = "GR"
    FAILED = "AP"
    PENDING = ""


@dataclass(frozen=True)
class CaptureLine:
    """One capture, with what a `Refund` of it needs. ``result``: as they wrote it; ``refunded``: of this one."""

    amount: Decimal | None
    captured_on: date | None
    authorisation: str
    result: str
    refunded: Decimal


@dataclass(frozen=True)
class Status:
    """What the bank knows of an order. ``code``: ``etat`` as it came; amounts `None` where none was given."""

    state: State
    code: str
    authorisation: str
    captured: Decimal | None
    refunded: Decimal | None
    captures: tuple[CaptureLine, ...]


def read_status(body: bytes) -> Status:
    """Raises `NotProcessed` when the answer holds an error code, `Nonsense` when it is no status at all."""
    if b"<!" in body:  # no document type, so no entities to swell
        raise Nonsense("etatpaiement: not the XML of a status")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 (see above; and 64 KiB at most)
    except (ElementTree.ParseError, LookupError, ValueError) as fault:
        raise Nonsense("etatpaiement: not XML") from fault
    if root.tag != "etatpaiement":
        raise Nonsense("etatpaiement: not the XML of a status")
    if code := _text(root, "cdr"):
        raise NotProcessed(_number(code), _text(root, "lib"))
    if not (state := _text(root, "etat")):
        raise Nonsense("etatpaiement: no state")
    return Status(
        state=State(state) if state in {known.value for known in State} else State.PENDING,
        code=state,
        authorisation=_text(root, "numauto"),
        captured=_amount(_text(root, "montantrecouvre")),
        refunded=_amount(_text(root, "recredits/total")),
        captures=tuple(_line(found) for found in root.iterfind("recouvrements/recouvrement")),
    )


def _line(found: ElementTree.Element) -> CaptureLine:
    given_back = (_amount(_text(one, "montant_recredite")) for one in found.iterfind("recredits/recredit"))
    return CaptureLine(
        amount=_amount(_text(found, "montant")),
        captured_on=_date(_text(found, "date_remise")),
        authorisation=_text(found, "numero_autorisation"),
        result=_text(found, "resultat"),
        refunded=sum((amount for amount in given_back if amount is not None), Decimal(0)),
    )


def _text(within: ElementTree.Element, path: str) -> str:
    return (within.findtext(path) or "").strip()


def _number(code: str) -> int:
    try:
        return int(code)
    except ValueError as fault:
        raise Nonsense("etatpaiement: cdr is no number") from fault


def _amount(text: str) -> Decimal | None:
    found = formats.read_amount(text)
    return found[0] if found else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
