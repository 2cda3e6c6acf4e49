"""Numbers of invoices and credit notes: one chronological series without gap (CGI, annexe II, art. 242 nonies A).

The count is kept by the store, which takes the next number in the transaction that writes the invoice. Credit notes
are in the same series, so that there is one gap-free sequence to show. A series per accounting year is allowed; its
year is part of the number.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_FORM: Final = re.compile(r"IB-(\d{4})-(\d{6})", re.ASCII)


@dataclass(frozen=True, order=True)
class Number:
    """``year``: of the accounting year's last day; ``count``: from 1. Raises `ValueError`."""

    year: int
    count: int

    def __post_init__(self) -> None:
        if not (2000 <= self.year <= 9999 and 1 <= self.count <= 999_999):
            raise ValueError("number")

    def __str__(self) -> str:
        return f"IB-{self.year}-{self.count:06}"


def read(text: str) -> Number:
    """The number written so. Raises `ValueError`."""
    if not (found := _FORM.fullmatch(text)):
        raise ValueError("number")
    return Number(int(found[1]), int(found[2]))


def accounting_year_end(day: date, month: int = 12) -> date:
    """The last day of the accounting year that holds ``day``; years end with the last day of ``month``."""
    year = day.year + (day.month > month)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
