"""Statistics without personal data: counts per day, and none under five.

Made the day after, long before the meetings' data go (28 days); what is kept names nobody, and a small count, from
which somebody might be recognised, is not kept at all. What is restricted (art. 18) is not counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock, log, storage
from chalicelib.register.events import Event
from chalicelib.register.stores import USAGE
from chalicelib.storage import AlreadyThere, expiry
from chalicelib.storage.expiry import Raw
from chalicelib.storage.tombstones import Proof, day_of

LEAST: Final = 5
"""The smallest count that is kept."""


class DayCount(Proof, discriminator="day_count"):
    """``stats`` / ``<day>``. A count that is missing was under five. ``score``: mean of the day's ratings."""

    day = UnicodeAttribute()
    meetings = NumberAttribute(null=True)
    minutes = NumberAttribute(null=True)
    participants = NumberAttribute(null=True)
    ratings = NumberAttribute(null=True)
    score = NumberAttribute(null=True)


@dataclass(frozen=True)
class Counted:
    """A day: meetings that began, minutes people spent in them, people who entered; how many said how good sound and
    picture were, and the sum of what they said (1 to 5 each)."""

    meetings: int
    minutes: int
    participants: int
    ratings: int = 0
    points: int = 0


def count(items: Iterable[Raw], day: str) -> Counted:
    """Counts a day in what the usage table holds. Pure."""
    meetings: set[str] = set()
    people: set[str] = set()
    seconds = 0
    scores: list[int] = []
    for item in items:
        if item.get("kind") == "rating" and not item.get("frozen") and day_of(int(item["at"])) == day:
            scores.append(int(item["score"]))
        if item.get("frozen") or item.get("kind") != "interval" or day_of(int(item["since"])) != day:
            continue
        meetings.add(str(item["pk"]))
        people.add(f"{item['pk']}/{item['participant']}")
        seconds += max(0, int(item.get("until") or item["since"]) - int(item["since"]))
    return Counted(len(meetings), seconds // 60, len(people), len(scores), sum(scores))


def keep(day: str) -> DayCount:
    """Counts ``day`` and keeps what is not too small; a day that was counted stays as it is."""
    counted = count(expiry.scan(USAGE), day)
    small = counted.meetings < LEAST or counted.participants < LEAST  # minutes of few people tell of them too
    item = DayCount(
        "stats",
        day,
        day=day,
        meetings=_large(counted.meetings),
        participants=_large(counted.participants),
        minutes=None if small else counted.minutes,
        ratings=_large(counted.ratings),
        score=None if counted.ratings < LEAST else round(counted.points / counted.ratings, 2),
    )
    try:
        storage.create(item, {Event.RENEWED: clock.now()})
    except AlreadyThere:
        log.info("statistics_twice")
    return item


def keep_yesterday() -> DayCount:
    """The schedule's act."""
    yesterday: date = datetime.fromtimestamp(clock.now(), UTC).date() - timedelta(days=1)
    return keep(yesterday.isoformat())


def days(first: str, last: str) -> Iterator[DayCount]:
    """What was kept of the days from ``first`` to ``last``."""
    return (one for one in storage.query(DayCount, "stats") if first <= one.day <= last)


def _large(number: int) -> int | None:
    return number if number >= LEAST else None
