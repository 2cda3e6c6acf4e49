"""RTCP packets: walking compounds and writing the few kinds a forwarder needs (RFC 3550, 4585, 5104)."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from media_workers.errors import Malformed

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
DESCRIPTION: Final = 202
BYE: Final = 203
TRANSPORT_FEEDBACK: Final = 205
PAYLOAD_FEEDBACK: Final = 206
NACK: Final = 1
TRANSPORT_WIDE: Final = 15
PLI: Final = 1
FIR: Final = 4

_HEAD: Final = struct.Struct("!BBH")


@dataclass(slots=True)
class Block:
    """One packet of a compound. ``count``: report count or feedback format; ``body``: what follows the first word."""

    kind: int
    count: int
    body: bytes


def tells_arrivals(datagram: bytes) -> bool:
    """Whether a compound begins with transport-wide feedback; its first header is never encrypted."""
    return datagram[1] == TRANSPORT_FEEDBACK and datagram[0] & 0x1F == TRANSPORT_WIDE


def walk(data: bytes) -> Iterator[Block]:
    """The packets of a compound. Raises `Malformed`."""
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            raise Malformed("RTCP cut off")
        first, kind, words = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise Malformed("RTCP cut off")
        body = data[at + 4 : end]
        if first & 0x20 and body:
            if not 0 < body[-1] <= len(body):
                raise Malformed("RTCP padding longer than the packet")
            body = body[: -body[-1]]
        yield Block(kind, first & 0x1F, body)
        at = end


def write(kind: int, count: int, body: bytes) -> bytes:
    """A packet; ``body`` is a whole number of 32-bit words."""
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def media_ssrc(block: Block) -> int:
    """Whom a feedback packet is about. Raises `Malformed`."""
    if len(block.body) < 8:
        raise Malformed("RTCP feedback cut off")
    return int.from_bytes(block.body[4:8], "big")


def nacked(block: Block) -> Iterator[int]:
    """The 16-bit sequence numbers a generic NACK asks for (RFC 4585, section 6.2.1)."""
    for at in range(8, len(block.body) - 3, 4):
        first, mask = struct.unpack_from("!HH", block.body, at)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + 1 + bit) & 0xFFFF


def fir_ssrcs(block: Block) -> Iterator[int]:
    """Whom a full intra request names (RFC 5104, section 4.3.1)."""
    for at in range(8, len(block.body) - 7, 8):
        yield int.from_bytes(block.body[at : at + 4], "big")


def sender_time(block: Block) -> tuple[int, int]:
    """SSRC and 64-bit NTP time of a sender report. Raises `Malformed`."""
    if len(block.body) < 24:
        raise Malformed("RTCP sender report cut off")
    return struct.unpack_from("!IQ", block.body)


def sender_timestamp(block: Block) -> int:
    """The RTP time in a sender report that `sender_time` has read."""
    return int.from_bytes(block.body[12:16], "big")


def nack(sender: int, media: int, numbers: Iterable[int]) -> bytes:
    """A generic NACK for 16-bit sequence numbers in the order they were sent."""
    pairs: list[list[int]] = []
    for number in numbers:
        if pairs and 0 < (distance := (number - pairs[-1][0]) & 0xFFFF) <= 16:
            pairs[-1][1] |= 1 << (distance - 1)
        else:
            pairs.append([number, 0])
    body = b"".join(struct.pack("!HH", first, mask) for first, mask in pairs)
    return write(TRANSPORT_FEEDBACK, NACK, struct.pack("!II", sender, media) + body)


def pli(sender: int, media: int) -> bytes:
    """A picture loss indication."""
    return write(PAYLOAD_FEEDBACK, PLI, struct.pack("!II", sender, media))


def transport_wide(sender: int, media: int, information: bytes) -> bytes:
    """Transport-wide feedback around its information (FCI)."""
    return write(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, struct.pack("!II", sender, media) + information)


def receiver_report(sender: int, blocks: list[bytes]) -> bytes:
    """A receiver report with up to 31 blocks."""
    return write(RECEIVER_REPORT, len(blocks), struct.pack("!I", sender) + b"".join(blocks))


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report without blocks."""
    body = struct.pack("!IQIII", ssrc, ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return write(SENDER_REPORT, 0, body)


def description(names: Iterable[tuple[int, str]]) -> bytes:
    """A source description that gives each SSRC its canonical name; up to 31 of them."""
    chunks = []
    for ssrc, name in names:
        text = name.encode()
        chunk = struct.pack("!IBB", ssrc, 1, len(text)) + text
        chunks.append(chunk + bytes(4 - len(chunk) % 4))
    return write(DESCRIPTION, len(chunks), b"".join(chunks))
