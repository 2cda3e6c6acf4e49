"""The worker's UDP sockets: one per local address that is announced, all on the same port.

A wildcard socket would answer from another source address than the one asked, which costs browsers a second. Sending
is direct, not through a transport: what the kernel can't take now is dropped, as any queue in front of it would only
add delay.

Datagrams of one length to one destination leave in a single system call where Linux can cut them apart (UDP_SEGMENT,
since 4.18): a third of the cost of a call each.
"""

import asyncio
import errno
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from media_workers.binding import bind
from media_workers.settings import Announced

Address = tuple[str, int]
FEW: Final = 2
"""Times between two looks that what may wait is read as it comes, before it has to wait."""
PATIENCE: Final = 10
"""Looks in a row that may find nothing before it is read as it comes again: receivers tell ten times a second."""
BURST: Final = 64
"""Datagrams read per wake-up, so that one socket can't starve timers."""
LOOK: Final = 2048
"""Datagrams read per `look`."""
UDP_SEGMENT: Final = 103
"""linux/udp.h; the socket module doesn't name it."""
LARGEST_RUN: Final = 64
"""Segments of one call: UDP_MAX_SEGMENTS of older kernels."""
LARGEST_SEND: Final = 65_000
"""Bytes of one call: what an IP packet can hold, headers off."""
HOPELESS: Final = (errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP)
"""What a kernel or a network card says that can't cut runs apart."""
UNABLE: Final = (*HOPELESS, errno.EINVAL, errno.EMSGSIZE)
"""The same, or that this path is too narrow for these segments."""


_SIZE: Final = struct.Struct("=H")


class Readers(Protocol):
    """What is needed of an event loop. Uvloop answers a removal with nothing, asyncio's own with a bool; compiled code
    would insist on one of them."""

    def remove_reader(self, fd: socket.socket, /) -> object:
        """No longer looks whether there is something to read."""


class Path(NamedTuple):
    """A five-tuple: which of our sockets, and the address on the other side."""

    socket: int
    address: Address


