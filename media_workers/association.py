"""aiortc's SCTP association with a short way for the packets that go all the time.

aiortc owns the association: states, timers, losses, what is sent again. Nearly every packet of a meeting is one of two,
though: a message in one piece that comes or goes in its turn, and an acknowledgement of all there was. These change
aiortc's figures as its own code would; a packet with anything else in it goes through that code, from its first byte.
An acknowledgement leaves with the message that answers, if there is one (RFC 9260, section 6.2).

That short way is in `usual`. Private names of aiortc's SCTP are there and here, read against the version in `dtls`.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from aiortc import RTCDataChannel, RTCDtlsTransport, RTCSctpTransport
from aiortc.rtcsctptransport import USERDATA_MAX_LENGTH

from media_workers import usual


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

    def take(self, packet: bytes) -> None:
        """A packet from the other side. Raises `ConnectionError` when nothing can be sent any more."""
        if not self._take_usual(packet):
            at_once(self._handle_data(packet))
        elif self._sack_needed:
            usual.put(self, usual.acknowledgement(self))

    def _take_usual(self, packet: bytes) -> bool:
        return usual.take(self, packet)

    def _flows(self) -> bool:
        return usual.flows(self)

    async def stop(self) -> None:
        """See aiortc."""
        await super().stop()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

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
        content = data.encode() if isinstance(data, str) else b""
        longest = min(self._remote_max_message_size or USERDATA_MAX_LENGTH, USERDATA_MAX_LENGTH)
        if 0 < len(content) <= longest and not channel.maxPacketLifeTime and self._flows():
            with contextlib.suppress(ConnectionError):  # the link is closing
                usual.send(self, channel, content)
        else:
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
