"""A zone's rules as calendar files carry them (VTIMEZONE, RFC 5545, 3.6.5).

Where clocks change on the same Sunday each year, a yearly rule says so: some programs read nothing else. icalendar's
own generator lists dates, and puts the beginning of summer time an hour too late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Change:
    """Clocks change at ``local``, read by the clock as it was until then."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def rule(self) -> tuple[object, ...]:
        """What is the same each year where the change follows a rule."""
        return self.local.month, _nth(self.local), self.local.weekday(), self.local.time(), self.after


def time_zone(zone: str, first: int, last: int) -> Timezone:
    """The rules of ``zone`` from the year before ``first`` to the year after ``last`` (seconds since 1970)."""
    where = ZoneInfo(zone)
    years = datetime.fromtimestamp(first, where).year - 1, datetime.fromtimestamp(last, where).year + 1
    changes = list(_changes(where, *years))
    block = Timezone()
    block.add("tzid", zone)
    if len(changes) == 2 * (years[1] - years[0] + 1) and len({change.rule for change in changes}) == 2:
        for change in changes[:2]:
            block.add_component(_part(change, yearly=True))
        return block
    begin = datetime(years[0], 1, 1)
    offset = _offset(where, begin.replace(tzinfo=UTC))
    for change in (Change(begin, offset, offset, _name(where, begin.replace(tzinfo=UTC)), False), *changes):
        block.add_component(_part(change, yearly=False))
    return block


def _changes(where: ZoneInfo, first_year: int, last_year: int) -> Iterator[Change]:
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        before = _offset(where, at)
        if _offset(where, at + timedelta(days=1)) != before:
            moment = _first_after(where, at, before)
            after = _offset(where, moment)
            summer = bool(moment.astimezone(where).dst())
            yield Change((moment + before).replace(tzinfo=None), before, after, _name(where, moment), summer)
        at += timedelta(days=1)


def _first_after(where: ZoneInfo, at: datetime, before: timedelta) -> datetime:
    """The first quarter of an hour with another offset than ``before``."""
    while _offset(where, at) == before:
        at += HOUR / 4
    return at


def _part(change: Change, yearly: bool) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.summer else TimezoneStandard()
    part.add("dtstart", change.local)
    if yearly:
        day = f"{_nth(change.local)}{DAYS[change.local.weekday()]}"
        part.add("rrule", {"FREQ": "YEARLY", "BYMONTH": change.local.month, "BYDAY": day})
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part


def _nth(day: datetime) -> int:
    """Which of its weekday in the month; the last as -1."""
    return -1 if (day + timedelta(days=7)).month != day.month else (day.day - 1) // 7 + 1


def _offset(where: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(where).utcoffset() or timedelta()


def _name(where: ZoneInfo, at: datetime) -> str:
    return at.astimezone(where).tzname() or ""
