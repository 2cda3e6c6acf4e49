"""The two data channels of a connection: limits on what comes in, patience with what goes out (docs/protocol.md)."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

from aiortc import RTCDataChannel

from chalicelib.signalling.tickets import Limits
from media_workers.clock import Clock
from media_workers.line import Line
from media_workers.rate import Rate

logger = logging.getLogger(__name__)

ChannelName = Literal["room", "pulse"]
NUMBERS: Final[dict[ChannelName, int]] = {"room": 0, "pulse": 1}
PULSES: Final = 50
"""Messages per second on the channel without repetition."""
AVERAGED_OVER: Final = 5
HOPELESS: Final = 1024 * 1024
"""Bytes waiting for a peer that takes nothing: it is dropped, so that its queue can't grow for ever."""
PULSE_WAITING: Final = 16 * 1024
"""Bytes waiting on the channel without repetition above which news are skipped: they are old when they arrive."""


class Link(Protocol):
    """What is needed of a `DtlsLink`."""

    def channel(
        self, number: int, label: str, *, reliable: bool, received: Callable[[Any], object] | None = None
    ) -> RTCDataChannel:
        """A channel agreed upon, whose messages are handed to ``received``."""

    def say(self, channel: RTCDataChannel, text: str) -> None:
        """Sends a message on a channel that is open."""


class Channels:
    """``received(channel, message)`` is called for each message within the limits; ``hopeless`` when too much waits."""

    def __init__(
        self,
        link: Link,
        clock: Clock,
        limits: Limits,
        opened: Callable[[], None],
        received: Callable[[ChannelName, dict[str, Any]], None],
        hopeless: Callable[[], None],
    ) -> None:
        self._link = link
        self._line: Line | None = None
        """Where they are handled, if not by aiortc."""
        self._clock = clock
        self._received = received
        self._hopeless = hopeless
        self._room = link.channel(
            NUMBERS["room"], "room", reliable=True, received=lambda data: self._message("room", data)
        )
        self._pulse = link.channel(
            NUMBERS["pulse"], "pulse", reliable=False, received=lambda data: self._message("pulse", data)
        )
        per_second: dict[ChannelName, int] = {"room": limits.messages, "pulse": PULSES}
        self._rates = {name: Rate(rate, AVERAGED_OVER, clock.monotonic()) for name, rate in per_second.items()}
        self._longest = limits.message_bytes
        self.malformed = 0
        self._room.on("open", opened)

    def adopt(self, line: Line) -> None:
        """They are handled there from now on."""
        self._line = line

    def said(self, channel: int, text: str) -> None:
        """The line says that a message came; on channels nobody agreed upon, none does."""
        for name, number in NUMBERS.items():
            if number == channel:
                self._message(name, text)

    def hang_up(self) -> None:
        """Nothing is sent any more."""
        line, self._line = self._line, None
        if line is not None:
            line.hang_up()

    @property
    def unsent(self) -> int:
        """Bytes on the reliable channel of a line that the peer has not acknowledged."""
        return self._line.unsent(NUMBERS["room"]) if self._line is not None else 0

    @property
    def open(self) -> bool:
        """The reliable channel can be told something."""
        if self._line is not None:
            return self._line.opened
        return bool(self._room.readyState == "open")

    def tell(self, message: dict[str, Any]) -> None:
        """Sends on the reliable channel. A peer with too much waiting is given up."""
        if not self.open:
            return
        if self._line is not None:
            room = self._line.say(NUMBERS["room"], text(message), HOPELESS)
        elif room := self._room.bufferedAmount <= HOPELESS:
            self._link.say(self._room, text(message))
        if not room:
            # Later: who tells many must not lose one of them in the middle.
            asyncio.get_running_loop().call_soon(self._hopeless)

    def pulse(self, text: str) -> None:
        """Sends a message that is already written (`text`) once on the channel without repetition, or not at all."""
        if self._line is not None:
            if self._line.opened:
                self._line.say(NUMBERS["pulse"], text, PULSE_WAITING)
        elif self._pulse.readyState == "open" and self._pulse.bufferedAmount < PULSE_WAITING:
            self._link.say(self._pulse, text)

    def _message(self, channel: ChannelName, data: str | bytes) -> None:
        if not self._rates[channel].take(1, self._clock.monotonic()):
            return
        try:
            if not isinstance(data, str) or len(data.encode()) > self._longest:
                raise ValueError("not a text frame of the allowed size")
            message = json.loads(data)
            if not isinstance(message, dict) or not isinstance(message.get("type"), str):
                raise ValueError("not an object with a type")
        except (ValueError, RecursionError) as fault:
            self.malformed += 1
            logger.debug("message on %s dropped: %s", channel, type(fault).__name__)
            return
        try:
            self._received(channel, message)
        except Exception:
            # aiortc would end the connection; a fault of ours is no reason to.
            logger.exception("a message on %s was not handled", channel)


def text(message: dict[str, Any]) -> str:
    """A message as it goes over a channel."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
