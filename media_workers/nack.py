"""Gaps in an up track: which packets to ask for again, how often, and when to give up."""

from dataclasses import dataclass
from typing import Final

RETRY: Final = 0.05
"""Seconds between two requests for one packet: about a round trip."""
TRIES: Final = 10
LONGEST: Final = 256
"""A longer gap is no loss but a break: nothing is asked for, a keyframe mends it."""


@dataclass(slots=True)
class _Missing:
    tries: int = 0
    next: float = 0.0


class Gaps:
    """Follows the extended sequence numbers of one up track."""

    def __init__(self) -> None:
        self._missing: dict[int, _Missing] = {}
        self._highest: int | None = None
        self.broken = False
        """A packet was given up since `take_broken`."""

    @property
    def open(self) -> bool:
        """Something is missing and not given up."""
        return bool(self._missing)

    def seen(self, extended: int) -> None:
        """A packet came, new or repaired."""
        if self._highest is None or extended - self._highest > LONGEST:
            self.broken = self.broken or self._highest is not None
            self._missing.clear()
            self._highest = extended
            return
        if extended <= self._highest:
            self._missing.pop(extended, None)
            return
        for number in range(self._highest + 1, extended):
            self._missing[number] = _Missing()
        self._highest = extended
        while len(self._missing) > LONGEST:
            del self._missing[next(iter(self._missing))]
            self.broken = True

    def due(self, now: float) -> list[int]:
        """The extended numbers to ask for at ``now`` (seconds), in rising order; asked `TRIES` times each."""
        if not self._missing:
            return []
        asked = []
        for number, missing in list(self._missing.items()):
            if missing.next > now:
                continue
            if missing.tries == TRIES:
                del self._missing[number]
                self.broken = True
                continue
            missing.tries += 1
            missing.next = now + RETRY
            asked.append(number)
        return asked

    def take_broken(self) -> bool:
        """Whether something was given up since the last call."""
        broken, self.broken = self.broken, False
        return broken
