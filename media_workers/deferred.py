"""Messages wait for the next tick: many in a row find code and tables at hand, one alone finds cold caches."""

import logging
from typing import Final, Protocol

logger = logging.getLogger(__name__)

MOST: Final = 4096
"""Datagrams that wait; more are handled at once."""


class Taker(Protocol):
    """A `DtlsLink`."""

    def feed(self, datagram: bytes) -> None:
        """A datagram from the wire."""


class Deferred:
    """In the order they came."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Taker, bytes]] = []

    def put(self, taker: Taker, datagram: bytes) -> None:
        """A datagram that may wait."""
        self._waiting.append((taker, datagram))
        if len(self._waiting) >= MOST:
            self.hand_over()

    def hand_over(self) -> None:
        """Nothing waits any longer. Never raises."""
        waiting, self._waiting = self._waiting, []
        for taker, datagram in waiting:
            try:
                taker.feed(datagram)
            except Exception:
                # They are of many people: whatever one does, the next one is handled.
                logger.exception("a message was dropped")
