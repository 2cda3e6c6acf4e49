"""A worker's recordings: the process that writes them, what it says of them, what is reported to the functions."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from chalicelib.signalling.recording import PartReport
from media_workers.clock import Clock
from media_workers.recording.feed import Feed
from media_workers.recording.tap import Tap
from media_workers.recording.wire import Order

logger = logging.getLogger(__name__)

LATE = 15.0
"""Seconds a segment may wait for the store before people are told."""

MakeFeed = Callable[[Callable[[dict[str, Any]], None], Callable[[], None]], Feed]
PartName = tuple[str, int]
"""Recording, number."""


class Studio:
    """``make``: starts a recorder, given whom it tells and who hears of its end; None where nothing can be recorded."""

    def __init__(self, clock: Clock, make: MakeFeed | None) -> None:
        self._clock = clock
        self._make = make
        self._feed: Feed | None = None
        self._parts: dict[PartName, PartReport] = {}
        self._done: set[PartName] = set()
        """Closed and acknowledged: a part is never begun twice, its numbers would be."""
        self._taps: dict[int, Tap] = {}
        self._streams = 0
        self._oldest = 0.0
        self._dropped = 0
        self._spoiled: set[PartName] = set()
        """Parts of which packets were dropped on the way to the recorder, which cannot know."""
        self.broken: list[Callable[[], None]] = []
        """Whom to call when the recorder has ended by itself: its parts are over."""

    @property
    def able(self) -> bool:
        """Whether anything can be recorded here."""
        return self._make is not None

    def wake(self) -> None:
        """Starts the recorder, which stores what an earlier one left on the disk."""
        if self._make is not None and self._feed is None:
            self._feed = self._make(self._hear, self._died)

    def open(self, recording: str, part: int, began: float) -> bool:
        """Begins a part, once. False when it was closed before, or nothing can be recorded here."""
        if self._make is None:
            return False
        name = recording, part
        if name in self._done:
            return False
        if name in self._parts:
            return not self._parts[name].closed
        self.wake()
        self._parts[name] = PartReport(recording, part, waiting=0, lost=0, closed=False)
        self.order({"order": "part", "recording": recording, "part": part, "began": began})
        return True

    def order(self, order: Order) -> None:
        """Tells the recorder."""
        if self._feed is not None:
            self._feed.order(order)

    def tap(self, encoding: Any, *, waits: bool, begun: Callable[[Tap], None]) -> Tap:
        """A new tap for an encoding; the caller puts it on."""
        assert self._feed is not None, "a part is open"
        self._streams += 1
        wall = self._clock.wall() - self._clock.monotonic()
        tap = Tap(encoding, self._streams, self._feed, wall, waits=waits, begun=begun)
        self._taps[tap.stream] = tap
        return tap

    def drop(self, tap: Tap) -> None:
        """A tap was taken off."""
        self._taps.pop(tap.stream, None)

    def flush(self) -> None:
        """Hands over what has gathered: called with every tick."""
        if self._feed is None:
            return
        self._feed.flush()
        if self._feed.dropped > self._dropped:
            self._dropped = self._feed.dropped
            self._spoil()

    def trouble(self, recording: str) -> str | None:
        """What people must know: ``storage`` (segments wait too long), ``lost`` (some are missing)."""
        if not self.able:
            return "storage"
        if any(part.lost for part in self._parts.values() if part.recording == recording):
            return "lost"
        waiting = any(part.waiting for part in self._parts.values() if part.recording == recording)
        return "storage" if waiting and self._oldest > LATE else None

    def report(self) -> list[PartReport]:
        """Every part that is not acknowledged as closed."""
        return list(self._parts.values())

    def acknowledged(self, parts: Iterable[PartReport]) -> None:
        """The functions know of these; what is closed is done with."""
        for part in parts:
            if part.closed and self._parts.get((part.recording, part.part)) == part:
                self.order({"order": "forget", "recording": part.recording, "part": part.part})
                self._done.add((part.recording, part.part))
                self._spoiled.discard((part.recording, part.part))
                del self._parts[part.recording, part.part]

    @property
    def open_parts(self) -> int:
        """Recordings that are being written."""
        return sum(not part.closed for part in self._parts.values())

    @property
    def waiting(self) -> int:
        """Segments that wait for the store."""
        return sum(part.waiting for part in self._parts.values())

    @property
    def lost(self) -> int:
        """Segments known to be missing, of parts not acknowledged."""
        return sum(part.lost for part in self._parts.values())

    @property
    def busy(self) -> bool:
        """Whether something is open or waits for the store."""
        return any(not part.closed for part in self._parts.values())

    @property
    def unacknowledged(self) -> bool:
        """Whether the functions don't know yet of something that is closed."""
        return bool(self._parts)

    def close(self) -> None:
        """The worker stops: the recorder brings what it has to its end."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def _hear(self, said: dict[str, Any]) -> None:
        if said["say"] == "keyframe":
            tap = self._taps.get(said["stream"])
            if tap is not None:
                tap.encoding.keyframes.want()
            return
        self._oldest = said["oldest"]
        for one in said["parts"]:
            name = one["recording"], one["part"]
            if name in self._parts and not self._parts[name].closed:
                lost = one["lost"] + (name in self._spoiled)
                self._parts[name] = PartReport(*name, one["waiting"], lost, one["closed"])

    def _spoil(self) -> None:
        """What is open has a hole that is nobody's network: it must not count as whole."""
        for name, part in self._parts.items():
            if not part.closed and name not in self._spoiled:
                logger.error("packets of a recording were dropped: the recorder is too slow")
                self._spoiled.add(name)
                self._parts[name] = replace(part, lost=part.lost + 1)

    def _died(self) -> None:
        """What was open in it is missing. The next part begins in a new one."""
        self._feed, self._dropped = None, 0
        self._taps.clear()
        self._parts = {
            name: part if part.closed else replace(part, lost=part.lost + 1, closed=True)
            for name, part in self._parts.items()
        }
        for call in list(self.broken):
            call()
