"""Which day it is where terms begin and end: in Paris."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib import clock

PARIS: Final = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day in Paris."""
    return day_of(clock.now())


def day_of(at: int) -> date:
    """The day in Paris of a moment (seconds)."""
    return datetime.fromtimestamp(at, PARIS).date()


def begin(day: date) -> int:
    """The moment at which a day begins there, in seconds."""
    return int(datetime.combine(day, time(), PARIS).timestamp())


def noon(day: date) -> int:
    """A moment that is in that day wherever Europe reads it: for pages, which show moments."""
    return int(datetime.combine(day, time(12), PARIS).timestamp())


def moment(at: int) -> datetime:
    """The same moment with its zone."""
    return datetime.fromtimestamp(at, UTC)
