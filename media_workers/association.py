"""aiortc's SCTP association with a short way for the packets that go all the time.

aiortc owns the association: states, timers, losses, what is sent again. Nearly every packet of a meeting is one of two,
though: a message in one piece that comes or goes in its turn, and an acknowledgement of all there was. These change
aiortc's figures as its own code would; a packet with anything else in it goes through that code, from its first byte.
An acknowledgement leaves with the message that answers, if there is one (RFC 9260, section 6.2).

Private names of aiortc's SCTP are in this file, read against the version in `dtls`.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from struct import Struct
from typing import Any

from aiortc import RTCDataChannel, RTCDtlsTransport, RTCSctpTransport
from aiortc.rtcsctptransport import (
    SCTP_DATA_FIRST_FRAG,
    SCTP_DATA_LAST_FRAG,
    SCTP_DATA_UNORDERED,
    USERDATA_MAX_LENGTH,
    WEBRTC_STRING,
    DataChunk,
    SackChunk,
)
from google_crc32c import value as crc32c

_HEAD = Struct("!HHL")
_SUM = Struct("<L")
_CHUNK = Struct("!BBH")
_DATA = Struct("!BBHLHHL")
_SACK = Struct("!BBHLLHH")
_WHOLE = SCTP_DATA_FIRST_FRAG | SCTP_DATA_LAST_FRAG
_NO_SUM = bytes(4)
_BODY = 12
_LEAST = 28
_DATA_CHUNK, _SACK_CHUNK = DataChunk.type, SackChunk.type
_BESIDE = 1024
"""Bytes of a message that leave room for an acknowledgement."""
_ESTABLISHED = RTCSctpTransport.State.ESTABLISHED


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
            self._put(self._acknowledgement())

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

    # What goes.

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
                self._send_whole(channel, content)
        else:
            super()._data_channel_send(channel, data)

    def _flows(self) -> bool:
        """Whether a message may leave at once."""
        return (
            self._idle() and self._flight_size < self._cwnd and not any(chunk._retransmit for chunk in self._sent_queue)
        )

    def _idle(self) -> bool:
        """Nothing waits to be sent, nothing is mended, no stream is about to be reset."""
        return (
            self._association_state is _ESTABLISHED
            and not self._data_channel_queue
            and not self._outbound_queue
            and not self._reconfig_queue
            and self._forward_tsn_chunk is None
            and self._fast_recovery_exit is None
        )

    def _send_whole(self, channel: RTCDataChannel, content: bytes) -> None:
        """What `_send` and `_transmit` do with a message in one piece."""
        stream, ordered = channel.id, channel.ordered
        assert stream is not None
        chunk = DataChunk(_WHOLE if ordered else _WHOLE | SCTP_DATA_UNORDERED)
        chunk.tsn, chunk.stream_id, chunk.protocol, chunk.user_data = self._local_tsn, stream, WEBRTC_STRING, content
        self._local_tsn = self._local_tsn + 1 & 0xFFFFFFFF
        if ordered:
            chunk.stream_seq = self._outbound_stream_seq.get(stream, 0)
            self._outbound_stream_seq[stream] = chunk.stream_seq + 1 & 0xFFFF
        chunk._abandoned = chunk._acked = chunk._retransmit = False
        chunk._in_flight = True
        chunk._book_size = len(content)
        chunk._expiry = None
        chunk._max_retransmits = channel.maxRetransmits
        chunk._misses = 0
        chunk._sent_count = 1
        chunk._sent_time = time.time()
        self._sent_queue.append(chunk)
        self._flight_size += len(content)
        if self._t3_handle is None:
            self._t3_start()
        length = _DATA.size + len(content)
        head = _DATA.pack(_DATA_CHUNK, chunk.flags, length, chunk.tsn, stream, chunk.stream_seq, WEBRTC_STRING)
        whole = not self._sack_misordered and not self._sack_duplicates and length <= _BESIDE
        first = self._acknowledgement() if self._sack_needed and whole else b""
        self._put(first + head + content + bytes(-length % 4))

    def _acknowledgement(self) -> bytes:
        """Of all that came, when it came in its order."""
        self._sack_needed = False
        window = max(0, self._advertised_rwnd)
        return _SACK.pack(_SACK_CHUNK, 0, _SACK.size, self._last_received_tsn, window, 0, 0)

    def _put(self, chunks: bytes) -> None:
        head = _HEAD.pack(self._local_port, self._remote_port, self._remote_verification_tag)
        self._send_packet(head + _SUM.pack(crc32c(head + _NO_SUM + chunks)) + chunks)

    # What comes.

    def _take_usual(self, packet: bytes) -> bool:
        """Takes an acknowledgement of everything, a message in its turn, or the first with the second; whether it was
        that. If not, nothing has changed."""
        if len(packet) < _LEAST or not self._idle() or not self._genuine(packet):
            return False
        at = _BODY
        acknowledges = packet[at] == _SACK_CHUNK
        if acknowledges:
            _, _, length, acknowledged, _, _, _ = _SACK.unpack_from(packet, at)
            if length != _SACK.size or not self._ends_with(acknowledged):
                return False
            at += _SACK.size
        if at == len(packet):
            self._all_arrived()
            return True
        if len(packet) <= at + _DATA.size or packet[at] != _DATA_CHUNK:
            return False
        _, flags, length, number, stream, turn, protocol = _DATA.unpack_from(packet, at)
        rest = len(packet) - at - length
        if length <= _DATA.size or not 0 <= rest < 4 or flags & _WHOLE != _WHOLE or protocol != WEBRTC_STRING:
            return False
        ordered = not flags & SCTP_DATA_UNORDERED
        if not self._in_turn(number, stream, turn if ordered else None):
            return False
        if acknowledges:
            self._all_arrived()
        self._last_received_tsn = number
        if ordered:
            self._inbound_streams[stream].sequence_number = turn + 1 & 0xFFFF
        self._sack_needed = True
        self._data_channels[stream].emit("message", packet[at + _DATA.size : at + length].decode())
        return True

    def _genuine(self, packet: bytes) -> bool:
        tag = _HEAD.unpack_from(packet)[2]
        total: int = crc32c(packet[:8] + _NO_SUM + packet[_BODY:])
        said: int = _SUM.unpack_from(packet, 8)[0]
        return tag == self._local_verification_tag and total == said

    def _ends_with(self, acknowledged: int) -> bool:
        """Whether that is the last of all numbers given, and none of them was given up."""
        return (
            acknowledged + 1 & 0xFFFFFFFF == self._local_tsn
            and not self._forward_tsn_streams
            and self._flight_size < self._cwnd  # else it may grow now
        )

    def _all_arrived(self) -> None:
        """What `_receive_sack_chunk` does when nothing is left."""
        sent = self._sent_queue
        if sent and sent[0]._sent_count == 1 and sent[0]._sent_time is not None:
            self._update_rto(time.time() - sent[0]._sent_time)
        for chunk in sent:
            chunk._in_flight = False
        sent.clear()
        self._flight_size = 0
        self._last_sacked_tsn = self._advanced_peer_ack_tsn = self._local_tsn - 1 & 0xFFFFFFFF
        self._t3_cancel()

    def _in_turn(self, number: int, stream: int, turn: int | None) -> bool:
        """Whether a message is the next one, with no gap, repetition or reset about. ``turn``: its number in the
        stream, where there is an order."""
        before = self._last_received_tsn
        if before is None or before + 1 & 0xFFFFFFFF != number or stream not in self._data_channels:
            return False
        if self._sack_misordered or self._sack_duplicates or self._reconfig_deferred is not None:
            return False
        inbound = self._get_inbound_stream(stream)
        return not inbound.reassembly and turn in (None, inbound.sequence_number)

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
