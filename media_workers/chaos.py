"""A bad network by script: loss, delay, jitter, reordering, duplication, bandwidth, in this process and repeatable.

No setting leads here: only code that hands `ChaoticSockets` to a worker, which tests do. Given the same seed and the
same datagrams, the same ones are lost.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from media_workers.settings import Announced
from media_workers.udp import Path, Sockets


@dataclass(frozen=True)
class Conditions:
    """Of one direction. Chances from 0 to 1, seconds, bits per second (0 = no limit)."""

    loss: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0
    """Up to so much is added, another amount for each datagram: those behind may overtake."""
    duplication: float = 0.0
    bitrate: int = 0
    queue: float = 0.3
    """Seconds of traffic that may wait for the bandwidth; what comes then is lost."""


CALM = Conditions()


class Link:
    """One direction of one path. Pure: time and randomness are arguments."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._free = 0.0
        """When the bandwidth has carried all that went before."""

    def deliveries(self, size: int, now: float, conditions: Conditions) -> list[float]:
        """When copies of a datagram of ``size`` bytes arrive; none when it is lost."""
        # All three are drawn whatever happens, so that a datagram lost doesn't change the fate of the next.
        lost, twice, shaken = self._chance.random(), self._chance.random(), self._chance.random()
        if lost < conditions.loss:
            return []
        leaves = now
        if conditions.bitrate:
            leaves = max(now, self._free) + 8 * size / conditions.bitrate
            if leaves - now > conditions.queue:
                return []
            self._free = leaves
        arrives = leaves + conditions.delay + shaken * conditions.jitter
        return [arrives, arrives] if twice < conditions.duplication else [arrives]


class ChaoticSockets(Sockets):
    """``up`` and ``down`` tell the conditions of now for the path to a peer; they may change at any time."""

    def __init__(
        self,
        announced: tuple[Announced, ...],
        port: int,
        *,
        up: Callable[[Path], Conditions] = lambda path: CALM,
        down: Callable[[Path], Conditions] = lambda path: CALM,
        seed: int = 1,
    ) -> None:
        super().__init__(announced, port)
        self._up, self._down, self._seed = up, down, seed
        self._links: dict[tuple[str, Path], Link] = {}

    def listen(
        self,
        loop: asyncio.AbstractEventLoop,
        received: Callable[[bytes, Path], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """See `Sockets`."""

        def arrive(datagram: bytes, path: Path) -> None:
            received(datagram, path)
            ended()

        def take(datagram: bytes, path: Path) -> None:
            conditions = self._up(path)
            if conditions is CALM:
                received(datagram, path)
                return
            now = loop.time()
            for when in self._link("up", path).deliveries(len(datagram), now, conditions):
                loop.call_at(when, arrive, datagram, path)

        super().listen(loop, take, ended)

    def send(self, datagrams: Sequence[bytes], path: Path) -> None:
        """See `Sockets`."""
        conditions = self._down(path)
        if conditions is CALM:
            super().send(datagrams, path)
            return
        loop = asyncio.get_running_loop()
        now, link = loop.time(), self._link("down", path)
        for datagram in datagrams:
            for when in link.deliveries(len(datagram), now, conditions):
                loop.call_at(when, super().send, (datagram,), path)

    def _link(self, way: str, path: Path) -> Link:
        """In the order paths appear, each direction has its own chances."""
        key = way, path
        if key not in self._links:
            self._links[key] = Link(random.Random(f"{self._seed}/{len(self._links)}"))  # noqa: S311 - must repeat
        return self._links[key]
