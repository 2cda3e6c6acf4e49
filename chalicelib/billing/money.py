"""Euros and cents.

**How we round.** Prices are whole cents. Whatever is computed from them (a share of a term, VAT) is rounded once, at
its end, to the nearest cent, half a cent upwards. VAT is computed on the sum of an invoice's lines under one rate, not
line by line (EN 16931, BR-CO-17). Sums are of rounded parts, so that every page, payment and invoice adds up.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")


def rounded(value: Decimal) -> Decimal:
    """To the nearest cent, half a cent away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """``part`` of ``whole`` equal parts of an amount, rounded. Raises `ValueError` unless 0 ≤ part ≤ whole."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError("not a share")
    return rounded(amount * part / whole)
