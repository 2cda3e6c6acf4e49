"""What goes from a worker to its recorder: packets, sender reports and orders, on a stream of bytes.

Each frame: length (4 bytes, of what follows), type (1 byte), body. What comes back is JSON, one object a line.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CODECS = ("opus", "vp8", "vp9", "h264", "av1")
"""Their place is their number on the wire."""

_HEAD = struct.Struct("!IB")
_PACKET = struct.Struct("!IBBQId")
_REPORT = struct.Struct("!IQId")
PACKET, REPORT, ORDER = 1, 2, 3
LONGEST = 1 << 20

_MARKER, _KEYFRAME = 1, 2


@dataclass(slots=True)
class Arrived:
    """An RTP packet of a stream: one encoding of one source. ``at``: when it came, seconds since 1970. ``keyframe``: it
    opens one."""

    stream: int
    codec: str
    extended: int
    timestamp: int
    at: float
    marker: bool
    keyframe: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """A sender report of a stream: that RTP time is that NTP time (64 bits) of the sender's clock."""

    stream: int
    ntp: int
    timestamp: int
    at: float


Order = dict[str, Any]


def packet(
    stream: int,
    codec: str,
    extended: int,
    timestamp: int,
    at: float,
    payload: bytes,
    *,
    marker: bool = False,
    keyframe: bool = False,
) -> bytes:
    """A packet as it goes over the wire. Raises `ValueError` for a codec nobody records."""
    flags = (_MARKER if marker else 0) | (_KEYFRAME if keyframe else 0)
    head = _PACKET.pack(stream, CODECS.index(codec), flags, extended, timestamp, at)
    return _HEAD.pack(1 + len(head) + len(payload), PACKET) + head + payload


def report(said: Report) -> bytes:
    """A sender report as it goes over the wire."""
    body = _REPORT.pack(said.stream, said.ntp, said.timestamp, said.at)
    return _HEAD.pack(1 + len(body), REPORT) + body


def order(said: Order) -> bytes:
    """An order as it goes over the wire."""
    body = json.dumps(said, separators=(",", ":")).encode()
    return _HEAD.pack(1 + len(body), ORDER) + body


class Reader:
    """Takes bytes as they come; gives what is whole."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Arrived | Report | Order]:
        """What ``data`` completes. Raises `ValueError` when the stream makes no sense."""
        self._rest += data
        at, whole = 0, bytes(self._rest)
        while at + _HEAD.size <= len(whole):
            length, kind = _HEAD.unpack_from(whole, at)
            if not 1 <= length <= LONGEST:
                raise ValueError("a frame of no sensible length")
            end = at + 4 + length
            if end > len(whole):
                break
            yield _read(kind, whole[at + _HEAD.size : end])
            at = end
        del self._rest[:at]


def _read(kind: int, body: bytes) -> Arrived | Report | Order:
    if kind == PACKET:
        stream, codec, flags, extended, timestamp, at = _PACKET.unpack_from(body)
        return Arrived(
            stream,
            CODECS[codec],
            extended,
            timestamp,
            at,
            bool(flags & _MARKER),
            bool(flags & _KEYFRAME),
            body[_PACKET.size :],
        )
    if kind == REPORT:
        return Report(*_REPORT.unpack(body))
    found: Order = json.loads(body)
    return found
