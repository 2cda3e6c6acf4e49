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
from typing import NamedTuple, Protocol

from media_workers.settings import Announced, SettingError

Address = tuple[str, int]
BURST = 64
"""Datagrams read per wake-up, so that one socket can't starve timers."""
BUFFER = 4 * 1024 * 1024
ATTEMPTS = 20
UDP_SEGMENT = 103
"""linux/udp.h; the socket module doesn't name it."""
LARGEST_RUN = 64
"""Segments of one call: UDP_MAX_SEGMENTS of older kernels."""
LARGEST_SEND = 65_000
"""Bytes of one call: what an IP packet can hold, headers off."""
HOPELESS = (errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP)
"""What a kernel or a network card says that can't cut runs apart."""
UNABLE = (*HOPELESS, errno.EINVAL, errno.EMSGSIZE)
"""The same, or that this path is too narrow for these segments."""


_SIZE = struct.Struct("=H")


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
        self._sockets = _bind(announced, port)
        self.port: int = self._sockets[0].getsockname()[1]
        self._offload = all(_can_segment(bound) for bound in self._sockets)
        self.received = self.sent = self.dropped = 0
        """Datagrams."""

    def listen(
        self,
        loop: asyncio.AbstractEventLoop,
        received: Callable[[bytes, Path], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Hands every datagram to ``received``; ``ended`` is called after each burst. They must not raise."""
        for number, bound in enumerate(self._sockets):
            loop.add_reader(bound, self._read_burst, number, bound, received, ended)

    @property
    def files(self) -> list[int]:
        """Descriptors of the sockets, by their number."""
        return [bound.fileno() for bound in self._sockets]

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
        while self._sockets:
            bound = self._sockets.pop()
            if loop is not None:
                loop.remove_reader(bound)
            bound.close()

    def _read_burst(
        self, number: int, bound: socket.socket, received: Callable[[bytes, Path], None], ended: Callable[[], None]
    ) -> None:
        self._read(number, bound, received)
        ended()

    def _read(self, number: int, bound: socket.socket, received: Callable[[bytes, Path], None]) -> None:
        for _ in range(BURST):
            try:
                datagram, address = bound.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier datagram
            self.received += 1
            received(datagram, Path(number, address[:2]))


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


def _bind(announced: tuple[Announced, ...], port: int) -> list[socket.socket]:
    """Raises `SettingError` when an address or the port can't be had."""
    for attempt in range(ATTEMPTS):
        bound: list[socket.socket] = []
        try:
            for address in dict.fromkeys(item.bind for item in announced):
                bound.append(_socket(address, port or (bound[0].getsockname()[1] if bound else 0)))
            return bound
        except OSError as fault:
            for each in bound:
                each.close()
            # Port 0 lets the first socket choose; the choice may be taken on another address.
            if port or fault.errno != errno.EADDRINUSE or attempt == ATTEMPTS - 1:
                raise SettingError(f"UDP port {port} of {address} can't be had: {fault.strerror}") from fault
    raise SettingError("no announced address")


def _socket(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        if family == socket.AF_INET6:  # IPv4 has sockets of its own
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.bind((address, port))
    except OSError:
        made.close()
        raise
    return made
