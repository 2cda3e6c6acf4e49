"""The VP8 payload descriptor."""

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media_workers import vp8
from media_workers.errors import Malformed
from media_workers.picture import renumbered


def payload(picture: int | None = 300, tl0: int | None = 9, *, start: bool = True, key: bool = True) -> bytes:
    """A descriptor as aiortc writes it, and the first byte of a frame."""
    descriptor = VpxPayloadDescriptor(
        partition_start=int(start),
        partition_id=0,
        picture_id=picture,
        tl0picidx=tl0,
        tid=(0, 0) if tl0 is not None else None,
        keyidx=None,
    )
    return bytes(descriptor) + bytes((0 if key else 1,)) + b"frame"


def test_the_first_packet_of_a_keyframe_is_found() -> None:
    assert vp8.read(payload()).keyframe


@pytest.mark.parametrize(("start", "key"), [(False, True), (True, False), (False, False)])
def test_other_packets_are_no_keyframes(start: bool, key: bool) -> None:
    assert not vp8.read(payload(start=start, key=key)).keyframe


@pytest.mark.parametrize("picture", [0, 5, 127, 128, 300, 32767])
def test_numbers_are_read_in_both_widths(picture: int) -> None:
    found = vp8.read(payload(picture, 200))
    assert (found.number, found.tl0) == (picture, 200)


def test_a_descriptor_without_numbers_stays_as_it_is() -> None:
    data = payload(None, None)
    found = vp8.read(data)
    assert (found.number, found.tl0) == (None, None)
    assert renumbered(data, found, 5, 5) == data[: found.head]


@given(st.integers(0, 32767), st.integers(0, 255), st.integers(-100000, 100000), st.integers(-1000, 1000))
def test_numbers_are_moved_on_in_their_own_width(picture: int, tl0: int, shift: int, tl0_shift: int) -> None:
    data = payload(picture, tl0)
    found = vp8.read(data)
    moved, rest = VpxPayloadDescriptor.parse(renumbered(data, found, shift, tl0_shift) + data[found.head :])
    assert moved.picture_id == (picture + shift) % (1 << found.number_bits)
    assert moved.tl0picidx == (tl0 + tl0_shift) % 256
    assert rest == data[found.head :]


@given(st.binary(max_size=12))
def test_no_bytes_raise_anything_but_malformed(data: bytes) -> None:
    try:
        vp8.read(data)
    except Malformed:
        return


def test_a_cut_descriptor_is_refused() -> None:
    with pytest.raises(Malformed):
        vp8.read(payload()[:3])


def layered(tid: int, *, sync: bool) -> bytes:
    """The first packet of a frame in a temporal layer."""
    descriptor = VpxPayloadDescriptor(
        partition_start=1, partition_id=0, picture_id=300, tl0picidx=9, tid=(tid, int(sync)), keyidx=None
    )
    return bytes(descriptor) + b"\x01frame"


@pytest.mark.parametrize(("tid", "sync"), [(0, False), (1, True), (2, False)])
def test_the_temporal_layer_and_where_it_can_be_begun_are_read(tid: int, sync: bool) -> None:
    found = vp8.read(layered(tid, sync=sync))
    assert (found.temporal, found.sync, found.begins) == (tid, sync, True)


def test_a_keyframe_tells_its_size() -> None:
    data = payload()[:-6] + b"\x00\x00\x00" + vp8.START_CODE + bytes((0x80, 0x42, 0x68, 0x01)) + b"frame"
    assert vp8.read(data).sizes == ((640, 360),)
    assert vp8.read(data[:-6]).sizes == ()
    assert vp8.read(payload()).sizes == ()
