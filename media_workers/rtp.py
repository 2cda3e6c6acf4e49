"""RTP packets as bytes (RFC 3550, section 5.1) with their header extensions (RFC 8285). Payloads stay opaque."""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from media_workers.errors import Malformed
from media_workers.picture import Picture

ONE_BYTE: Final = 0xBEDE
TWO_BYTE: Final = 0x1000
SHORT: Final = 14
"""The highest id that fits into a header of one byte."""
_HEADER: Final = struct.Struct("!BBHII")
_SHORTS: Final = struct.Struct("!HH")
_NUMBERED: Final = struct.Struct("!BBHI9sHx")
_LEVELLED: Final = struct.Struct("!BBHI9sHBB3x")
_PART: Final = struct.Struct("!IIB")


@dataclass(slots=True)
class Packet:
    """A packet taken apart. ``payload``: bytes without padding; ``extensions``: id → value."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    extensions: dict[int, bytes]
    payload: bytes
    extended: int = 0
    """The sequence number followed over wraps; this and what follows is filled in by the track it belongs to."""
    codec: str = ""
    picture: Picture | None = None
    """What the payload says, where it is one of a picture."""
    plain: bytes = b""
    """Of redundant sound, the part for its own time."""
    rest: bytes | None = None
    """The payload behind what is numbered in it, once somebody needed it."""


def is_rtcp(data: bytes) -> bool:
    """Whether a packet on a shared port is RTCP (RFC 5761, section 4)."""
    return len(data) > 1 and 64 <= data[1] & 0x7F < 96


def parse(data: bytes) -> Packet:
    """Raises `Malformed`."""
    if len(data) < 12 or data[0] >> 6 != 2:
        raise Malformed("not RTP")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    at = 12 + 4 * (first & 0x0F)
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        if len(data) < at + 4:
            raise Malformed("RTP extension cut off")
        profile, words = _SHORTS.unpack_from(data, at)
        at += 4
        if len(data) < at + 4 * words:
            raise Malformed("RTP extension cut off")
        if profile == ONE_BYTE:
            extensions = _one_byte(data, at, at + 4 * words)
        elif profile & 0xFFF0 == TWO_BYTE:
            extensions = _two_byte(data, at, at + 4 * words)
        at += 4 * words
    end = len(data)
    if first & 0x20:
        padding = data[-1]
        if not 0 < padding <= end - at:
            raise Malformed("RTP padding longer than the packet")
        end -= padding
    if at > end:
        raise Malformed("RTP header cut off")
    return Packet(second & 0x7F, second > 0x7F, sequence, timestamp, ssrc, extensions, data[at:end])


def header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, extension: bytes) -> bytes:
    """A header that is followed by ``extension`` (a whole block of `extension_block`, or nothing) and the payload."""
    first = 0x90 if extension else 0x80
    return _HEADER.pack(first, payload_type | (0x80 if marker else 0), sequence, timestamp, ssrc) + extension


def extension_block(values: tuple[tuple[int, bytes], ...]) -> bytes:
    """The extension block (profile, length, elements, padding) for pairs of id and value (1 to 255 bytes): with
    headers of one byte while ids are below 15 and values not longer than 16, else of two (RFC 8285, section 4)."""
    if not values:
        return b""
    if all(number <= SHORT and len(value) <= 16 for number, value in values):
        profile = ONE_BYTE
        body = b"".join(bytes(((number << 4) | (len(value) - 1),)) + value for number, value in values)
    else:
        profile = TWO_BYTE
        body = b"".join(bytes((number, len(value))) + value for number, value in values)
    body += bytes(-len(body) % 4)
    return _SHORTS.pack(profile, len(body) // 4) + body


cached_extension_block = lru_cache(maxsize=1024)(extension_block)
"""For values that repeat: audio levels and orientations have few."""


def numbered_block(extension: int, number: int, values: tuple[tuple[int, bytes], ...]) -> bytes:
    """Like `extension_block`, with a 16-bit number that changes with each packet as the first element."""
    block = cached_extension_block(((extension, b"\0\0"), *values))
    at = 5 if block[0] == ONE_BYTE >> 8 else 6
    return block[:at] + number.to_bytes(2, "big") + block[at + 2 :]


def numbered_part(ssrc: int, words: int, extension: int) -> bytes:
    """What all headers of a stream have in common whose extension block, so many ``words`` long, begins with such a
    number: from the SSRC to the number's id, which is at most `SHORT`."""
    return _PART.pack(ssrc, ONE_BYTE << 16 | words, extension << 4 | 1)


def numbered_header(payload_type: int, marker: bool, sequence: int, timestamp: int, part: bytes, number: int) -> bytes:
    """A header with nothing but such a number in its extension block: what most packets to a receiver begin with.
    ``part``: of `numbered_part`, one word."""
    return _NUMBERED.pack(0x90, payload_type | (0x80 if marker else 0), sequence, timestamp, part, number)


def levelled_header(
    payload_type: int,
    marker: bool,
    sequence: int,
    timestamp: int,
    part: bytes,
    number: int,
    level_extension: int,
    level: int,
) -> bytes:
    """The same with an audio level (one byte) behind the number: what sound to most receivers begins with. ``part``:
    of two words."""
    second = payload_type | (0x80 if marker else 0)
    return _LEVELLED.pack(0x90, second, sequence, timestamp, part, number, level_extension << 4, level)


def padding(payload_type: int, sequence: int, timestamp: int, ssrc: int, extension: bytes, size: int) -> bytes:
    """A packet of nothing but ``size`` (1 to 255) bytes of padding (RFC 3550, section 5.1)."""
    head = header(payload_type, False, sequence, timestamp, ssrc, extension)
    return bytes((head[0] | 0x20,)) + head[1:] + bytes(size - 1) + bytes((size,))


def _one_byte(data: bytes, at: int, end: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while at < end:
        number, length = data[at] >> 4, (data[at] & 0x0F) + 1
        if data[at] == 0:
            at += 1
            continue
        if number == 15:
            break  # RFC 8285, section 4.2: stop reading
        if at + 1 + length > end:
            raise Malformed("RTP extension element cut off")
        found[number] = data[at + 1 : at + 1 + length]
        at += 1 + length
    return found


def _two_byte(data: bytes, at: int, end: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while at < end:
        if data[at] == 0:
            at += 1
            continue
        if at + 2 > end or at + 2 + data[at + 1] > end:
            raise Malformed("RTP extension element cut off")
        found[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found
