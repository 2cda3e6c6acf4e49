"""How one connection was carried, from its answer on, for who organised the meeting."""

from chalicelib.signalling.quality import Quality
from media_workers.leg import Leg
from media_workers.view import View

SOON = 10.0
"""Seconds from keys in use within which a first packet says how long media took; later, nobody had sent before."""


class Passage:
    """``answered``: when the offer was answered (seconds, monotonic)."""

    def __init__(self, leg: Leg, view: View, answered: float) -> None:
        self._leg = leg
        self._view = view
        self._answered = answered
        self._up: float | None = None

    def came(self, now: float) -> None:
        """Keys are in use."""
        self._up = now

    def quality(self) -> Quality:
        """The sums of now."""
        up = self._up if self._up is not None else self._answered
        receptions = [one.reception for slot in self._leg.slots.values() for one in slot.encodings]
        counts = [reception.counts for reception in receptions]
        down_packets, down_lost = self._leg.downlink.counts
        firsts = [*(reception.began for reception in receptions), self._leg.first_sent]
        first = min((at for at in firsts if at is not None), default=None)
        return Quality(
            up_packets=sum(expected for expected, _ in counts),
            up_lost=sum(max(0, expected - received) for expected, received in counts),
            down_packets=down_packets,
            down_lost=down_lost,
            paused=round(self._view.paused_for, 1),
            path_after=round(up - self._answered, 3),
            media_after=round(first - self._answered, 3) if first is not None and first <= up + SOON else None,
        )
