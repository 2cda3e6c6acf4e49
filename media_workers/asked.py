"""Which encodings a publisher is asked to send: up to the largest somebody wants, or lately wanted.

Those below it go on: they are few bits, they are the way back for who gets a narrow network, and starting an encoding
may make the others hitch.
"""

from typing import Final

LINGER: Final = 4.0
"""Seconds an encoding goes on that nobody wants any more: people look back and forth."""
PATIENCE: Final = 3.0
"""Seconds a publisher has to send what is wanted; its uplink may not carry it."""


class Asked:
    """``rids``: the encodings of a slot, lowest first; all are sent at first."""

    def __init__(self, rids: tuple[str, ...]) -> None:
        self._rids = rids
        self._until: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self.active = list(rids)
        """What the publisher was told last."""

    def restart(self) -> None:
        """The slot goes up again: what has not come until now was not asked for in vain."""
        self._since.clear()

    def update(self, wanted: set[str], now: float) -> bool:
        """Whether the publisher must be told anew. ``wanted``: encodings somebody wants at ``now`` (seconds)."""
        for rid in self._rids:
            if rid in wanted:
                self._since.setdefault(rid, now)
                self._until[rid] = now + LINGER
            elif now >= self._until.setdefault(rid, now + LINGER):
                self._since.pop(rid, None)
        count = max((at + 1 for at, rid in enumerate(self._rids) if now < self._until[rid]), default=0)
        active = list(self._rids[:count])
        changed, self.active = active != self.active, active
        return changed

    def in_vain(self, rid: str, now: float) -> bool:
        """Whether it was wanted for longer than it takes to come."""
        return now - self._since.get(rid, now) > PATIENCE
