"""The services behind the payment page: capture, cancel, stop a recurrence, refund, status.

Retry rule, for all of them: `Unreachable` may be tried again. After `Unanswered` or `Nonsense` an order may have been
carried out: ask `Services.status` first. `Refused` is final for these values; `Refused.already_done` tells that an
earlier try had worked. `status` itself changes nothing and may be asked again at any time.

Captures and refunds are limited by the terminal's contract (immediate, deferred, partial, recurring), and refunds in
production need our address on the bank's list (``cdr`` -30 otherwise).
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import requests

from . import formats, wire
from .errors import Nonsense, NotProcessed, Refused, Unsendable
from .status import Status, read_status
from .terminal import Terminal

VERSION: Final = "3.0"
STATUS_VERSION: Final = "2.0"
ZERO: Final = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Capture:
    """Taking money that was authorised, or a further term of a recurring order.

    ``ordered_on``: the day of the order in Paris (`formats.day_of_order`); a day off is answered "commande non
    authentifiee". ``total``: the order's amount. ``now`` and ``already``: to capture, and captured before.
    ``recurring``: each term takes up to ``total`` again, ``already`` grows without limit and nothing remains
    (nansinho/medicarepro); otherwise the three parts must make the total.
    """

    reference: str
    ordered_on: date
    total: Decimal
    now: Decimal
    already: Decimal = ZERO
    recurring: bool = False
    currency: str = "EUR"
    language: str = "FR"


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Giving money back of one capture.

    ``captured_on``: the day the capture was remitted (``date_remise``), ``authorisation`` its number: both are in
    `Status.captures`. ``total``: of the order; ``amount``: to give back; ``possible``: what may be given back at most,
    all that was captured and not yet given back. The bank compares it, so that a repeated refund is refused.
    """

    reference: str
    ordered_on: date
    captured_on: date
    authorisation: str
    total: Decimal
    amount: Decimal
    possible: Decimal
    currency: str = "EUR"
    language: str = "FR"


@dataclass(frozen=True)
class Captured:
    """Accepted. ``authorisation``: 6 letters or digits, may be empty; ``lines``: all that was answered."""

    authorisation: str
    reason: str
    lines: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Refunded:
    """Given back."""

    authorisation: str
    reason: str


class Services:
    """The services of one terminal. ``at``: now, with its zone; it is sent and sealed ("date erronee" is a known
    refusal)."""

    def __init__(self, terminal: Terminal, session: requests.Session | None = None) -> None:
        self._terminal = terminal
        self._session = session or wire.session()

    def capture(self, capture: Capture, at: datetime) -> Captured:
        """Takes ``capture.now``. Raises `MoneticoError`."""
        if not capture.now > 0:
            raise Unsendable("montant_a_capturer", "nothing to capture")
        remaining = ZERO if capture.recurring else capture.total - capture.now - capture.already
        if remaining < 0 or capture.now > capture.total:
            raise Unsendable("montant_a_capturer", "more than was authorised")
        return self._capture(capture, capture.now, remaining, at, {})

    def cancel(self, capture: Capture, at: datetime) -> Captured:
        """Gives up what was authorised and not captured; ``capture.now`` counts for nothing. Raises `MoneticoError`."""
        return self._capture(capture, ZERO, ZERO, at, {})

    def stop_recurrence(self, capture: Capture, at: datetime) -> Captured:
        """Ends a recurring order for good; ``capture.now`` counts for nothing. Raises `MoneticoError`."""
        return self._capture(capture, ZERO, ZERO, at, {"stoprecurrence": "OUI"})

    def refund(self, refund: Refund, at: datetime) -> Refunded:
        """Gives ``refund.amount`` back. Raises `MoneticoError`."""
        if not 0 < refund.amount <= refund.possible <= refund.total:
            raise Unsendable("montant_recredit", "nothing to give back, or more than was captured")
        fields = self._common(refund.reference, refund.ordered_on, refund.language, at) | {
            "date_remise": formats.day(refund.captured_on),
            "num_autorisation": refund.authorisation,
            "montant": formats.amount("montant", refund.total, refund.currency),
            "montant_recredit": formats.amount("montant_recredit", refund.amount, refund.currency),
            "montant_possible": formats.amount("montant_possible", refund.possible, refund.currency),
        }
        code, lines = self._ask("recredit_paiement", fields)
        if code in self._terminal.refund_success:
            return Refunded(lines.get("aut", ""), lines.get("lib", ""))
        if code < 0:
            raise NotProcessed(code, lines.get("lib", ""))
        raise Nonsense(f"recredit_paiement: cdr {code} is neither a success nor an error here")

    def status(self, reference: str, ordered_on: date, amount: Decimal, currency: str = "EUR") -> Status:
        """What the bank knows of an order. Raises `MoneticoError`; `NotProcessed` when it knows nothing.

        Which ``cdr`` stands for an order that never reached the bank is not public.
        """
        fields = {
            "version": STATUS_VERSION,
            "TPE": self._terminal.tpe,
            "societe": self._terminal.societe,
            "date": formats.day(ordered_on),
            "montant": formats.amount("montant", amount, currency),
            "reference": reference,
        }
        return read_status(self._sent("etatpaiement", fields))

    def _capture(
        self, capture: Capture, now: Decimal, remaining: Decimal, at: datetime, more: dict[str, str]
    ) -> Captured:
        money = {
            "montant": capture.total,
            "montant_a_capturer": now,
            "montant_deja_capture": capture.already,
            "montant_restant": remaining,
        }
        fields = self._common(capture.reference, capture.ordered_on, capture.language, at) | more
        fields |= {name: formats.amount(name, value, capture.currency) for name, value in money.items()}
        code, lines = self._ask("capture_paiement", fields)
        if code == 1:
            return Captured(lines.get("aut", ""), lines.get("lib", ""), lines)
        if code == 0:
            raise Refused(code, lines.get("lib", ""))
        if code < 0:
            raise NotProcessed(code, lines.get("lib", ""))
        raise Nonsense(f"capture_paiement: cdr {code}")

    def _common(self, reference: str, ordered_on: date, language: str, at: datetime) -> dict[str, str]:
        return {
            "version": VERSION,
            "TPE": self._terminal.tpe,
            "societe": self._terminal.societe,
            "date": formats.moment("date", at),
            "date_commande": formats.day(ordered_on),
            "reference": reference,
            "lgue": language,
        }

    def _ask(self, service: str, fields: dict[str, str]) -> tuple[int, dict[str, str]]:
        lines = _lines(self._sent(service, fields))
        try:
            return int(lines["cdr"]), lines
        except (KeyError, ValueError) as fault:
            raise Nonsense(f"{service}: no cdr") from fault

    def _sent(self, service: str, fields: dict[str, str]) -> bytes:
        for name, value in fields.items():
            if not re.fullmatch(r"[\x20-\x7E]+", value):
                raise Unsendable(name, "empty, or not ASCII")
        return wire.ask(self._session, self._terminal, service, fields)


def _lines(body: bytes) -> dict[str, str]:
    """``key=value`` a line. ISO-8859-1 reads every byte; the reasons are ASCII wherever they were printed."""
    pairs = (line.partition("=") for line in body.decode("latin-1").splitlines())
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}
