"""The short way through an SCTP association, for `Association`: compiled, as it is gone hundreds of times a second.

Functions and not methods: a class with a base of aiortc's can't be compiled. What they change of an association are
aiortc's own figures, which is why it is of any type here.
"""

import time
from contextlib import suppress
from struct import Struct
from typing import Any, Final

from aiortc import RTCDataChannel, RTCSctpTransport
from aiortc.rtcsctptransport import (
    SCTP_DATA_FIRST_FRAG,
    SCTP_DATA_LAST_FRAG,
    SCTP_DATA_UNORDERED,
    SCTP_RTO_ALPHA,
    SCTP_RTO_BETA,
    SCTP_RTO_MAX,
    SCTP_RTO_MIN,
    USERDATA_MAX_LENGTH,
    WEBRTC_STRING,
    DataChunk,
    SackChunk,
)
from google_crc32c import value as crc32c

_HEAD: Final = Struct("!HHL")
_SUM: Final = Struct("<L")
_DATA: Final = Struct("!BBHLHHL")
_SACK: Final = Struct("!BBHLLHH")
_WHOLE: Final = SCTP_DATA_FIRST_FRAG | SCTP_DATA_LAST_FRAG
_NO_SUM: Final = bytes(4)
_BODY: Final = 12
_LEAST: Final = 28
_DATA_CHUNK: Final = DataChunk.type
_SACK_CHUNK: Final = SackChunk.type
_BESIDE: Final = 1024
"""Bytes of a message that leave room for an acknowledgement."""
_ESTABLISHED: Final = RTCSctpTransport.State.ESTABLISHED


def flows(association: Any) -> bool:
    """Whether a message may leave at once."""
    return bool(
        idle(association)
        and association._flight_size < association._cwnd
        and not any(chunk._retransmit for chunk in association._sent_queue)
    )


def idle(association: Any) -> bool:
    """Nothing waits to be sent, nothing is mended, no stream is about to be reset."""
    return bool(
        association._association_state is _ESTABLISHED
        and not association._data_channel_queue
        and not association._outbound_queue
        and not association._reconfig_queue
        and association._forward_tsn_chunk is None
        and association._fast_recovery_exit is None
    )


def say(association: Any, channel: RTCDataChannel, text: str) -> bool:
    """Sends a message at once, if it is in one piece and nothing waits; whether it was that."""
    content = text.encode()
    longest = min(association._remote_max_message_size or USERDATA_MAX_LENGTH, USERDATA_MAX_LENGTH)
    if not 0 < len(content) <= longest or channel.maxPacketLifeTime or not association._flows():
        return False
    with suppress(ConnectionError):  # the link is closing
        send(association, channel, content)
    return True


def send(association: Any, channel: RTCDataChannel, content: bytes) -> None:
    """What `_send` and `_transmit` do with a message in one piece."""
    stream, ordered = channel.id, channel.ordered
    assert stream is not None
    chunk = DataChunk(_WHOLE if ordered else _WHOLE | SCTP_DATA_UNORDERED)
    chunk.tsn, chunk.stream_id, chunk.protocol, chunk.user_data = association._local_tsn, stream, WEBRTC_STRING, content
    association._local_tsn = association._local_tsn + 1 & 0xFFFFFFFF
    if ordered:
        chunk.stream_seq = association._outbound_stream_seq.get(stream, 0)
        association._outbound_stream_seq[stream] = chunk.stream_seq + 1 & 0xFFFF
    chunk._abandoned = chunk._acked = chunk._retransmit = False
    chunk._in_flight = True
    chunk._book_size = len(content)
    chunk._expiry = None
    chunk._max_retransmits = channel.maxRetransmits
    chunk._misses = 0
    chunk._sent_count = 1
    chunk._sent_time = time.time()
    association._sent_queue.append(chunk)
    association._flight_size += len(content)
    if association._t3_handle is None:
        association._t3_start()
    length = _DATA.size + len(content)
    head = _DATA.pack(_DATA_CHUNK, chunk.flags, length, chunk.tsn, stream, chunk.stream_seq, WEBRTC_STRING)
    whole = not association._sack_misordered and not association._sack_duplicates and length <= _BESIDE
    first = acknowledgement(association) if association._sack_needed and whole else b""
    put(association, first + head + content + bytes(-length % 4))


def acknowledgement(association: Any) -> bytes:
    """Of all that came, when it came in its order."""
    association._sack_needed = association._owes = False
    window = max(0, association._advertised_rwnd)
    return _SACK.pack(_SACK_CHUNK, 0, _SACK.size, association._last_received_tsn, window, 0, 0)


