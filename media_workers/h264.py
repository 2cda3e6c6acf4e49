"""The H.264 payload format (RFC 6184): where a receiver can begin, and the picture's size.

The format itself has no layers; where the dependency descriptor comes along, it tells the temporal ones."""

import struct
from collections.abc import Iterator

from media_workers import dependency_descriptor
from media_workers.bits import Bits
from media_workers.errors import Malformed
from media_workers.picture import Picture

_PARAMETERS, _AGGREGATE, _FRAGMENT = 7, 24, 28
"""Types of NAL units: sequence parameter set (ITU-T H.264, table 7-1), STAP-A, FU-A (RFC 6184, section 5.2)."""
_CHROMA_PROFILES = frozenset((44, 83, 86, 100, 110, 118, 122, 128, 134, 138, 139, 144, 244))
"""Profiles whose parameter sets tell the chroma format (section 7.3.2.1.1)."""


class Reader:
    """Reads one stream of packets."""

    def __init__(self) -> None:
        self._descriptors = dependency_descriptor.Reader()

    def read(self, payload: bytes, descriptor: bytes) -> Picture:
        """Raises `Malformed`.

        A keyframe opens with its parameters: an IDR picture alone is of no use to who has never seen them. Encoders for
        browsers repeat them before each."""
        parameters = next((unit for kind, unit in _units(payload) if kind == _PARAMETERS), None)
        keyframe, sizes = parameters is not None, _sizes(parameters) if parameters else ()
        if not descriptor:
            return Picture(keyframe=keyframe, fresh=keyframe, sizes=sizes)
        frame = self._descriptors.read(descriptor)
        return Picture(
            keyframe=keyframe,
            begins=frame.begins,
            ends=frame.ends,
            temporal=frame.temporal,
            opens=frame.opens,
            fresh=keyframe,
            sizes=sizes,
        )


def _units(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and bytes of the NAL units that begin in a packet; a fragment's first part counts as one."""
    kind = payload[0] & 0x1F
    if kind == _AGGREGATE:
        at = 1
        while at + 2 < len(payload):
            (length,) = struct.unpack_from("!H", payload, at)
            unit = payload[at + 2 : at + 2 + length]
            if len(unit) < length or not unit:
                raise Malformed("H.264 aggregation packet cut off")
            yield unit[0] & 0x1F, unit
            at += 2 + length
    elif kind == _FRAGMENT:
        if len(payload) < 2:
            raise Malformed("H.264 fragment cut off")
        if payload[1] & 0x80:
            yield payload[1] & 0x1F, payload[1:]
    else:
        yield kind, payload


def _sizes(unit: bytes) -> tuple[tuple[int, int], ...]:
    """Width and height from a sequence parameter set (ITU-T H.264, section 7.3.2.1.1), without what is cropped."""
    bits = Bits(unit[1:].replace(b"\x00\x00\x03", b"\x00\x00"))
    try:
        profile = bits.read(8)
        bits.read(16)
        bits.exponential()
        chroma = _chroma(bits) if profile in _CHROMA_PROFILES else 1
        bits.exponential()
        _order(bits)
        bits.exponential()
        bits.read(1)
        width, height = bits.exponential() + 1, bits.exponential() + 1
        fields = 1 if bits.flag() else 2
        if fields == 2:
            bits.read(1)
        bits.read(1)
        left, right, top, bottom = (bits.exponential() for _ in range(4)) if bits.flag() else (0, 0, 0, 0)
    except Malformed:
        return ()  # a picture whose size we can't read is still a picture
    across, down = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1) * fields
    return ((16 * width - across * (left + right), 16 * height * fields - down * (top + bottom)),)


def _chroma(bits: Bits) -> int:
    chroma = bits.exponential()
    if chroma == 3:
        bits.read(1)
    bits.exponential()
    bits.exponential()
    bits.read(1)
    if bits.flag():
        for number in range(12 if chroma == 3 else 8):
            if bits.flag():
                _scaling_list(bits, 16 if number < 6 else 64)
    return chroma


def _scaling_list(bits: Bits, length: int) -> None:
    """Section 7.3.2.1.1.1."""
    last, next_ = 8, 8
    for _ in range(length):
        if next_ != 0:
            next_ = (last + _signed(bits)) % 256
        last = next_ or last


def _order(bits: Bits) -> None:
    """The picture order count's part."""
    kind = bits.exponential()
    if kind == 0:
        bits.exponential()
    elif kind == 1:
        bits.read(1)
        _signed(bits)
        _signed(bits)
        for _ in range(min(bits.exponential(), 255)):
            _signed(bits)


def _signed(bits: Bits) -> int:
    """A signed Exp-Golomb number (section 9.1.1)."""
    value = bits.exponential()
    return (value + 1) // 2 if value & 1 else -(value // 2)
