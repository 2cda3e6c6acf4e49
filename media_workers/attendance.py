"""Who was in, from when to when, until the functions have written it down."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.signalling.messages import Interval
from chalicelib.signalling.quality import Quality

MOST = 50_000
"""Closed intervals kept while reports fail; the oldest go first."""


@dataclass(frozen=True)
class Presence:
    """Whose interval it is."""

    room: str
    participant: str
    connection: str


class Attendance:
    """Intervals by connection. Times are seconds since 1970."""

    def __init__(self) -> None:
        self._intervals: dict[Presence, Interval] = {}
        self._measures: dict[Presence, Callable[[], Quality]] = {}
        """Of the open ones."""

    def began(self, presence: Presence, now: float, measure: Callable[[], Quality]) -> None:
        """The media path is up. ``measure``: how it went up to now."""
        self._measures[presence] = measure
        self._intervals[presence] = Interval(
            presence.room, presence.participant, presence.connection, since=now, until=now, open=True
        )

    def ended(self, presence: Presence, now: float) -> None:
        """The connection is gone."""
        interval = self._intervals.get(presence)
        if interval is not None and interval.open:
            self._intervals[presence] = replace(interval, until=now, open=False, quality=self._measures.pop(presence)())

    def report(self, now: float) -> list[Interval]:
        """All open intervals up to now and all closed ones not yet acknowledged."""
        surplus = len(self._intervals) - MOST
        for presence in [p for p, i in self._intervals.items() if not i.open][: max(0, surplus)]:
            del self._intervals[presence]
        return [
            replace(interval, until=now, quality=self._measures[presence]()) if interval.open else interval
            for presence, interval in self._intervals.items()
        ]

    def acknowledged(self, reported: list[Interval]) -> None:
        """A report with these was answered 200: what it held closed is done with."""
        for interval in reported:
            if not interval.open:
                self._intervals.pop(Presence(interval.room, interval.participant, interval.connection), None)
