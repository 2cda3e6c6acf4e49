"""AV1 (RTP Payload Format for AV1, version 1.0.0): where a receiver can begin, layers, size.

Layers stand in the dependency descriptor alone; without it all is one layer."""

from dataclasses import dataclass, field, replace

from media_workers import dependency_descriptor
from media_workers.bits import Bits
from media_workers.errors import Malformed
from media_workers.picture import Picture

_NEW_SEQUENCE = 0x08
"""N in the aggregation header (section 4.4): a coded video sequence begins."""
_SEQUENCE_HEADER = 1
"""Type of an OBU (AV1 Bitstream, section 6.2.2)."""


@dataclass
class Reader:
    """Reads one stream of packets."""

    _descriptors: dependency_descriptor.Reader = field(default_factory=dependency_descriptor.Reader)
    _key: int = 0
    """Number of the newest keyframe."""

    def read(self, payload: bytes, descriptor: bytes) -> Picture:
        """Raises `Malformed`."""
        keyframe = bool(payload[0] & _NEW_SEQUENCE)
        if not descriptor:
            return Picture(keyframe=keyframe, fresh=keyframe, sizes=_sizes(payload) if keyframe else ())
        frame = self._descriptors.read(descriptor)
        keyframe = keyframe and frame.begins and frame.spatial == 0
        if keyframe:
            self._key = frame.number
        picture = Picture(
            keyframe=keyframe,
            begins=frame.begins,
            ends=frame.ends,
            temporal=frame.temporal,
            opens=frame.opens,
            spatial=frame.spatial,
            # Frames of one picture have numbers that follow each other, by spatial layer.
            fresh=(frame.number - self._key) & 0xFFFF <= frame.spatial,
            sizes=frame.structure.sizes if frame.structure else (),
            head=3,
            number=frame.number,
            number_at=1,
            number_bits=16,
            descriptor=descriptor,
        )
        return replace(picture, sizes=_sizes(payload)) if keyframe and not picture.sizes else picture


def _sizes(payload: bytes) -> tuple[tuple[int, int], ...]:
    """Width and height of the largest picture, from the sequence header at the beginning of a keyframe."""
    try:
        bits = _sequence_header(payload)
        if bits is None:
            return ()
        bits.read(3 + 1)
        if bits.flag():  # reduced_still_picture_header
            bits.read(5)
        else:
            _operating_points(bits)
        width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
        return ((bits.read(width_bits) + 1, bits.read(height_bits) + 1),)
    except Malformed:
        return ()  # a picture whose size we can't read is still a picture


def _sequence_header(payload: bytes) -> Bits | None:
    """What follows the header of the first OBU, if that is a sequence header (section 4.3; AV1, section 5.3)."""
    at = 1
    if payload[0] & 0x30 != 0x10:  # with one element only (W = 1) it has no length
        at = _behind_number(payload, at)
    if len(payload) <= at or payload[at] >> 3 & 0x0F != _SEQUENCE_HEADER:
        return None
    extension, sized = bool(payload[at] & 0x04), bool(payload[at] & 0x02)
    at += 2 if extension else 1
    return Bits(payload[_behind_number(payload, at) if sized else at :])


def _behind_number(payload: bytes, at: int) -> int:
    """Where what follows a LEB128 number begins (AV1, section 4.10.5)."""
    for place in range(at, min(at + 8, len(payload))):
        if not payload[place] & 0x80:
            return place + 1
    raise Malformed("AV1 length cut off")


def _operating_points(bits: Bits) -> None:
    """Reads over the part of a sequence header up to the picture's size (AV1, section 5.5.1)."""
    delay_bits = 0
    if bits.flag():  # timing_info
        bits.read(64)
        if bits.flag():
            bits.exponential()
        if bits.flag():  # decoder_model_info
            delay_bits = bits.read(5) + 1
            bits.read(32 + 5 + 5)
    delays = bits.flag()
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read(1)
        if delay_bits and bits.flag():
            bits.read(2 * delay_bits + 1)
        if delays and bits.flag():
            bits.read(4)
