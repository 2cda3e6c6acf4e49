"""How much each company met, by month: counts, no names, made at night from the attendance of the days before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock, log, storage
from chalicelib.register.events import Event
from chalicelib.register.stores import USAGE
from chalicelib.storage import AlreadyThere, Changed, People, expiry
from chalicelib.storage.expiry import Raw
from chalicelib.storage.tombstones import day_of

LOOKS_BACK: Final = 3
"""Days counted each night where they were not yet: a night without its schedule loses nothing."""


class UsageMonth(People, discriminator="usage_month"):
    """``company#<id>`` / ``usage#<month>``. ``counted``: the last day that is in it, ISO 8601."""

    month = UnicodeAttribute()
    meetings = NumberAttribute()
    minutes = NumberAttribute()
    participants = NumberAttribute()
    counted = UnicodeAttribute()


@dataclass
class Day:
    """A company's day: occurrences somebody was in, people who entered them, seconds they spent there in all."""

    meetings: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    seconds: int = 0


def count(items: Iterable[Raw], days: Iterable[str]) -> dict[tuple[str, str], Day]:
    """(day, company) → what happened, from what the usage table holds. Restricted data are not counted. Pure."""
    wanted = set(days)
    found: dict[tuple[str, str], Day] = {}
    for item in items:
        if item.get("kind") != "interval" or item.get("frozen") or not item.get("controller"):
            continue
        day = day_of(int(item["since"]))
        if day in wanted:
            one = found.setdefault((day, str(item["controller"])), Day())
            one.meetings.add(str(item["pk"]))
            one.people.add(f"{item['pk']}/{item['participant']}")
            one.seconds += max(0, int(item.get("until") or item["since"]) - int(item["since"]))
    return found


def keep() -> int:
    """Adds the days before today to the months of each company, each day once. Returns how many were added."""
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(LOOKS_BACK, 0, -1)]
    counted = count(expiry.scan(USAGE), days)
    return sum(_add(company, day, one) for (day, company), one in sorted(counted.items(), key=lambda pair: pair[0]))


def months(company: str) -> list[UsageMonth]:
    """What is kept, newest month first."""
    return list(storage.query(UsageMonth, f"company#{company}", "usage#", newest_first=True))


def erase(company: str) -> None:
    """With the company."""
    for one in months(company):
        storage.delete(one)


def _add(company: str, day: str, one: Day) -> bool:
    now, place = clock.now(), (f"company#{company}", f"usage#{day[:7]}")
    meetings, people, minutes = len(one.meetings), len(one.people), one.seconds // 60
    found = storage.get(UsageMonth, *place, because="storage")
    try:
        if found is None:
            fresh = UsageMonth(
                *place, month=day[:7], meetings=meetings, minutes=minutes, participants=people, counted=day
            )
            storage.create(fresh, {Event.RENEWED: now})
            return True
        if found.counted >= day:
            return False
        sums = UsageMonth.meetings.add(meetings), UsageMonth.minutes.add(minutes), UsageMonth.participants.add(people)
        storage.happened(found, Event.RENEWED, now, *sums, UsageMonth.counted.set(day), because="storage")
    except (AlreadyThere, Changed):  # another run of the same night counts it
        log.info("usage_twice")
        return False
    return True


def lines(company: str) -> Iterator[dict[str, int]]:
    """As the page shows them. ``month``: its middle, seconds since 1970: the same month in every zone."""
    for one in months(company):
        yield {
            "month": int(datetime.fromisoformat(f"{one.month}-15T12:00:00+00:00").timestamp()),
            "meetings": int(one.meetings),
            "minutes": int(one.minutes),
            "participants": int(one.participants),
        }
