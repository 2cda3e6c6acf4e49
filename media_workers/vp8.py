"""The VP8 payload descriptor (RFC 7741, section 4.2): enough to find keyframes and to renumber pictures."""

from dataclasses import dataclass

from media_workers.errors import Malformed


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


def read(payload: bytes) -> Descriptor:
    """Raises `Malformed`."""
    try:
        return _read(payload)
    except IndexError as fault:
        raise Malformed("VP8 descriptor cut off") from fault


def _read(payload: bytes) -> Descriptor:
    first, at = payload[0], 1
    picture, picture_at, bits, tl0, tl0_at = None, 0, 0, None, 0
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
            at += 1
    # S = 1 and partition 0: the first packet of a frame, whose first byte has the inverse keyframe flag (section 4.3).
    opens = bool(first & 0x10) and not first & 0x07
    return Descriptor(at, opens and not payload[at] & 0x01, picture, picture_at, bits, tl0, tl0_at)


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
