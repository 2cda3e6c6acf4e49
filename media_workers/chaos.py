"""A bad network by script: loss, delay, jitter, reordering, duplication, bandwidth, in this process and repeatable.

It is a relay in front of a worker's port, so that whoever forwards has that network. No setting leads here: only code
that puts a `Relay` before a worker's sockets, which tests do. Given the same seed and the same datagrams, the same ones
are lost.
"""

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from media_workers.binding import BUFFER
from media_workers.udp import BURST, Address, Sockets

HERE: Final = "127.0.0.1"
Fate = Callable[[bytes, int], Sequence[float]]
"""When copies of a datagram come, seconds from now; none: it is lost. The number: the client's port as the worker sees
it."""


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
    stall: float = 0.0
    """Seconds for which the way stands still once in `every`, as radio does: what comes meanwhile goes on afterwards.
    A bandwidth keeps its order."""
    every: float = 1.0


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
        leaves = now + max(0.0, conditions.stall - now % conditions.every)
        if conditions.bitrate:
            leaves = max(leaves, self._free) + 8 * size / conditions.bitrate
            if leaves - now > conditions.queue:
                return []
            self._free = leaves
        arrives = leaves + conditions.delay + shaken * conditions.jitter
        return [arrives, arrives] if twice < conditions.duplication else [arrives]


class Weather:
    """The fate of datagrams in one direction. ``clock``: seconds. ``seed``: in the order clients appear, each has its
    own chances."""

    def __init__(self, clock: Callable[[], float], seed: str = "1") -> None:
        self.conditions: dict[int, Conditions] = {}
        """Of now, by the client's port as the worker sees it; calm for who isn't here."""
        self._clock, self._seed = clock, seed
        self._links: dict[int, Link] = {}

    def __call__(self, datagram: bytes, client: int) -> Sequence[float]:
        """See `Fate`."""
        conditions = self.conditions.get(client)
        if conditions is None:
            return (0.0,)
        if client not in self._links:
            self._links[client] = Link(random.Random(f"{self._seed}/{len(self._links)}"))  # noqa: S311 - must repeat
        now = self._clock()
        return [when - now for when in self._links[client].deliveries(len(datagram), now, conditions)]


class Relay:
    """Stands before a worker's sockets, on 127.0.0.1, until it is closed; made in the running loop, before anybody is
    answered. To the worker each client has a port of the relay's, to clients the relay's is the worker's."""

    def __init__(self, sockets: Sockets, up: Fate, down: Fate) -> None:
        self._loop = asyncio.get_running_loop()
        self._worker: Address = (HERE, sockets.port)
        self._up, self._down = up, down
        self._clients: dict[Address, socket.socket] = {}
        self._front = self._socket()
        sockets.port = self._front.getsockname()[1]
        self._loop.add_reader(self._front, self._from_clients)

    def close(self) -> None:
        """Nothing passes any more."""
        for each in (self._front, *self._clients.values()):
            self._loop.remove_reader(each)
            each.close()
        self._clients.clear()

    def _from_clients(self) -> None:
        for datagram, address in _burst(self._front):
            if address not in self._clients:
                made = self._clients[address] = self._socket()
                self._loop.add_reader(made, self._from_worker, made, address)
            way = self._clients[address]
            for delay in self._up(datagram, way.getsockname()[1]):
                self._pass(way, datagram, self._worker, delay)

    def _from_worker(self, way: socket.socket, address: Address) -> None:
        for datagram, _ in _burst(way):
            for delay in self._down(datagram, way.getsockname()[1]):
                self._pass(self._front, datagram, address, delay)

    def _pass(self, by: socket.socket, datagram: bytes, to: Address, delay: float) -> None:
        if delay > 0:
            self._loop.call_later(delay, self._pass, by, datagram, to, 0.0)
            return
        with contextlib.suppress(OSError):  # closed meanwhile, or the kernel is full: a network loses
            by.sendto(datagram, to)

    @staticmethod
    def _socket() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.bind((HERE, 0))
        return made


def _burst(of: socket.socket) -> list[tuple[bytes, Address]]:
    """What has come, so much at most that others have their turn."""
    read: list[tuple[bytes, Address]] = []
    while len(read) < BURST:
        try:
            read.append(of.recvfrom(2048))
        except BlockingIOError:
            break
        except OSError:
            continue  # an ICMP error of an earlier datagram
    return read
