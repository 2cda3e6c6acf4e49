"""The VP8 payload format (RFC 7741, section 4.2): enough to find keyframes and layers and to renumber pictures."""

import struct
from typing import Final

from media_workers.errors import Malformed
from media_workers.picture import Picture

START_CODE: Final = b"\x9d\x01\x2a"


def read(payload: bytes) -> Picture:
    """Raises `Malformed`."""
    try:
        return _read(payload)
    except IndexError as fault:
        raise Malformed("VP8 descriptor cut off") from fault


def _read(payload: bytes) -> Picture:
    first, at = payload[0], 1
    number, number_at, bits, tl0, tl0_at = None, 0, 15, None, 0
    temporal, sync = 0, False
    if first & 0x80:
        flags = payload[at]
        at += 1
        if flags & 0x80:
            number_at = at
            if payload[at] & 0x80:
                number = (payload[at] & 0x7F) << 8 | payload[at + 1]
                at += 2
            else:
                number, bits = payload[at], 7
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
    return Picture(
        keyframe=keyframe,
        begins=begins,
        temporal=temporal,
        sync=sync,
        sizes=_sizes(payload, at) if keyframe else (),
        head=at,
        number=number,
        number_at=number_at,
        number_bits=bits,
        tl0=tl0,
        tl0_at=tl0_at,
        dense=True,
    )


def _sizes(payload: bytes, at: int) -> tuple[tuple[int, int], ...]:
    """A keyframe's width and height: 14 bits each behind the start code (RFC 6386, section 9.1)."""
    if payload[at + 3 : at + 6] != START_CODE or len(payload) < at + 10:
        return ()
    width, height = struct.unpack_from("<HH", payload, at + 6)
    return ((width & 0x3FFF, height & 0x3FFF),)
