"""In which codec somebody sends a picture: the one they like best of those that everybody who watches can decode. Pure.

(docs/decisions/0105)"""

from collections.abc import Iterable, Sequence

from media_workers.sdp_formats import COMMON

PATIENCE = 10.0
"""Seconds for which a better codec must be possible: somebody who joins again is away for a moment, and each change
costs a keyframe."""


def best(offered: Sequence[str], receivers: Iterable[frozenset[str]]) -> str:
    """Out of ``offered``, liked best first. ``receivers``: what each of them decodes. If nothing suits all, what any
    browser decodes."""
    everybody = list(receivers)
    suits = [codec for codec in offered if all(codec in one for one in everybody)]
    return suits[0] if suits else COMMON if COMMON in offered else offered[0]


class CodecChoice:
    """``offered``: what the publisher can send, liked best first; ``present``: what it was told to."""

    def __init__(self, offered: tuple[str, ...], present: str) -> None:
        self._offered = offered
        self.present = present
        self._since: float | None = None
        """Since when something better is possible."""

    def update(self, receivers: Iterable[frozenset[str]], now: float) -> bool:
        """Whether the publisher must be told anew (`present`). ``now``: seconds."""
        everybody = list(receivers)
        found = best(self._offered, everybody)
        if found == self.present:
            self._since = None
            return False
        if all(self.present in one for one in everybody):
            self._since = now if self._since is None else self._since
            if now - self._since < PATIENCE:
                return False
        self.present, self._since = found, None
        return True
