"""Which worker takes a room; how long a person was there. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

FRESH = 6
"""Seconds: a report older than three intervals says nothing."""
PICTURES: Final = 12
VOICES: Final = 15
"""How many people are seen and heard at once in the room's page (docs/protocol.md)."""
PICTURE: Final = ((1, 160), (4, 60), (9, 35), (PICTURES, 30))
"""Up to so many pictures shown: packets per second of one. The encodings of a camera, 1,500, 500 and 150 kbit/s, in
packets of about 1,100 bytes (docs/decisions/0018); among many, one of them is the speaker's, larger."""
SOUND: Final = 50
"""Packets per second of an open microphone."""
TALKING, OPEN = 4, 0.4
"""Where more than so many meet, that share of microphones is open."""


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
    revision: int = 0
    """Of what it runs: a deployment makes a higher one."""

    def takes_rooms(self, now: int) -> bool:
        """Fresh, not draining, not full."""
        return self.fresh(now) and not self.draining and self.load < self.capacity

    def fresh(self, now: int) -> bool:
        """Its last report still says something."""
        return now - self.reported_at <= FRESH


def usual_load(people: int) -> int:
    """Forwarded packets per second of a room in which so many meet, all with a camera."""
    if people < 2:
        return 0
    others = people - 1
    shown = min(others, PICTURES)
    picture = next(rate for most, rate in PICTURE if shown <= most)
    heard = min(others, VOICES) * (1.0 if people <= TALKING else OPEN)
    return round(people * (shown * picture + heard * SOUND))


def choose(candidates: Iterable[Candidate], now: int, chance: Random, need: int = 0) -> Candidate | None:
    """The less loaded of two picked at random: close to the best, without everybody running to the same one
    (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).

    ``need``: packets per second the room will come to; it goes where that fits, and to the newest revision, so that
    what a deployment replaces runs empty. When nothing fits, any worker that takes rooms is better than none.
    """
    able = [candidate for candidate in candidates if candidate.takes_rooms(now)]
    if not able:
        return None
    fitting = [candidate for candidate in able if candidate.load + need <= candidate.capacity] or able
    newest = max(candidate.revision for candidate in fitting)
    fitting = [candidate for candidate in fitting if candidate.revision == newest]
    pair = chance.sample(fitting, min(2, len(fitting)))
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
