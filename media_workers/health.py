"""How well each person's network carries the meeting, in three words, without flicker.

Loss is what people hear. It is counted before repairs, on the way up from sequence numbers, on the way down from
transport-wide feedback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.signalling.quality import FAIR, POOR

if TYPE_CHECKING:
    from media_workers.connection import Connection
    from media_workers.participant import Participant

Grade = Literal["good", "fair", "poor"]
GRADES: tuple[Grade, ...] = ("good", "fair", "poor")
EVERY = 2.0
"""Seconds between two looks."""
FEW = 20
"""Packets that make a loss figure."""
WORSE, BETTER = 2, 4
"""Looks in a row that must agree before the word changes."""


@dataclass(frozen=True)
class Sample:
    """``expected``, ``received``: packets of all that is sent up, since the beginning; ``down``: part lost on the way
    down; ``paused``: pictures are held back."""

    expected: int
    received: int
    down: float
    paused: bool


@dataclass
class _Person:
    sample: Sample
    grade: Grade = "good"
    seen: Grade = "good"
    times: int = 0


class Health:
    """One room's. ``told``: who is not well, in which word."""

    def __init__(self) -> None:
        self._people: dict[str, _Person] = {}
        self.told: dict[str, Grade] = {}
        self._looked = 0.0

    @property
    def word(self) -> dict[str, Any]:
        """The message that tells it."""
        return {"type": "quality", "people": self.told}

    def beat(self, people: Iterable[Participant], now: float) -> bool:
        """Looks when it is time; whether `word` changed."""
        if now - self._looked < EVERY:
            return False
        self._looked = now
        return self.look({person.id: _sample(person.connection) for person in people})

    def look(self, samples: dict[str, Sample]) -> bool:
        """Takes in how everybody here fares; whether `told` changed."""
        self._people = {id: person for id, person in self._people.items() if id in samples}
        for id, sample in samples.items():
            person = self._people.setdefault(id, _Person(sample))
            self._judge(person, _grade(person.sample, sample))
            person.sample = sample
        told: dict[str, Grade] = {id: person.grade for id, person in self._people.items() if person.grade != "good"}
        changed, self.told = told != self.told, told
        return changed

    @staticmethod
    def _judge(person: _Person, seen: Grade) -> None:
        person.times = person.times + 1 if seen == person.seen else 1
        person.seen = seen
        worse = GRADES.index(seen) > GRADES.index(person.grade)
        if person.times >= (WORSE if worse else BETTER):
            person.grade = seen


def _grade(before: Sample, now: Sample) -> Grade:
    expected, received = now.expected - before.expected, now.received - before.received
    up = max(0.0, 1 - received / expected) if expected >= FEW else 0.0
    loss = max(up, now.down)
    if loss >= POOR or now.paused:
        return "poor"
    return "fair" if loss >= FAIR else "good"


def _sample(connection: Connection) -> Sample:
    encodings = [encoding for slot in connection.leg.slots.values() for encoding in slot.encodings]
    counts = [encoding.reception.counts for encoding in encodings]
    expected, received = sum(count[0] for count in counts), sum(count[1] for count in counts)
    return Sample(expected, received, connection.leg.downlink.loss, bool(connection.view.paused))
