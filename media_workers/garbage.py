"""When to look for what ended connections leave behind.

A connection and its parts (TLS, SCTP, tracks) point at each other, so that nothing of it goes before Python has looked
for such cycles. That pauses forwarding (15 ms with sixty people): it is done for many at once, and never for nothing.
"""

import gc
from collections.abc import Callable

PAUSE = 30.0
"""Seconds between two looks: what a handful of people leave in that time is a megabyte."""


class Garbage:
    """Counts endings; looks when some have come and the last look is long ago."""

    def __init__(self, collect: Callable[[], object] = gc.collect) -> None:
        self._collect = collect
        self._ended = False
        self._next = 0.0

    def left(self) -> None:
        """A connection has ended."""
        self._ended = True

    def look(self, now: float) -> None:
        """``now``: seconds, monotonic."""
        if self._ended and now >= self._next:
            self._ended, self._next = False, now + PAUSE
            self._collect()
