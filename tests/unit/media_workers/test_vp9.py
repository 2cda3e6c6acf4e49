"""The VP9 payload descriptor (RFC 9628, section 4.2)."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers import vp9
from media_workers.errors import Malformed
from media_workers.picture import renumbered

SIZES = ((320, 180), (640, 360))


def packet(
    *,
    number: int = 300,
    layers: tuple[int, bool, int, bool] | None = (0, True, 0, False),
    tl0: int | None = 9,
    predicted: bool = True,
    begins: bool = True,
    ends: bool = False,
    references: tuple[int, ...] = (),
    sizes: tuple[tuple[int, int], ...] = (),
) -> bytes:
    """``layers``: temporal, switching up, spatial, depending on the layer below. Without ``tl0`` in flexible mode."""
    flexible = layers is not None and tl0 is None
    head = (
        0x80 | predicted << 6 | (layers is not None) << 5 | flexible << 4 | begins << 3 | ends << 2 | bool(sizes) << 1
    )
    out = bytes((head,)) + struct.pack("!H", 0x8000 | number)
    if layers is not None:
        temporal, up, spatial, depends = layers
        out += bytes((temporal << 5 | up << 4 | spatial << 1 | depends,))
        out += b"" if tl0 is None else bytes((tl0,))
    for at, reference in enumerate(references):
        out += bytes((reference << 1 | (at < len(references) - 1),))
    if sizes:
        out += bytes((len(sizes) - 1 << 5 | 0x10,)) + b"".join(struct.pack("!HH", *size) for size in sizes)
    return out + b"frame"


def test_a_keyframe_is_a_base_layer_that_is_not_predicted() -> None:
    assert vp9.read(packet(predicted=False)).keyframe
    assert not vp9.read(packet(predicted=True)).keyframe
    assert not vp9.read(packet(predicted=False, begins=False)).keyframe
    upper = vp9.read(packet(predicted=False, layers=(0, True, 1, True)))
    assert (upper.keyframe, upper.fresh) == (False, True)


def test_layers_and_where_they_begin_are_read() -> None:
    found = vp9.read(packet(layers=(2, True, 1, False), ends=True))
    assert (found.temporal, found.opens, found.spatial, found.begins, found.ends) == (2, True, 1, True, True)
    assert not vp9.read(packet(layers=(2, False, 1, False))).opens


def test_sizes_of_all_layers_are_read_from_the_structure() -> None:
    assert vp9.read(packet(predicted=False, sizes=SIZES)).sizes == SIZES


def test_the_structure_is_found_behind_references() -> None:
    assert vp9.read(packet(tl0=None, references=(1, 2), sizes=SIZES)).sizes == SIZES
    assert vp9.read(packet(tl0=None, references=(1, 2, 3), sizes=SIZES)).sizes == SIZES


@pytest.mark.parametrize(
    "head",
    [
        packet(),
        packet(layers=None, tl0=None),
        packet(tl0=None, references=(1, 2, 3)),
        packet(predicted=False, sizes=SIZES),
        packet(tl0=None, references=(1,), sizes=SIZES),
        # A structure without sizes that tells the pictures of a group: two, with one and two references.
        bytes((0x0A, 0x08, 2, 0x14, 1, 0x28, 1, 2)) + b"frame",
    ],
)
def test_the_frame_begins_behind_the_whole_descriptor(head: bytes) -> None:
    """What is written down is the frame alone."""
    assert head[vp9.length(head) :] == b"frame"


def test_a_short_number_stays_short() -> None:
    found = vp9.read(bytes((0x88, 0x7F)) + b"frame")
    assert (found.number, found.number_bits, found.tl0) == (127, 7, None)


@given(st.integers(0, 32767), st.integers(0, 255), st.integers(-100000, 100000), st.integers(-1000, 1000))
def test_numbers_are_moved_on_and_the_rest_stays(number: int, tl0: int, shift: int, tl0_shift: int) -> None:
    data = packet(number=number, tl0=tl0, predicted=False, sizes=SIZES)
    found = vp9.read(data)
    moved = renumbered(data, found, shift, tl0_shift) + data[found.head :]
    assert moved == packet(number=(number + shift) % 32768, tl0=(tl0 + tl0_shift) % 256, predicted=False, sizes=SIZES)


@given(st.binary(max_size=40))
def test_no_bytes_raise_anything_but_malformed(data: bytes) -> None:
    for read in (vp9.read, vp9.length):
        with suppress(Malformed):
            read(data)


@pytest.mark.parametrize("length", range(len(packet(predicted=False, sizes=SIZES)) - len(b"frame")))
def test_a_cut_descriptor_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        vp9.read(packet(predicted=False, sizes=SIZES)[:length])
