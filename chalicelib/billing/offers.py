"""What is for sale: prices excluding VAT, and what each offer allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from chalicelib.accounts.rules import PLANS, Plan
from chalicelib.register.model import Words


class Period(Enum):
    """How long a term is; the value is its number of months."""

    MONTH = 1
    YEAR = 12


@dataclass(frozen=True)
class Offer:
    """``monthly``, ``yearly``: euros for one seat and one term, excluding VAT. A seat is a member of the company.

    ``rank`` orders the offers: a higher one allows at least as much as a lower one.
    """

    key: str
    rank: int
    name: Words
    monthly: Decimal
    yearly: Decimal

    @property
    def limits(self) -> Plan:
        """What it allows: what `chalicelib.accounts.plans` enforces."""
        return PLANS[self.key]

    def price(self, period: Period) -> Decimal:
        """Of one seat for one term."""
        return self.monthly if period is Period.MONTH else self.yearly


@dataclass(frozen=True)
class Choice:
    """An offer, for how long at a time, for how many people. Raises `ValueError` for what is not for sale."""

    offer: str
    period: Period
    seats: int

    def __post_init__(self) -> None:
        if self.offer not in OFFERS:
            raise ValueError("offer")
        if not 1 <= self.seats <= MOST_SEATS:
            raise ValueError("seats")

    @property
    def price(self) -> Decimal:
        """Of one whole term, excluding VAT."""
        return OFFERS[self.offer].price(self.period) * self.seats

    def gives_at_least(self, other: "Choice") -> bool:
        """Whether nobody loses anything by going from ``other`` to this one, its length aside."""
        return OFFERS[self.offer].rank >= OFFERS[other.offer].rank and self.seats >= other.seats


MOST_SEATS: Final = 500
"""More is a matter for a quotation."""

OFFERS: Final[Mapping[str, Offer]] = {
    offer.key: offer
    for offer in (
        Offer(
            "essential",
            1,
            Words("Essentiel", "Essential"),
            monthly=Decimal("9.90"),
            yearly=Decimal("99.00"),
        ),
        Offer(
            "professional",
            2,
            Words("Professionnel", "Professional"),
            monthly=Decimal("15.90"),
            yearly=Decimal("159.00"),
        ),
    )
}
"""Prices are the publisher's to decide; a change here holds for terms that begin after it, since what a term
costs is kept with its order."""
