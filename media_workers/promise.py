"""What a room that has just begun will weigh, before everybody is there."""

from dataclasses import dataclass

YOUNG = 180.0
"""Seconds after which a room weighs what it weighs: who has not come by then is not waited for."""


@dataclass(frozen=True)
class Promise:
    """``people`` awaited (0: nobody knows), ``load`` in forwarded packets per second when they are there; ``since``:
    second of a monotonic clock."""

    people: int
    load: int
    since: float

    def lacking(self, present: int, now: float) -> int:
        """Packets per second still to come, with so many people there."""
        if self.people <= 0 or now - self.since >= YOUNG:
            return 0
        return round(self.load * max(0.0, 1 - present / self.people))
