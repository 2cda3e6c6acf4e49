"""AV1's payload format and sequence header."""

from fractions import Fraction

import av
import pytest
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st

from media_workers import av1
from media_workers.errors import Malformed
from media_workers.picture import renumbered
from tests.unit.media_workers.test_dependency_descriptor import SIZES, descriptor, structured

NEW = 0x08


def header(width: int, height: int) -> bytes:
    """A sequence header OBU without its length, as SVT-AV1 writes it."""
    encoder = av.CodecContext.create("libsvtav1", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.options = Fraction(1, 30), {"preset": "12", "svtav1-params": "lp=1"}
    packets = [*encoder.encode(av.VideoFrame(width, height, "yuv420p")), *encoder.encode(None)]
    data = b"".join(bytes(packet) for packet in packets)
    assert data[:2] == b"\x12\x00", "a temporal delimiter"
    length = data[3]
    return bytes((data[2] & ~0x02,)) + data[4 : 4 + length]


HEADER = header(320, 180)


@pytest.mark.parametrize("size", [(320, 180), (1920, 1080), (64, 64)])
def test_a_keyframe_tells_its_size(size: tuple[int, int]) -> None:
    unit = header(*size)
    sized = bytes((unit[0] | 0x02, len(unit) - 1)) + unit[1:]
    for payload in (
        bytes((NEW | 0x20, len(unit))) + unit + b"frame",
        bytes((NEW, len(sized))) + sized,
        bytes((NEW | 0x10,)) + unit,
    ):
        found = av1.Reader().read(payload, b"")
        assert (found.keyframe, found.sizes) == (True, (size,))


def test_other_packets_are_no_keyframes() -> None:
    found = av1.Reader().read(b"\x10\x30frame", b"")
    assert (found.keyframe, found.number) == (False, None)


def test_layers_and_numbers_are_those_of_the_descriptor() -> None:
    reader = av1.Reader()
    key = reader.read(bytes((NEW | 0x20, len(HEADER))) + HEADER + b"frame", structured(0, number=65535))
    assert (key.keyframe, key.sizes, key.number, key.spatial, key.fresh) == (True, SIZES, 65535, 0, True)
    upper = reader.read(b"\x10\x30frame", descriptor(3, number=0))
    assert (upper.keyframe, upper.spatial, upper.fresh, upper.ends) == (False, 1, True, True)
    later = reader.read(b"\x10\x30frame", descriptor(3, number=2))
    assert (later.spatial, later.fresh) == (1, False)


def test_a_keyframe_without_sizes_in_its_descriptor_says_them_itself() -> None:
    payload = bytes((NEW | 0x20, len(HEADER))) + HEADER + b"frame"
    assert av1.Reader().read(payload, structured(0, number=1, sizes=False)).sizes == ((320, 180),)


def test_the_frames_number_is_moved_on_in_the_descriptor() -> None:
    given_ = structured(0, number=65534)
    found = av1.Reader().read(b"\x18\x08", given_)
    assert renumbered(found.descriptor, found, 5, 0) + given_[3:] == structured(0, number=3)


def test_a_packet_in_the_middle_of_a_keyframe_begins_nothing() -> None:
    reader = av1.Reader()
    reader.read(b"\x18\x08", structured(0, number=1))
    assert not reader.read(b"\x18\x08", descriptor(0, number=1, begins=False)).keyframe


@given(st.binary(min_size=1, max_size=60), st.binary(max_size=60))
def test_no_bytes_raise_anything_but_malformed(payload: bytes, described: bytes) -> None:
    for data in (payload, bytes((NEW | 0x20, 40, 0x0A)) + payload):
        try:
            av1.Reader().read(data, described)
        except Malformed:
            continue
