"""A wire whose way to one receiver can be made narrow: a queue of half a second before a fixed bit rate."""

import asyncio
from collections.abc import Sequence

from media_workers.settings import Announced
from media_workers.udp import Path, Sockets

QUEUE = 0.5
"""Seconds a datagram waits at most; what would wait longer is lost."""


class NarrowSockets(Sockets):
    """``limits``: bits per second by the receiver's UDP port."""

    def __init__(self, announced: tuple[Announced, ...]) -> None:
        super().__init__(announced, 0)
        self.limits: dict[int, float] = {}
        self.types: dict[int, set[int]] = {}
        """Payload types that went to each port; headers are plain."""
        self._free: dict[int, float] = {}

    def send(self, datagrams: Sequence[bytes], path: Path) -> None:
        """Sends at once, or when the queue in front has gone."""
        port = path.address[1]
        self.types.setdefault(port, set()).update(data[1] & 0x7F for data in datagrams if data[0] >> 6 == 2)
        limit = self.limits.get(port)
        if limit is None:
            super().send(datagrams, path)
            return
        loop = asyncio.get_running_loop()
        for datagram in datagrams:
            free = max(loop.time(), self._free.get(port, 0.0))
            if free - loop.time() <= QUEUE:
                self._free[port] = free + 8 * len(datagram) / limit
                loop.call_at(self._free[port], super().send, [datagram], path)
