"""Which VAT an invoice bears. A French seller of an electronic service to businesses.

Codes are those of EN 16931 (BT-118, BT-121); articles those of the Code général des impôts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from chalicelib.register.model import Words

from .money import ZERO, rounded

STANDARD: Final = Decimal("20")

EU: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 (shorter)
)
AS_FRANCE: Final = frozenset({"FR", "MC"})
"""Monaco is France for VAT (convention of 18 May 1963)."""
OVERSEAS: Final = frozenset({"GP", "MQ", "RE", "GF", "YT"})
"""Outside the EU's VAT area, each with rules of its own (art. 294): to be looked at by a person."""


class Case(Enum):
    """``S`` standard, ``AE`` reverse charge, ``O`` not taxable in France, ``E`` exempt as a small firm."""

    FRANCE = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"
    SMALL_FIRM = "E"


class NeedsAdvice(ValueError):
    """No rule is certain enough: a person must look at it before anything is sold."""


@dataclass(frozen=True)
class Vat:
    """``rate`` in percent; ``mention``: the sentence the invoice must bear; ``reason``: its code (VATEX), or empty."""

    case: Case
    rate: Decimal
    mention: Words | None
    reason: str


@dataclass(frozen=True)
class Totals:
    """Euros; ``gross`` = ``net`` + ``vat``."""

    net: Decimal
    vat: Decimal
    gross: Decimal


CASES: Final[Mapping[Case, Vat]] = {
    vat.case: vat
    for vat in (
        Vat(Case.FRANCE, STANDARD, None, ""),
        Vat(
            Case.REVERSE_CHARGE,
            ZERO,
            Words("Autoliquidation (art. 283-2 du CGI)", "Reverse charge (article 196 of Directive 2006/112/EC)"),
            "VATEX-EU-AE",
        ),
        Vat(
            Case.OUTSIDE,
            ZERO,
            Words("TVA non applicable, art. 259-1° du CGI", "Not subject to French VAT (article 259-1° of the CGI)"),
            "VATEX-EU-O",
        ),
        Vat(
            Case.SMALL_FIRM,
            ZERO,
            Words("TVA non applicable, art. 293 B du CGI", "VAT not applicable, article 293 B of the CGI"),
            "VATEX-FR-FRANCHISE",
        ),
    )
}


def due(country: str, numbered: bool, seller_is_small: bool = False) -> Vat:
    """The case of a buyer in ``country`` (ISO 3166-1). Raises `NeedsAdvice`.

    ``numbered``: its EU VAT number is believed (`profiles.vat_of`). Without one, a buyer elsewhere in the EU counts as
    a private person and bears French VAT, which holds while such sales stay below 10 000 € a year (art. 259 D).
    ``seller_is_small``: where French VAT would be due, we charge none (art. 293 B).
    """
    if country in OVERSEAS:
        raise NeedsAdvice(country)
    if country in EU - AS_FRANCE and numbered:
        return CASES[Case.REVERSE_CHARGE]
    if country not in EU | AS_FRANCE:
        return CASES[Case.OUTSIDE]
    return CASES[Case.SMALL_FIRM if seller_is_small else Case.FRANCE]


def totals(lines: Iterable[Decimal], vat: Vat) -> Totals:
    """Of net amounts in whole cents, all under one rate: VAT is taken once, of their sum. Raises `ValueError`."""
    net = ZERO
    for line in lines:
        if rounded(line) != line:
            raise ValueError("a line is not in whole cents")
        net += line
    tax = rounded(net * vat.rate / 100)
    return Totals(rounded(net), tax, rounded(net) + tax)


def part_of(whole: Totals, gross: Decimal, left: Totals) -> Totals:
    """A part of an invoice given back. ``gross``: what is given back; ``left``: what of ``whole`` was not yet.

    VAT is the difference of what stays before and after, so that all parts make the whole. Raises `ValueError` for what
    is no part of it.
    """
    if rounded(gross) != gross or not ZERO < gross <= left.gross <= whole.gross:
        raise ValueError("not a part")
    tax = left.vat - rounded((left.gross - gross) * whole.vat / whole.gross)
    return Totals(gross - tax, tax, gross)
