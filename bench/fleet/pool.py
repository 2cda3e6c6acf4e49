"""The pool: workers, their reports, placement by the product's own rules, and AWS's target tracking. Pure.

Time goes on in steps of one report: what the functions know is as old as the last report, as in the product.
"""

import bisect
import math
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bench.fleet.day import Meeting
from chalicelib.fleet.load import AHEAD, BEGUN, share
from chalicelib.fleet.rules import Candidate, choose, usual_load
from media_workers.promise import Promise
from media_workers.reporter import EVERY

STEP: Final = int(EVERY)
"""Seconds between two reports of a worker."""
MINUTE: Final = 60
HIGH, LOW = 3, 15
"""Minutes above and below the target before target tracking acts: so are the alarms made that it makes itself."""
SLACK: Final = 0.9
"""Target tracking shrinks only below so much of its target."""


@dataclass(frozen=True)
class Pool:
    """``capacity``: packets per second of a worker; ``wanted``: per cent of it; ``start``: seconds from order to first
    report; ``least``, ``most``: workers; ``out``, ``back``: seconds between two steps of growing and shrinking.

    ``calendar``: meetings about to begin count as load; ``promises``: a room counts from its first guest on as what is
    expected of it. The product does both; without, the model shows what they are for.
    """

    capacity: int
    wanted: int
    start: int = 40
    least: int = 2
    most: int = 500
    out: int = 60
    back: int = 900
    calendar: bool = True
    promises: bool = True


@dataclass
class Worker:
    """``load``: what it forwards; ``said``: what the functions know of it."""

    name: str
    ready: float
    load: int = 0
    said: int = 0
    rooms: dict[int, Promise] = field(default_factory=dict)


@dataclass
class Outcome:
    """``refused``: joins that found no worker. ``overloaded``: worker-seconds beyond capacity.

    ``served``: worker-seconds of a pool that always has just what the load needs. ``series``: per minute (second, load,
    workers).
    """

    joins: int = 0
    refused: int = 0
    overloaded: int = 0
    worker_seconds: int = 0
    person_seconds: int = 0
    served: float = 0.0
    series: list[tuple[int, int, int]] = field(default_factory=list)


Event = tuple[float, int, int]
"""Second, +1 or -1, number of the meeting."""


def run(day: list[Meeting], pool: Pool, chance: Random) -> Outcome:
    """Plays the day."""
    return _Day(day, pool, chance).play()


