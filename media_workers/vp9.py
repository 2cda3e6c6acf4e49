"""The VP9 payload descriptor (RFC 9628, section 4.2)."""

import struct

from media_workers.errors import Malformed
from media_workers.picture import Picture

_PICTURE, _PREDICTED, _LAYERS, _FLEXIBLE, _BEGINS, _ENDS, _STRUCTURE = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02
REFERENCES = 3
"""A frame has so many references at most."""


def read(payload: bytes) -> Picture:
    """Raises `Malformed`."""
    try:
        return _read(payload)
    except (IndexError, struct.error) as fault:
        raise Malformed("VP9 descriptor cut off") from fault


def _read(payload: bytes) -> Picture:
    flags, at = payload[0], 1
    number, bits, tl0, tl0_at = None, 15, None, 0
    temporal, opens, spatial = 0, False, 0
    if flags & _PICTURE:
        if payload[at] & 0x80:
            number = (payload[at] & 0x7F) << 8 | payload[at + 1]
            at += 2
        else:
            number, bits = payload[at], 7
            at += 1
    if flags & _LAYERS:
        temporal, opens, spatial = payload[at] >> 5, bool(payload[at] & 0x10), payload[at] >> 1 & 0x07
        at += 1
        if not flags & _FLEXIBLE:
            tl0, tl0_at = payload[at], at
            at += 1
    head = at
    begins, fresh = bool(flags & _BEGINS), not flags & _PREDICTED
    return Picture(
        keyframe=begins and fresh and spatial == 0,
        begins=begins,
        ends=bool(flags & _ENDS),
        temporal=temporal,
        opens=opens,
        spatial=spatial,
        fresh=fresh,
        sizes=_sizes(payload, _behind_references(payload, at, flags)) if flags & _STRUCTURE else (),
        head=head,
        number=number,
        number_at=1,
        number_bits=bits,
        tl0=tl0,
        tl0_at=tl0_at,
    )


def length(payload: bytes) -> int:
    """Bytes of the whole descriptor: what follows belongs to the frame. Raises `Malformed`."""
    try:
        flags, at = payload[0], read(payload).head
        at = _behind_references(payload, at, flags)
        return _behind_structure(payload, at) if flags & _STRUCTURE else at
    except IndexError as fault:
        raise Malformed("VP9 descriptor cut off") from fault


def _behind_structure(payload: bytes, at: int) -> int:
    """Behind the scalability structure: sizes by layer, then the pictures of a group with their references."""
    flags = payload[at]
    at += 1 + (4 * ((flags >> 5) + 1) if flags & 0x10 else 0)
    if flags & 0x08:
        pictures = payload[at]
        at += 1
        for _ in range(pictures):
            at += 1 + (payload[at] >> 2 & 0x03)
    return at


def _behind_references(payload: bytes, at: int, flags: int) -> int:
    if flags & _FLEXIBLE and flags & _PREDICTED:
        for _ in range(REFERENCES):
            at += 1
            if not payload[at - 1] & 0x01:
                return at
    return at


def _sizes(payload: bytes, at: int) -> tuple[tuple[int, int], ...]:
    """Width and height of each spatial layer from the scalability structure (section 4.2.1), where it has them."""
    layers, has_sizes = (payload[at] >> 5) + 1, payload[at] & 0x10
    if not has_sizes:
        return ()
    return tuple(struct.unpack_from("!HH", payload, at + 1 + 4 * layer) for layer in range(layers))
