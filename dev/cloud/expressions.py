"""When a schedule falls due: EventBridge's ``rate(…)`` and ``cron(…)`` over seconds since 1970, in UTC.

Source: Amazon EventBridge user guide, "Cron expressions" and "Rate expressions".
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}
_MONTHS = {calendar.month_abbr[n].upper(): str(n) for n in range(1, 13)}
_DAYS = {calendar.day_abbr[(n + 5) % 7].upper(): str(n) for n in range(1, 8)}

FIRST_YEAR, LAST_YEAR = 1970, 2199

Next = Callable[[float], float]


class ExpressionError(ValueError):
    """Not an expression this reader knows (it knows no L, W or #)."""


def parse(expression: str) -> Next:
    """A function that gives the first moment due after another one. Raises `ExpressionError`."""
    if rate := _RATE.fullmatch(expression):
        period = int(rate[1]) * _SECONDS[rate[2]]
        return lambda last: last + period
    if cron := _CRON.fullmatch(expression):
        return _Cron(*cron.groups()).after
    raise ExpressionError(f"not a schedule expression: {expression}")


class _Cron:
    def __init__(self, minutes: str, hours: str, days: str, months: str, weekdays: str, years: str) -> None:
        if (days == "?") == (weekdays == "?"):
            raise ExpressionError("one of day-of-month and day-of-week, and only one, must be ?")
        self._minutes = _values(minutes, 0, 59)
        self._hours = _values(hours, 0, 23)
        self._days = _values(days, 1, 31)
        self._months = _values(_named(months, _MONTHS), 1, 12)
        self._weekdays = _values(_named(weekdays, _DAYS), 1, 7)
        self._years = _values(years, FIRST_YEAR, LAST_YEAR)

    def after(self, last: float) -> float:
        """Infinity when there is none any more."""
        moment = datetime.fromtimestamp(last, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        while moment.year <= LAST_YEAR:
            if not self._on_day(moment):
                moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
            elif moment.hour not in self._hours:
                moment = (moment + timedelta(hours=1)).replace(minute=0)
            elif moment.minute not in self._minutes:
                moment += timedelta(minutes=1)
            else:
                return moment.timestamp()
        return float("inf")

    def _on_day(self, moment: datetime) -> bool:
        return (
            moment.year in self._years
            and moment.month in self._months
            and moment.day in self._days
            and moment.isoweekday() % 7 + 1 in self._weekdays  # Sunday is 1
        )


def _named(field: str, names: dict[str, str]) -> str:
    return re.sub("[A-Z]{3}", lambda found: names.get(found[0], found[0]), field.upper())


def _values(field: str, low: int, high: int) -> frozenset[int]:
    return frozenset(value for part in field.split(",") for value in _part(part, low, high))


def _part(part: str, low: int, high: int) -> range:
    """``*``, ``?``, ``5``, ``1-5``, each with an optional ``/step``; ``5/15`` runs from 5 to the end."""
    span, _, step = part.partition("/")
    first, _, last = span.partition("-")
    try:
        begin = low if span in ("*", "?") else int(first)
        end = high if span in ("*", "?") or (step and not last) else int(last or first)
        stride = int(step or 1)
    except ValueError:
        raise ExpressionError(f"not a field of a cron expression: {part}") from None
    if not low <= begin <= end <= high or stride < 1:
        raise ExpressionError(f"out of range: {part}")
    return range(begin, end + 1, stride)