class _Day:
    def __init__(self, day: list[Meeting], pool: Pool, chance: Random) -> None:
        self.pool, self.chance = pool, chance
        self.events: list[Event] = sorted(
            [(visit.come, 1, meeting.number) for meeting in day for visit in meeting.visits]
            + [(visit.leave, -1, meeting.number) for meeting in day for visit in meeting.visits]
        )
        self.calendar = _Calendar(day)
        # Who meets on the spot has invited nobody yet when the room is placed.
        self.awaited = {m.number: len(m.visits) if m.planned and pool.promises else 0 for m in day}
        self.people: dict[int, int] = {}
        self.home: dict[int, Worker] = {}
        self.outside: dict[int, int] = {}
        self.workers = [Worker(f"w{number}", 0) for number in range(pool.least)]
        self.made = pool.least
        self.high = self.low = 0
        self.grow_from = self.shrink_from = 0
        self.outcome = Outcome()

    def play(self) -> Outcome:
        first = int(self.events[0][0]) // MINUTE * MINUTE - 10 * MINUTE
        last = int(self.events[-1][0]) + 60 * MINUTE
        at = 0
        for second in range(first, last, STEP):
            while at < len(self.events) and self.events[at][0] < second:
                _, change, meeting = self.events[at]
                (self._come if change > 0 else self._leave)(meeting, second)
                at += 1
            self._report(second)
            if second % MINUTE == 0:
                self._scale(second)
        return self.outcome

    def _come(self, meeting: int, second: int) -> None:
        self.outcome.joins += 1
        worker = self.home.get(meeting) or self._place(meeting, second)
        if worker is None:
            self.outcome.refused += 1
            self.outside[meeting] = self.outside.get(meeting, 0) + 1
        else:
            self._change(meeting, worker, 1)

    def _place(self, meeting: int, second: int) -> Worker | None:
        need = usual_load(self.awaited[meeting])
        known = {one.name: one for one in self.workers if one.ready <= second}
        candidates = [
            Candidate(name, name, "", self.pool.capacity, one.said, False, second) for name, one in known.items()
        ]
        chosen = choose(candidates, second, self.chance, need)
        if chosen is None:
            return None
        worker = self.home[meeting] = known[chosen.worker]
        worker.rooms[meeting] = Promise(self.awaited[meeting], need, second)
        worker.said += need
        return worker

    def _leave(self, meeting: int, second: int) -> None:
        if self.outside.get(meeting):
            self.outside[meeting] -= 1
            return
        worker = self.home[meeting]
        self._change(meeting, worker, -1)
        if not self.people[meeting]:
            del worker.rooms[meeting], self.home[meeting]

    def _change(self, meeting: int, worker: Worker, by: int) -> None:
        before = self.people.get(meeting, 0)
        self.people[meeting] = before + by
        worker.load += usual_load(before + by) - usual_load(before)

    def _report(self, second: int) -> None:
        outcome = self.outcome
        for worker in self.workers:
            if worker.ready <= second:
                lacking = (promise.lacking(self.people[room], second) for room, promise in worker.rooms.items())
                worker.said = worker.load + sum(lacking)
                outcome.overloaded += STEP * (worker.load > self.pool.capacity)
                outcome.served += STEP * worker.load / self.pool.capacity
        outcome.worker_seconds += STEP * len(self.workers)
        outcome.person_seconds += STEP * sum(self.people.values())

    def _scale(self, second: int) -> None:
        """Target tracking as AWS does it: by two alarms of its own, in proportion, within bounds, with pauses."""
        ready = [worker for worker in self.workers if worker.ready <= second]
        load, capacity = sum(worker.said for worker in ready), len(ready) * self.pool.capacity
        self.outcome.series.append((second, sum(worker.load for worker in ready), len(self.workers)))
        soon = self.calendar.load(second) if self.pool.calendar else 0
        percent = share([(load + soon, capacity)]) or 0
        self.high = self.high + 1 if percent > self.pool.wanted else 0
        self.low = self.low + 1 if percent < SLACK * self.pool.wanted else 0
        needed = math.ceil(len(ready) * percent / self.pool.wanted)
        needed = min(max(needed, self.pool.least), self.pool.most)
        if self.high >= HIGH and needed > len(self.workers) and second >= self.grow_from:
            self._grow(needed - len(self.workers), second)
        elif self.low >= LOW and needed < len(self.workers) and second >= max(self.grow_from, self.shrink_from):
            self._shrink(len(self.workers) - needed, second)

    def _grow(self, by: int, second: int) -> None:
        for _ in range(by):
            self.workers.append(Worker(f"w{self.made}", second + self.pool.start))
            self.made += 1
        self.grow_from = second + self.pool.out

    def _shrink(self, by: int, second: int) -> None:
        """Only workers without a room end: the others are protected."""
        free = [worker.name for worker in self.workers if not worker.rooms][:by]
        self.workers = [worker for worker in self.workers if worker.name not in free]
        self.shrink_from = second + self.pool.back


class _Calendar:
    """The planned meetings' loads by their starts, added up."""

    def __init__(self, day: list[Meeting]) -> None:
        planned = sorted((meeting.start, usual_load(len(meeting.visits))) for meeting in day if meeting.planned)
        self._starts = [start for start, _ in planned]
        self._sums = [0]
        for _, load in planned:
            self._sums.append(self._sums[-1] + load)

    def load(self, second: int) -> int:
        """Packets per second of what begins soon or has just begun, by the minutes the product looks at."""
        since, until = (second // MINUTE - BEGUN) * MINUTE, (second // MINUTE + AHEAD) * MINUTE
        first, last = bisect.bisect_left(self._starts, since), bisect.bisect_left(self._starts, until)
        return self._sums[last] - self._sums[first]