def put(association: Any, chunks: bytes) -> None:
    """Sends chunks in a packet. Raises `ConnectionError`."""
    head = _HEAD.pack(association._local_port, association._remote_port, association._remote_verification_tag)
    association._send_packet(head + _SUM.pack(crc32c(head + _NO_SUM + chunks)) + chunks)


def take(association: Any, packet: bytes) -> bool:
    """Takes an acknowledgement without gaps, a message in its turn, or the first with the second; whether it was
    that. If not, nothing has changed."""
    if len(packet) < _LEAST or not idle(association) or not _genuine(association, packet):
        return False
    at = _BODY
    acknowledged = -1
    if packet[at] == _SACK_CHUNK:
        _, _, length, acknowledged, _, gaps, repeated = _SACK.unpack_from(packet, at)
        if length != _SACK.size or gaps or repeated or not _may_arrive(association, acknowledged):
            return False
        at += _SACK.size
    if at == len(packet):
        _arrived(association, acknowledged)
        return True
    if len(packet) <= at + _DATA.size or packet[at] != _DATA_CHUNK:
        return False
    _, flags, length, number, stream, turn, protocol = _DATA.unpack_from(packet, at)
    rest = len(packet) - at - length
    if length <= _DATA.size or not 0 <= rest < 4 or flags & _WHOLE != _WHOLE or protocol != WEBRTC_STRING:
        return False
    ordered = not flags & SCTP_DATA_UNORDERED
    if not _in_turn(association, number, stream, turn if ordered else None):
        return False
    if acknowledged >= 0:
        _arrived(association, acknowledged)
    association._last_received_tsn = number
    if ordered:
        association._inbound_streams[stream].sequence_number = turn + 1 & 0xFFFF
    association._sack_needed = True
    association.receivers[stream](packet[at + _DATA.size : at + length].decode())
    return True


def _genuine(association: Any, packet: bytes) -> bool:
    tag = _HEAD.unpack_from(packet)[2]
    total: int = crc32c(packet[:8] + _NO_SUM + packet[_BODY:])
    said: int = _SUM.unpack_from(packet, 8)[0]
    return bool(tag == association._local_verification_tag) and total == said


def _may_arrive(association: Any, acknowledged: int) -> bool:
    """Whether that is the number of a message sent or acknowledged last, none after it was given up, none is to go
    again, and the window stays as it is."""
    last = association._last_sacked_tsn
    sent, told = association._local_tsn - last & 0xFFFFFFFF, acknowledged - last & 0xFFFFFFFF
    return bool(
        (told + 1 == sent or (told < sent and association._advanced_peer_ack_tsn == last))
        and not association._forward_tsn_streams
        and association._flight_size < association._cwnd
        and not any(chunk._retransmit or chunk._abandoned for chunk in association._sent_queue)
    )


def _arrived(association: Any, acknowledged: int) -> None:
    """What `_receive_sack_chunk` does without gaps."""
    sent = association._sent_queue
    left = association._local_tsn - 1 - acknowledged & 0xFFFFFFFF
    if len(sent) > left:
        first = sent[0]
        if first._sent_count == 1:
            _measured(association, time.time() - first._sent_time)
        while len(sent) > left:
            chunk = sent.popleft()
            if chunk._in_flight:
                chunk._in_flight = False
                association._flight_size -= chunk._book_size
        if sent:
            association._t3_restart()
    if not sent:
        association._t3_cancel()
    association._last_sacked_tsn = association._advanced_peer_ack_tsn = acknowledged


def _measured(association: Any, seconds: float) -> None:
    """What `_update_rto` does with the time of a way there and back."""
    if association._srtt is None:
        association._rttvar, association._srtt = seconds / 2, seconds
    else:
        off = abs(association._srtt - seconds)
        association._rttvar = (1 - SCTP_RTO_BETA) * association._rttvar + SCTP_RTO_BETA * off
        association._srtt = (1 - SCTP_RTO_ALPHA) * association._srtt + SCTP_RTO_ALPHA * seconds
    association._rto = max(SCTP_RTO_MIN, min(association._srtt + 4 * association._rttvar, SCTP_RTO_MAX))


def _in_turn(association: Any, number: int, stream: int, turn: int | None) -> bool:
    """Whether a message is the next one, with no gap, repetition or reset about. ``turn``: its number in the
    stream, where there is an order."""
    before = association._last_received_tsn
    if before is None or before + 1 & 0xFFFFFFFF != number:
        return False
    if stream not in association._data_channels or stream not in association.receivers:
        return False
    if association._sack_misordered or association._sack_duplicates or association._reconfig_deferred is not None:
        return False
    inbound = association._get_inbound_stream(stream)
    return not inbound.reassembly and (turn is None or bool(turn == inbound.sequence_number))
