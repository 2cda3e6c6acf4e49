"""The worker's UDP sockets: one per announced address, all on the same port.

A wildcard socket would answer from another source address than the one asked, which costs browsers a second. Sending
is direct, not through a transport: what the kernel can't take now is dropped, as any queue in front of it would only
add delay. Packets to one destination follow each other in a burst, which leaves room for segmentation offload.
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import NamedTuple

from media_workers.settings import Announced, SettingError

Address = tuple[str, int]
BURST = 64
"""Datagrams read per wake-up, so that one socket can't starve timers."""
BUFFER = 4 * 1024 * 1024
ATTEMPTS = 20


class Path(NamedTuple):
    """A five-tuple: which of our sockets, and the address on the other side."""

    socket: int
    address: Address


class Sockets:
    """``announced``: what answers name, in the order of sockets."""

    def __init__(self, announced: tuple[Announced, ...], port: int) -> None:
        self.announced = tuple(item.address for item in announced)
        self._sockets = _bind(announced, port)
        self.port: int = self._sockets[0].getsockname()[1]
        self.dropped = 0

    def listen(self, loop: asyncio.AbstractEventLoop, received: Callable[[bytes, Path], None]) -> None:
        """Hands every datagram to ``received``, which must not raise."""
        for number, bound in enumerate(self._sockets):
            loop.add_reader(bound, self._read, number, bound, received)

    def send(self, datagram: bytes, path: Path) -> None:
        """Sends now or drops."""
        try:
            self._sockets[path.socket].sendto(datagram, path.address)
        except (OSError, IndexError):  # IndexError: closed
            self.dropped += 1

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        """Closes all sockets; a second time does nothing."""
        while self._sockets:
            bound = self._sockets.pop()
            loop.remove_reader(bound)
            bound.close()

    def _read(self, number: int, bound: socket.socket, received: Callable[[bytes, Path], None]) -> None:
        for _ in range(BURST):
            try:
                datagram, address = bound.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of an earlier datagram
            received(datagram, Path(number, address[:2]))


def _bind(announced: tuple[Announced, ...], port: int) -> list[socket.socket]:
    """Raises `SettingError` when an address or the port can't be had."""
    for attempt in range(ATTEMPTS):
        bound: list[socket.socket] = []
        try:
            for item in announced:
                bound.append(_socket(item.bind, port or (bound[0].getsockname()[1] if bound else 0)))
            return bound
        except OSError as fault:
            for each in bound:
                each.close()
            # Port 0 lets the first socket choose; the choice may be taken on another address.
            if port or fault.errno != errno.EADDRINUSE or attempt == ATTEMPTS - 1:
                raise SettingError(f"UDP port {port} of {item.bind} can't be had: {fault.strerror}") from fault
    raise SettingError("no announced address")


def _socket(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.bind((address, port))
    except OSError:
        made.close()
        raise
    return made
