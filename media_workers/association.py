"""aiortc's SCTP association with a short way for the packets that go all the time.

aiortc owns the association: states, timers, losses, what is sent again. Nearly every packet of a meeting is one of two,
though: a message in one piece that comes or goes in its turn, and an acknowledgement without gaps. These change
aiortc's figures as its own code would; a packet with anything else in it goes through that code, from its first byte.
An acknowledgement leaves with the message that answers, if there is one, else with every second message that came or
0.2 s after the first (RFC 9260, section 6.2), as browsers do it.

That short way is in `usual`. Private names of aiortc's SCTP are there and here, read against the version in `dtls`.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from aiortc import RTCDataChannel, RTCDtlsTransport, RTCSctpTransport

from media_workers import usual

ACKNOWLEDGED_WITHIN = 0.2
"""Seconds."""


class Association(RTCSctpTransport):
    """Messages leave when they are sent, and not in a task after. ``send``: encrypts and sends a packet of SCTP, or
    raises `ConnectionError`."""

    def __init__(self, dtls: RTCDtlsTransport, port: int, send: Callable[[bytes], None]) -> None:
        super().__init__(dtls, port)
        self._send_packet = send
        self._running = asyncio.get_running_loop()
        self._now = self._running.time
        self._flushed: asyncio.Future[None] = self._running.create_future()
        self._flushed.set_result(None)
        self._alarm: asyncio.TimerHandle | None = None
        """Of T3. It is left to ring and asked then whether it was meant: a timer per message would cost more."""
        self._rings = self._t3_due = 0.0
        """When it does, and when it is meant to, in the loop's time."""
        self.receivers: dict[int, Callable[[Any], object]] = {}
        """By channel, who is handed its messages."""
        self._owes = False
        """A message came that is not acknowledged yet."""
        self._owed: asyncio.TimerHandle | None = None
        """When it must be. Like the other alarm, it is left to ring."""

    def receive(self, channel: RTCDataChannel, received: Callable[[Any], object]) -> None:
        """Hands over the messages of a channel."""
        assert channel.id is not None
        self.receivers[channel.id] = received
        channel.on("message", received)

    def take(self, packet: bytes) -> None:
        """A packet from the other side. Raises `ConnectionError` when nothing can be sent any more."""
        if not self._take_usual(packet):
            at_once(self._handle_data(packet))
        elif self._sack_needed:
            if self._owes:
                usual.put(self, usual.acknowledgement(self))
            else:
                self._owes = True
                if self._owed is None:
                    self._owed = self._running.call_later(ACKNOWLEDGED_WITHIN, self._acknowledge)

    def _acknowledge(self) -> None:
        self._owed = None
        if self._sack_needed:
            with contextlib.suppress(ConnectionError):  # the link is closing
                usual.put(self, usual.acknowledgement(self))

    def _take_usual(self, packet: bytes) -> bool:
        return usual.take(self, packet)

    def _flows(self) -> bool:
        return usual.flows(self)

    async def stop(self) -> None:
        """See aiortc."""
        await super().stop()
        for alarm in (self._alarm, self._owed):
            if alarm is not None:
                alarm.cancel()
        self._alarm = self._owed = None

    @property
    def unsent(self) -> int:
        """Pieces of reliable messages the other side has not acknowledged yet."""
        return len(self._data_channel_queue) + len(self._outbound_queue) + len(self._sent_queue)

    # aiortc awaits it, or makes a task of it: a future that is done serves both.
    def _data_channel_flush(self) -> "asyncio.Future[None]":  # type: ignore[override]
        with contextlib.suppress(ConnectionError):  # the link is closing
            at_once(super()._data_channel_flush())
        return self._flushed

    def _data_channel_send(self, channel: RTCDataChannel, data: bytes | str) -> None:
        if isinstance(data, bytes) or not usual.say(self, channel, data):
            super()._data_channel_send(channel, data)

    # The timer of retransmission.

    def _t3_start(self) -> None:
        self._t3_restart()

    def _t3_restart(self) -> None:
        self._t3_due = self._now() + self._rto
        if self._alarm is not None and self._rings > self._t3_due:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._set_alarm(self._rto)
        self._t3_handle = self._alarm

    def _t3_cancel(self) -> None:
        self._t3_handle = None

    def _set_alarm(self, delay: float) -> None:
        self._rings = self._now() + delay
        self._alarm = self._running.call_later(delay, self._rang)

    def _rang(self) -> None:
        self._alarm = None
        if self._t3_handle is None:
            return
        left = self._t3_due - self._now()
        if left > 0:
            self._set_alarm(left)
            self._t3_handle = self._alarm
        else:
            self._t3_expired()


def at_once(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine of aiortc that waits for nothing. Raises `RuntimeError` when it does."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("aiortc waits where it did not in the version this was read against")
