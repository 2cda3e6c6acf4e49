"""The H.264 payload format (RFC 6184)."""

import struct
from fractions import Fraction

import av
import pytest
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st

from media_workers import h264
from media_workers.errors import Malformed
from tests.unit.media_workers.test_dependency_descriptor import descriptor, structured


def parameters(width: int, height: int, profile: str = "baseline") -> bytes:
    """A sequence parameter set as x264 writes it."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.options = Fraction(1, 30), {"profile": profile, "tune": "zerolatency"}
    data = b"".join(bytes(packet) for packet in encoder.encode(av.VideoFrame(width, height, "yuv420p")))
    return next(unit for unit in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit and unit[0] & 0x1F == 7)


SPS = parameters(640, 360)
PPS, IDR, SLICE = b"\x68\xce\x3c\x80", b"\x65\x88\x84", b"\x41\x9a\x02"


def aggregate(*units: bytes) -> bytes:
    """A STAP-A (section 5.7.1)."""
    return b"\x78" + b"".join(struct.pack("!H", len(unit)) + unit for unit in units)


def test_a_keyframe_opens_with_its_parameters() -> None:
    read = h264.Reader().read
    assert read(SPS, b"").keyframe
    assert read(aggregate(SPS, PPS), b"").keyframe
    assert read(bytes((0x7C, 0x80 | 7)) + SPS[1:], b"").keyframe


def test_what_a_newcomer_could_not_decode_is_no_keyframe() -> None:
    read = h264.Reader().read
    for payload in (IDR, SLICE, PPS, aggregate(PPS, IDR), b"\x7c\x85\x88", b"\x7c\x47\x88"):
        assert not read(payload, b"").keyframe


@pytest.mark.parametrize("size", [(640, 360), (320, 180), (1920, 1080), (176, 144), (322, 182)])
@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
def test_the_size_is_read_without_what_is_cropped(size: tuple[int, int], profile: str) -> None:
    assert h264.Reader().read(parameters(*size, profile), b"").sizes == (size,)


def test_temporal_layers_are_those_of_the_descriptor() -> None:
    reader = h264.Reader()
    assert reader.read(SPS, structured(0, number=1)).temporal == 0
    upper = reader.read(SLICE, descriptor(2, number=2))
    assert (upper.temporal, upper.begins, upper.number) == (1, True, None)


def test_a_cut_aggregation_packet_is_refused() -> None:
    with pytest.raises(Malformed):
        h264.Reader().read(aggregate(PPS, SPS)[:-1], b"")
    with pytest.raises(Malformed):
        h264.Reader().read(b"\x7c", b"")


@given(st.binary(min_size=1, max_size=60), st.binary(max_size=40))
def test_no_bytes_raise_anything_but_malformed(payload: bytes, described: bytes) -> None:
    for data in (payload, b"\x67" + payload, b"\x67\x64" + payload):
        try:
            h264.Reader().read(data, described)
        except Malformed:
            continue
