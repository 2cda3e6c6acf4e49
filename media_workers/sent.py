"""What went to a receiver and when, by transport-wide number, until its feedback says how it fared."""

from collections import deque
from math import inf
from typing import Final

from media_workers.sequence import nearest

MOST: Final = 8192
"""Packets remembered: two seconds of a very good downlink."""
LATE: Final = 0.2
"""Seconds of sending: what is missing when something sent so much later has arrived was not overtaken, it is lost."""


class Delivery:
    """How ``count`` packets fared that went out together and came together. Seconds: ``sent`` in our clock, ``arrived``
    in the receiver's (None: lost). ``size``: bytes of each. ``probe``: the one they were sent in; 0 = none."""

    # No dataclass: there are hundreds a second for each receiver, and compiled code makes it ten times as fast.
    __slots__ = ("arrived", "count", "probe", "sent", "size")

    def __init__(self, sent: float, arrived: float | None, size: int, probe: int, count: int = 1) -> None:
        self.sent = sent
        self.arrived = arrived
        self.size = size
        self.probe = probe
        self.count = count


class _Run:
    """Packets of one size that went out together. ``told``: a bit for each that was told of, the first one lowest."""

    # Most packets leave in such rows: one object for each of them would fill the processor's cache.
    __slots__ = ("count", "first", "probe", "sent", "size", "told")

    def __init__(self, first: int, sent: float, size: int, probe: int) -> None:
        self.first = first
        self.count = 1
        self.sent = sent
        self.size = size
        self.probe = probe
        self.told = 0

    @property
    def whole(self) -> bool:
        """All of them were told of."""
        return self.told == (1 << self.count) - 1


LONGEST_RUN: Final = 32
"""Packets: bits of `_Run.told` that are quick to handle."""


class Sent:
    """Numbers count from 0 and are extended; on the wire they have 16 bits."""

    def __init__(self) -> None:
        self._runs: deque[_Run] = deque()
        """In the order of their numbers, without gaps."""
        self._newest_run: _Run | None = None
        """The last of them, while it can grow."""
        self._missing: set[int] = set()
        """Numbers of packets a receiver told not to have: later feedback may tell that they came."""
        self._newest = -inf
        """When the last packet was sent of those that arrived."""
        self._next = 0

    @property
    def number(self) -> int:
        """The 16-bit number of the next packet."""
        return self._next & 0xFFFF

    def put(self, size: int, probe: int, now: float) -> None:
        """The packet with `number` went out."""
        self.put_all([size], probe, now)

    def put_all(self, sizes: list[int], probe: int, now: float) -> None:
        """The packets from `number` on went out together."""
        run = self._newest_run
        if run is not None and (run.sent != now or run.probe != probe):
            run = None
        number = self._next
        for size in sizes:
            if run is not None and run.size == size and run.count < LONGEST_RUN:
                run.count += 1
            else:
                run = _Run(number, now, size, probe)
                self._runs.append(run)
            number += 1
        self._newest_run = run
        self._next = number
        while self._runs and self._runs[0].first + self._runs[0].count <= number - MOST:
            self._runs.popleft()

    def deliveries(self, base: int, arrivals: list[float | None]) -> list[Delivery]:
        """What feedback that begins with the 16-bit number ``base`` says of packets not heard of yet: first those that
        are lost, then those that arrived as they were sent."""
        found: list[Delivery] = []
        first = nearest(base, self._next)
        begin, end = max(first, self._next - MOST), first + len(arrivals)
        for run in self._since(begin):
            together: Delivery | None = None
            for number in range(max(begin, run.first), min(end, run.first + run.count)):
                bit = 1 << (number - run.first)
                if run.told & bit:
                    continue
                arrived = arrivals[number - first]
                if arrived is None:
                    self._missing.add(number)
                    continue
                run.told |= bit
                if self._missing:
                    self._missing.discard(number)
                if together is not None and together.arrived == arrived:
                    together.count += 1
                else:
                    together = Delivery(run.sent, arrived, run.size, run.probe)
                    found.append(together)
            if together is not None:
                self._newest = max(self._newest, run.sent)
        if self._missing:
            found = self._lost() + found
        while self._runs and self._runs[0].whole:
            if self._runs.popleft() is self._newest_run:
                self._newest_run = None
        return found

    def _since(self, number: int) -> list[_Run]:
        """From the run on that holds it. Feedback is of what was sent lately."""
        found: list[_Run] = []
        for run in reversed(self._runs):
            found.append(run)
            if run.first <= number:
                break
        found.reverse()
        return found

    def _lost(self) -> list[Delivery]:
        """What has been missing too long, and is forgotten."""
        lost: list[Delivery] = []
        oldest = self._next - MOST
        for run in self._since(min(self._missing)):
            if run.sent >= self._newest - LATE:
                break
            for number in range(max(oldest, run.first), run.first + run.count):
                if number in self._missing:
                    run.told |= 1 << (number - run.first)
                    self._missing.remove(number)
                    lost.append(Delivery(run.sent, None, run.size, run.probe))
        self._missing = {number for number in self._missing if number >= oldest}
        return lost
