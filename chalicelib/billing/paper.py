"""What an invoice or a credit note says. Pure: built from an order, written as XML and as PDF by others."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.register.model import Words

from .profiles import Details
from .vat import Totals, Vat

PENALTIES = Words(
    "Pénalités de retard : trois fois le taux d’intérêt légal.",
    "Late payment penalties: three times the legal interest rate.",
)
RECOVERY = Words(
    "Indemnité forfaitaire pour frais de recouvrement : 40 €.", "Fixed compensation for recovery costs: €40."
)
DISCOUNT = Words("Pas d’escompte pour paiement anticipé.", "No discount for early payment.")
"""Code de commerce, art. L441-9 and L441-10."""


@dataclass(frozen=True)
class Seller:
    """Who invoices. ``siren``: nine digits; ``register``: as it is published, with the town of the register."""

    name: str
    form: str
    address: str
    postal_code: str
    city: str
    siren: str
    register: str
    vat_number: str
    email: str


@dataclass(frozen=True)
class Credit:
    """The invoice that a credit note takes back, ``whole`` or in part."""

    number: str
    issued_on: date
    whole: bool


@dataclass(frozen=True)
class Paper:
    """``credits``: of a credit note. ``begins``, ``ends``: the days that are paid for, the second exclusive.
    ``means``: card, transfer or stored. ``paid_on``: the day of the payment, of a credit note that of the refund.
    ``quantity``: seats, where the sum is that of whole seats."""

    number: str
    issued_on: date
    credits: Credit | None
    seller: Seller
    buyer: Details
    what: Words
    begins: date
    ends: date
    totals: Totals
    vat: Vat
    means: str
    reference: str
    paid_on: date
    quantity: int = 1

    @property
    def unit_price(self) -> Decimal:
        """Euros, excluding VAT."""
        return self.totals.net / self.quantity

    @property
    def last_day(self) -> date:
        """The last day that is paid for."""
        return max(self.begins, date.fromordinal(self.ends.toordinal() - 1))


def seller(published: dict[str, str]) -> Seller:
    """From what the installation publishes of its publisher. Raises `ValueError` naming what an invoice can't lack."""
    digits = re.sub(r"\D", "", published["SIREN"])[:9]
    place = re.fullmatch(r"(?s)(.+?)[,\n]\s*(\d{5})\s+(.+)", published["ADDRESS"])
    if len(digits) != 9:
        raise ValueError("PUBLISHER_SIREN")
    if place is None:
        raise ValueError("PUBLISHER_ADDRESS: street, postcode and town are wanted")
    return Seller(
        name=published["NAME"],
        form=published["FORM"],
        address=" ".join(place[1].split()),
        postal_code=place[2],
        city=place[3].strip(),
        siren=digits,
        register=published["SIREN"],
        vat_number=published["VAT"].replace(" ", ""),
        email=published["EMAIL"],
    )


def euros(amount: Decimal) -> str:
    """As XML wants it."""
    return f"{amount:.2f}"