class Sockets:
    """``announced``: what answers name. Several of them may be one local address, reached from different sides: by
    participants under a public one, by relays under the private one."""

    def __init__(self, announced: tuple[Announced, ...], port: int) -> None:
        self.announced = tuple(item.address for item in announced)
        bound = bind(announced, port)
        self._sockets = [each.media for each in bound]
        self._calm = [(number, each.calm) for number, each in enumerate(bound) if each.calm is not None]
        """What takes what may wait; the number is the one of the address."""
        self._resting = False
        """Whether they are only read by `look`."""
        self._reads = 0
        """Times they were read on their own since the last `look`."""
        self._idle = 0
        """Looks that found nothing."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._received: Callable[[bytes, Path], None] = _nobody
        self._ended: Callable[[], None] = _nothing
        self.port: int = self._sockets[0].getsockname()[1]
        self._offload = all(_can_segment(each) for each in self._sockets)
        self.received = self.sent = self.dropped = 0
        """Datagrams."""

    def listen(
        self,
        loop: asyncio.AbstractEventLoop,
        received: Callable[[bytes, Path], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Hands every datagram to ``received``; ``ended`` is called after each burst. They must not raise. What may
        wait is read at once while there is little of it, and else with `look`."""
        self._loop, self._received, self._ended = loop, received, ended
        for number, bound in enumerate(self._sockets):
            loop.add_reader(bound, self._read_burst, number, bound)
        self._watch()

    def look(self) -> None:
        """Reads what may wait, if it isn't read as it comes."""
        if not self._resting:
            self._resting, self._idle = self._reads > FEW and self._loop is not None, 0
            if self._resting and self._loop is not None:
                for _, calm in self._calm:
                    self._loop.remove_reader(calm)
        elif self._read_calm(LOOK):
            self._idle = 0
        else:
            self._idle += 1
            if self._idle > PATIENCE:
                self._resting = False
                self._watch()
        self._reads = 0

    @property
    def files(self) -> list[int]:
        """Descriptors of the sockets, by their number."""
        return [bound.fileno() for bound in self._sockets]

    @property
    def calm_files(self) -> list[int]:
        """Descriptors of what takes what may wait: as many as `files`, or none."""
        return [calm.fileno() for _, calm in self._calm]

    @property
    def offload(self) -> bool:
        """Whether the kernel cuts runs apart."""
        return self._offload

    def send(self, datagrams: Sequence[bytes], path: Path) -> None:
        """Sends now or drops."""
        if len(datagrams) == 1 and self._sockets:
            self._send_one(datagrams[0], path)
        else:
            self.send_run(memoryview(b"".join(datagrams)), [len(datagram) for datagram in datagrams], path)

    def send_run(self, data: memoryview, lengths: list[int], path: Path) -> None:
        """The same for datagrams that lie one behind another."""
        if not self._sockets:  # closed
            self.dropped += len(lengths)
            return
        if len(lengths) == 1:
            self._send_one(data, path)
            return
        at = 0
        for first, last, size in runs(lengths):
            if last - first == 1:
                self._send_one(data[at : at + size], path)
            else:
                self._send_segments(data[at : at + size], lengths[first:last], path)
            at += size

    def _send_one(self, datagram: bytes | memoryview, path: Path) -> None:
        try:
            self._sockets[path.socket].sendto(datagram, path.address)
            self.sent += 1
        except OSError:
            self.dropped += 1

    def _send_segments(self, data: memoryview, lengths: list[int], path: Path) -> None:
        if self._offload:
            try:
                self._sockets[path.socket].sendmsg((data,), _segments(lengths[0]), 0, path.address)
                self.sent += len(lengths)
                return
            except OSError as fault:
                if fault.errno not in UNABLE:
                    self.dropped += len(lengths)
                    return
                if fault.errno in HOPELESS:
                    self._offload = False
        at = 0
        for length in lengths:
            self._send_one(data[at : at + length], path)
            at += length

    def close(self, loop: Readers | None) -> None:
        """Closes all sockets; a second time does nothing. ``loop``: the one that listens, if any."""
        files = [*self._sockets, *(calm for _, calm in self._calm)]
        self._sockets, self._calm, self._resting = [], [], False
        for each in files:
            if loop is not None:
                loop.remove_reader(each)
            each.close()

    def _watch(self) -> None:
        """What may wait is read as it comes."""
        if self._loop is not None:
            for _, calm in self._calm:
                self._loop.add_reader(calm, self._calm_came)

    def _calm_came(self) -> None:
        self._reads += 1
        self._read_calm(BURST)

    def _read_calm(self, most: int) -> bool:
        """Whether there was something."""
        read = sum([self._read(number, calm, most) for number, calm in self._calm])
        if read:
            self._ended()
        return read > 0

    def _read_burst(self, number: int, bound: socket.socket) -> None:
        self._read(number, bound, BURST)
        self._ended()

    def _read(self, number: int, bound: socket.socket, most: int) -> int:
        """How many datagrams there were, up to ``most``."""
        received, came = self._received, 0
        while came < most:
            try:
                datagram, address = bound.recvfrom(2048)
            except BlockingIOError:
                break
            except OSError:
                came += 1
                continue  # an ICMP error of an earlier datagram
            came += 1
            received(datagram, _path(number, address))
        self.received += came
        return came


def runs(lengths: list[int]) -> list[tuple[int, int, int]]:
    """Where runs begin and end that may leave in one call, and their bytes: all of one length, the last one perhaps
    shorter."""
    found: list[tuple[int, int, int]] = []
    first, total, before = 0, 0, 0
    for at, size in enumerate(lengths):
        if at > first:
            longest = lengths[first]
            if size > longest or before < longest or at - first == LARGEST_RUN or total + size > LARGEST_SEND:
                found.append((first, at, total))
                first, total = at, 0
        total += size
        before = size
    if lengths:
        found.append((first, len(lengths), total))
    return found


@lru_cache(maxsize=4096)
def _path(number: int, address: tuple[Any, ...]) -> Path:
    """The same object for the same address, which is found faster than it is made. IPv6 has two more things in it."""
    return Path(number, (address[0], address[1]))


@lru_cache(maxsize=2048)
def _segments(size: int) -> tuple[tuple[int, int, bytes]]:
    """The control message that has a run cut into pieces of ``size`` bytes."""
    return ((socket.IPPROTO_UDP, UDP_SEGMENT, _SIZE.pack(size)),)


def _can_segment(bound: socket.socket) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        bound.getsockopt(socket.IPPROTO_UDP, UDP_SEGMENT)
    except OSError:
        return False
    return True


def _nobody(_datagram: bytes, _path: Path) -> None:
    pass


def _nothing() -> None:
    pass
