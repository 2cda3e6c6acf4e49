"""From the worker to the recorder's process and back. Nothing here waits: what the process doesn't take, is dropped."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from media_workers.recording import wire
from media_workers.recording.wire import Order

logger = logging.getLogger(__name__)

MOST = 16 << 20
"""Bytes that wait for the process. Beyond, packets are dropped: better a recording with a gap than a late picture."""


class Feed(Protocol):
    """The way to a recorder. ``dropped``: how many packets it did not take."""

    dropped: int

    def packet(self, framed: bytes) -> None:
        """Sends what `wire.packet` or `wire.report` made; may be dropped."""

    def order(self, order: Order) -> None:
        """Sends an order; never dropped."""

    def flush(self) -> None:
        """Hands over what has gathered."""

    def close(self) -> None:
        """Nothing more comes; the process brings what it has to its end."""


class ProcessFeed:
    """Starts the process. ``hear`` is called with each thing it says, ``died`` when it is gone by itself."""

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        hear: Callable[[dict[str, Any]], None],
        died: Callable[[], None],
    ) -> None:
        """``arguments``: folder, bytes and bucket (`media_workers.recording.__main__`)."""
        self._loop = asyncio.get_running_loop()
        self._hear, self._died = hear, died
        self._gathered: list[bytes] = []
        self._held = 0
        self._rest = b""
        self._line = b""
        self.dropped = 0
        """Packets."""
        self._socket, theirs = socket.socketpair()
        command = [sys.executable, "-m", "media_workers.recording", str(theirs.fileno()), *arguments]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, with settings of our own
                command, env=dict(environment), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket, self._read)

    def packet(self, framed: bytes) -> None:
        """See `Feed`."""
        if self._held > MOST:
            self.dropped += 1
            return
        self._gathered.append(framed)
        self._held += len(framed)

    def order(self, order: Order) -> None:
        """See `Feed`."""
        framed = wire.order(order)
        self._gathered.append(framed)
        self._held += len(framed)

    def flush(self) -> None:
        """See `Feed`."""
        if self._gathered and len(self._rest) < MOST:
            self._rest = b"".join([self._rest, *self._gathered])
            self._gathered = []
        while self._rest:
            try:
                sent = self._socket.send(self._rest)
            except BlockingIOError:
                break
            except OSError:
                return  # the reader hears of it
            self._rest = self._rest[sent:]
            self._held -= sent

    def close(self) -> None:
        """See `Feed`."""
        self.flush()
        self._loop.remove_reader(self._socket)
        self._socket.close()

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def _read(self) -> None:
        try:
            data = self._socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            logger.error("the recorder has ended")
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._died()
            return
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))
