"""The VP8 payload descriptor (RFC 7741, section 4.2): enough to find keyframes and layers and to renumber pictures."""

import struct
from dataclasses import dataclass

from media_workers.errors import Malformed

START_CODE = b"\x9d\x01\x2a"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """``length`` in bytes; ``picture`` and ``tl0`` are None when absent, ``*_at`` their place in the payload."""

    length: int
    keyframe: bool
    """The packet opens a keyframe."""
    picture: int | None
    picture_at: int
    picture_bits: int
    tl0: int | None
    tl0_at: int
    begins: bool = False
    """The packet is the first of a frame."""
    temporal: int = 0
    """Temporal layer: 0 is enough for a slow picture, each further one adds frames between."""
    sync: bool = False
    """A frame of an upper temporal layer that needs nothing but layer 0: here the layer can be begun."""
    size: tuple[int, int] | None = None
    """Width and height in pixels, where a keyframe opens."""


def read(payload: bytes) -> Descriptor:
    """Raises `Malformed`."""
    try:
        return _read(payload)
    except IndexError as fault:
        raise Malformed("VP8 descriptor cut off") from fault


def _read(payload: bytes) -> Descriptor:
    first, at = payload[0], 1
    picture, picture_at, bits, tl0, tl0_at = None, 0, 0, None, 0
    temporal, sync = 0, False
    if first & 0x80:
        flags = payload[at]
        at += 1
        if flags & 0x80:
            picture_at = at
            if payload[at] & 0x80:
                picture, bits = (payload[at] & 0x7F) << 8 | payload[at + 1], 15
                at += 2
            else:
                picture, bits = payload[at], 7
                at += 1
        if flags & 0x40:
            tl0, tl0_at = payload[at], at
            at += 1
        if flags & 0x30:
            if flags & 0x20:
                temporal, sync = payload[at] >> 6, bool(payload[at] & 0x20)
            at += 1
    # S = 1 and partition 0: the first packet of a frame, whose first byte has the inverse keyframe flag (section 4.3).
    begins = bool(first & 0x10) and not first & 0x07
    keyframe = begins and not payload[at] & 0x01
    size = _size(payload, at) if keyframe else None
    return Descriptor(at, keyframe, picture, picture_at, bits, tl0, tl0_at, begins, temporal, sync, size)


def _size(payload: bytes, at: int) -> tuple[int, int] | None:
    """A keyframe's width and height: 14 bits each behind the start code (RFC 6386, section 9.1)."""
    if payload[at + 3 : at + 6] != START_CODE or len(payload) < at + 10:
        return None
    width, height = struct.unpack_from("<HH", payload, at + 6)
    return width & 0x3FFF, height & 0x3FFF


def renumber(payload: bytes, descriptor: Descriptor, picture_shift: int, tl0_shift: int) -> bytes:
    """The descriptor's bytes with picture id and tl0picidx moved on, each in its own width."""
    out = bytearray(payload[: descriptor.length])
    if descriptor.picture is not None:
        picture = (descriptor.picture + picture_shift) % (1 << descriptor.picture_bits)
        if descriptor.picture_bits == 15:
            out[descriptor.picture_at] = 0x80 | picture >> 8
            out[descriptor.picture_at + 1] = picture & 0xFF
        else:
            out[descriptor.picture_at] = picture
    if descriptor.tl0 is not None:
        out[descriptor.tl0_at] = (descriptor.tl0 + tl0_shift) & 0xFF
    return bytes(out)
