"""Data channels in the native library (media_workers/native/src/talks.rs)."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from media_workers.channels import NUMBERS
from media_workers.line import Agreed, Talker

logger = logging.getLogger(__name__)

PULSE: Final = NUMBERS["pulse"]


class NativeLine:
    """See `Line`."""

    def __init__(self, lines: "NativeLines", engine: Any, peer: int, talker: Talker) -> None:
        self._lines = lines
        self._engine = engine
        self._peer = peer
        self.talker = talker
        self._open = False

    @property
    def opened(self) -> bool:
        """See `Line`."""
        return self._open

    def came_up(self) -> None:
        """Messages can be sent."""
        self._open = True
        self.talker.line_opened()

    def record(self, datagram: bytes) -> None:
        """See `Line`."""
        self._engine.record(self._peer, datagram, self._lines.clock())

    def say(self, channel: int, text: str, most: int) -> bool:
        """See `Line`. It leaves with others once the present callback has ended; a pulse, which is for many, with the
        next media or tick of the library."""
        try:
            room: bool = self._engine.say(self._peer, channel, text, most)
        except ValueError as fault:  # the peer has just gone
            logger.debug("a message was not sent: %s", fault)
            return True
        if room and channel != PULSE:
            self._lines.leave_soon()
        return room

    def unsent(self, channel: int) -> int:
        """See `Line`."""
        bytes_left: int = self._engine.unsent(self._peer, channel)
        return bytes_left

    def hang_up(self) -> None:
        """See `Line`."""
        self._open = False
        self._lines.forget(self._peer)
        try:
            self._engine.hang_up(self._peer)
        except ValueError as fault:
            logger.debug("nobody to say good-bye to: %s", fault)


class NativeLines:
    """Those of a worker, by peer. ``clock``: seconds, monotonic."""

    def __init__(self, engine: Any, clock: Callable[[], float]) -> None:
        self._engine = engine
        self.clock = clock
        self._all: dict[int, NativeLine] = {}
        self._leaving = False

    def line(self, peer: int, agreed: Agreed, port: int, most: int, talker: Talker) -> NativeLine | None:
        """A new one; nothing where the cipher suite isn't known there. ``port``, ``most``: of SCTP, and bytes of a
        message."""
        secrets = agreed.master, agreed.client_random, agreed.server_random
        if not self._engine.talk(peer, agreed.cipher, secrets, port, most, self.clock()):
            return None
        made = self._all[peer] = NativeLine(self, self._engine, peer, talker)
        return made

    def opened(self, peer: int) -> None:
        """The library says that a peer can be told something."""
        line = self._all.get(peer)
        if line is not None:
            line.came_up()

    def said(self, peer: int, channel: int, text: str) -> None:
        """The library says that a peer said something."""
        line = self._all.get(peer)
        if line is not None:
            line.talker.line_said(channel, text)

    def closed(self, peer: int) -> None:
        """The library says that a peer is gone."""
        line = self._all.get(peer)
        if line is not None:
            line.talker.line_closed()

    def forget(self, peer: int) -> None:
        """Nobody wants to hear of a peer any more."""
        self._all.pop(peer, None)

    def leave_soon(self) -> None:
        """What was said leaves when the present callback has ended."""
        if not self._leaving:
            self._leaving = True
            asyncio.get_running_loop().call_soon(self._leave)

    def _leave(self) -> None:
        self._leaving = False
        self._engine.leave()
