"""Amounts and times as the wire has them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from .errors import Unsendable

PARIS = ZoneInfo("Europe/Paris")

_AMOUNT = re.compile(r"(?P<value>[0-9]{1,12}(\.[0-9]{1,2})?)(?P<currency>[A-Z]{3})", re.ASCII)
_MOMENT = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?:_a_|_|:)(\d{2}):(\d{2}):(\d{2})", re.ASCII)


def amount(field: str, value: Decimal, currency: str) -> str:
    """``62.70EUR``; zero is ``0EUR``, as in the manual's example of a stopped recurrence. Raises `Unsendable`."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Unsendable(field, "the currency is not three capital letters (ISO 4217)")
    if not value.is_finite() or not 0 <= value < 10**12:
        raise Unsendable(field, "not an amount that can be paid")
    cents = value.quantize(Decimal("0.01"))
    if cents != value:
        raise Unsendable(field, "more than two decimals")
    return f"{cents if cents else 0}{currency}"


def read_amount(text: str) -> tuple[Decimal, str] | None:
    """Value and currency of ``62.70EUR``, ``62.7EUR`` or ``62EUR``; `None` when it is none of them."""
    if not (found := _AMOUNT.fullmatch(text)):
        return None
    return Decimal(found["value"]), found["currency"]


def moment(field: str, at: datetime) -> str:
    """``DD/MM/YYYY:HH:MM:SS`` on the wall clock of Paris. Raises `Unsendable` for a time without its zone."""
    return in_paris(field, at).strftime("%d/%m/%Y:%H:%M:%S")


def day(on: date) -> str:
    """``DD/MM/YYYY``."""
    return on.strftime("%d/%m/%Y")


def day_of_order(at: datetime) -> date:
    """The day under which the bank files an order placed at that time: Paris', not Greenwich's."""
    return in_paris("date_commande", at).date()


def read_moment(text: str) -> datetime | None:
    """The time of ``DD/MM/YYYY_a_HH:MM:SS`` in UTC; `None` when it is none.

    An hour that autumn has twice is taken for the first.
    """
    if not (found := _MOMENT.fullmatch(text)):
        return None
    days, months, years, hours, minutes, seconds = map(int, found.groups())
    try:
        return datetime(years, months, days, hours, minutes, seconds, tzinfo=PARIS).astimezone(UTC)
    except ValueError:
        return None


def in_paris(field: str, at: datetime) -> datetime:
    """The same time on the wall clock of Paris. Raises `Unsendable` for a time without its zone."""
    if at.tzinfo is None:
        raise Unsendable(field, "a time without its zone")
    return at.astimezone(PARIS)
