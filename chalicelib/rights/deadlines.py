"""When an answer is due (GDPR art. 12 (3), counted as Regulation 1182/71 says). Pure.

Eleven holidays and Easter by rule: a library of the world's holidays would weigh more than the rest of the functions.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""Where we are established: our days and holidays count."""

MONTHS = 1
EXTENDED_MONTHS = 3
"""From receipt, extension included: one month and two more."""

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Whit Monday, in days after Easter Sunday."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus, Nature, 20 April 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, remainder = divmod(century, 4)
    shift = (century + 8) // 25
    moon = (19 * golden + century - leap - (century - shift + 1) // 3 + 15) % 30
    quarter, left = divmod(rest, 4)
    weekday = (32 + 2 * remainder + 2 * quarter - moon - left) % 7
    correction = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """The public holidays of France (Code du travail, art. L3133-1)."""
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in FIXED), *moving))


def is_working(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a holiday (Reg. 1182/71, art. 2)."""
    return day.weekday() < 5 and day not in holidays(day.year)


def months_after(received: date, months: int) -> date:
    """The last day of a period of months: same date, or the month's last day; moved to the next working day if it is
    none (art. 3 (1), (2) c, (4)). The day of receipt does not count, which "same date" says already.
    """
    month = received.month - 1 + months
    year, month = received.year + month // 12, month % 12 + 1
    last = date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
    while not is_working(last):
        last += timedelta(days=1)
    return last


def working_days_after(start: date, days: int) -> date:
    """The day on which ``days`` working days after ``start`` have passed."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working(day)
    return day


def day_of(at: int) -> date:
    """The date in Paris of a moment (seconds since 1970)."""
    return datetime.fromtimestamp(at, PARIS).date()


def end_of(day: date) -> int:
    """The last second of a day in Paris (seconds since 1970)."""
    return int(datetime.combine(day + timedelta(days=1), time(), PARIS).astimezone(UTC).timestamp()) - 1


def answer_due(received_at: int, *, extended: bool = False, suspended_days: int = 0) -> int:
    """When the answer to a request is due. ``suspended_days``: while identity asked at once was awaited."""
    day = months_after(day_of(received_at), EXTENDED_MONTHS if extended else MONTHS)
    if suspended_days:
        day += timedelta(days=suspended_days)
        while not is_working(day):
            day += timedelta(days=1)
    return end_of(day)


def review_due(asked_at: int, days: int = 2) -> int:
    """When a person must have looked at an automated decision."""
    return end_of(working_days_after(day_of(asked_at), days))
