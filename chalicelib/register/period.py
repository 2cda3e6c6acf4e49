"""Lengths of time as law and policy write them: months by the calendar, days and hours exactly."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_TERM = re.compile(r"([+-]?)\s*(\d+)\s*(y|min|m|d|h)")


@dataclass(frozen=True)
class Period:
    """``months`` calendar months, then ``seconds`` more (may be negative: "36m - 7d")."""

    months: int = 0
    seconds: int = 0

    def after(self, start: int) -> int:
        """The moment this period after ``start`` (seconds since 1970, UTC calendar).

        The day of the month is kept, or is the month's last day where it does not exist.
        """
        day = datetime.fromtimestamp(start, UTC)
        month = day.month - 1 + self.months
        year, month = day.year + month // 12, month % 12 + 1
        day = day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
        return int((day + timedelta(seconds=self.seconds)).timestamp())

    def within(self, ceiling: "Period", margin: "Period") -> bool:
        """Whether this period and ``margin`` after it end no later than ``ceiling``, whatever day they start on."""
        first = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())
        starts = range(first, first + 4 * 366 * 86_400, 86_400)  # a whole leap cycle
        return all(margin.after(self.after(start)) <= ceiling.after(start) for start in starts)

    def __str__(self) -> str:
        days, rest = divmod(abs(self.seconds), 86_400)
        parts = [f"{self.months}m"] if self.months else []
        sign = "-" if self.seconds < 0 else "+"
        for number, unit in ((days, "d"), (rest // 3600, "h"), (rest % 3600 // 60, "min")):
            if number:
                parts.append(f"{sign} {number}{unit}" if parts else f"{'-' if self.seconds < 0 else ''}{number}{unit}")
        return " ".join(parts) or "0d"


def period(text: str) -> Period:
    """``"28d"``, ``"36m - 7d"``, ``"10y"``, ``"12h"``, ``"90min"`` as a `Period`. Raises `ValueError`."""
    months = seconds = 0
    rest = text.strip()
    while rest:
        term = _TERM.match(rest)
        if not term:
            raise ValueError(f"not a period: {text!r}")
        sign, number, unit = -1 if term[1] == "-" else 1, int(term[2]), term[3]
        months += sign * number * {"y": 12, "m": 1}.get(unit, 0)
        seconds += sign * number * {"d": 86_400, "h": 3_600, "min": 60}.get(unit, 0)
        rest = rest[term.end() :].strip()
    return Period(months, seconds)
