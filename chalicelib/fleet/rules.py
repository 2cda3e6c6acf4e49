"""Which worker takes a room; how long a person was there. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

FRESH = 6
"""Seconds: a report older than three intervals says nothing."""


@dataclass(frozen=True)
class Candidate:
    """A worker as its last report describes it. ``load``/``capacity``: packets per second."""

    worker: str
    incarnation: str
    control: str
    capacity: int
    load: int
    draining: bool
    reported_at: int

    def takes_rooms(self, now: int) -> bool:
        """Fresh, not draining, not full."""
        return now - self.reported_at <= FRESH and not self.draining and self.load < self.capacity


def choose(candidates: Iterable[Candidate], now: int, chance: Random) -> Candidate | None:
    """The less loaded of two picked at random: close to the best, without everybody running to the same one
    (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001)."""
    able = [candidate for candidate in candidates if candidate.takes_rooms(now)]
    if not able:
        return None
    pair = chance.sample(able, min(2, len(able)))
    return min(pair, key=lambda candidate: candidate.load / max(candidate.capacity, 1))


def united(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The intervals merged where they touch or overlap, in order: two tabs or a reconnect don't count twice."""
    merged: list[tuple[float, float]] = []
    for since, until in sorted(intervals):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        elif until > since:
            merged.append((since, until))
    return merged


def total(intervals: Sequence[tuple[float, float]]) -> float:
    """Seconds of merged intervals together."""
    return sum(until - since for since, until in intervals)
