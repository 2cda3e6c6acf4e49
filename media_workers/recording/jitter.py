"""Packets in the order they were sent: what is missing is waited for as long as it may still be sent again."""

from collections.abc import Iterator

from media_workers.recording.wire import Arrived

HOLD = 1.0
"""Seconds: a lost packet is asked for ten times in half a second (`media_workers.nack`)."""
MOST = 4_000
"""Packets held at once."""


class Jitter:
    """One stream. Yields packets in order; None where some never came."""

    def __init__(self) -> None:
        self._held: dict[int, Arrived] = {}
        self._next: int | None = None

    def put(self, packet: Arrived) -> Iterator[Arrived | None]:
        """Takes a packet; yields what is ready."""
        if self._next is None:
            self._next = packet.extended
        if packet.extended < self._next:
            return  # too late, or twice
        self._held[packet.extended] = packet
        yield from self._ready()
        while self._held and (packet.at - min(self._held.values(), key=_at).at > HOLD or len(self._held) > MOST):
            yield from self._skip()

    def late(self, now: float) -> Iterator[Arrived | None]:
        """What has waited long enough at ``now``, though nothing new has come."""
        while self._held and now - min(self._held.values(), key=_at).at > HOLD:
            yield from self._skip()

    def flush(self) -> Iterator[Arrived | None]:
        """Everything held: nothing more will come."""
        while self._held:
            yield from self._skip()
        self._next = None

    def _ready(self) -> Iterator[Arrived]:
        assert self._next is not None
        while (packet := self._held.pop(self._next, None)) is not None:
            self._next += 1
            yield packet

    def _skip(self) -> Iterator[Arrived | None]:
        first = min(self._held)
        if first != self._next:
            self._next = first
            yield None
        yield from self._ready()


def _at(packet: Arrived) -> float:
    return packet.at
