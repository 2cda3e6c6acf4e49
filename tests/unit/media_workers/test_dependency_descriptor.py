"""The dependency descriptor (RTP Payload Format for AV1, appendix A)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers.dependency_descriptor import Reader
from media_workers.errors import Malformed

ABSENT, DISCARDABLE, SWITCH, REQUIRED = range(4)
TEMPLATES = (
    # spatial, temporal, indications of (0,0) (0,1) (1,0) (1,1), distances to frames needed
    (0, 0, (SWITCH, SWITCH, SWITCH, SWITCH), ()),
    (0, 0, (SWITCH, SWITCH, ABSENT, ABSENT), (4,)),
    (0, 1, (ABSENT, DISCARDABLE, ABSENT, REQUIRED), (2,)),
    (1, 0, (ABSENT, ABSENT, SWITCH, SWITCH), (1,)),
    (1, 1, (ABSENT, ABSENT, ABSENT, DISCARDABLE), (2, 1)),
)
"""Two spatial layers with two temporal ones each."""
SIZES = ((320, 180), (640, 360))


def bits(value: int, width: int) -> str:
    return f"{value:0{width}b}"


def packed(text: str) -> bytes:
    """Ones and zeros as bytes, filled up with zeros."""
    text = text.ljust(-(-len(text) // 8) * 8, "0")
    return int(text, 2).to_bytes(len(text) // 8, "big")


def descriptor(template: int, *, number: int, begins: bool = True, ends: bool = True, offset: int = 0) -> bytes:
    """The three bytes every descriptor has."""
    return packed(bits(begins, 1) + bits(ends, 1) + bits((template + offset) % 64, 6) + bits(number & 0xFFFF, 16))


def structured(
    template: int, *, number: int, offset: int = 0, sizes: bool = True, chains: bool = True, active: int | None = None
) -> bytes:
    """A keyframe's descriptor with `TEMPLATES`."""
    text = bits(1, 1) + bits(active is not None, 1) + "000" + bits(offset, 6) + bits(3, 5)
    for (spatial, temporal, _, _), (after, later, _, _) in pairwise(TEMPLATES):
        text += bits(2 if after > spatial else 1 if later > temporal else 0, 2)
    text += bits(3, 2)
    text += "".join(bits(indication, 2) for _, _, indications, _ in TEMPLATES for indication in indications)
    text += "".join("".join("1" + bits(one - 1, 4) for one in needs) + "0" for _, _, _, needs in TEMPLATES)
    if chains:  # two of them: ns(5) of 2, then ns(2) for each target, then four bits for each template and chain
        text += "10" + "0011" + bits(0, 4) * 2 * len(TEMPLATES)
    else:
        text += "00"
    text += "1" + "".join(bits(side - 1, 16) for size in SIZES for side in size) if sizes else "0"
    text += bits(active, 4) if active is not None else ""
    return descriptor(template, number=number, offset=offset) + packed(text)


def test_a_keyframe_tells_layers_targets_and_sizes() -> None:
    frame = Reader().read(structured(0, number=7))
    assert frame.structure is not None
    assert frame.structure.targets == ((0, 0), (0, 1), (1, 0), (1, 1))
    assert frame.structure.sizes == SIZES
    assert [(t.spatial, t.temporal) for t in frame.structure.templates] == [t[:2] for t in TEMPLATES]
    assert (frame.number, frame.spatial, frame.temporal, frame.opens) == (7, 0, 0, True)


@pytest.mark.parametrize("chains", [True, False])
@pytest.mark.parametrize("sizes", [True, False])
def test_parts_may_be_left_out(chains: bool, sizes: bool) -> None:
    frame = Reader().read(structured(3, number=7, chains=chains, sizes=sizes, active=0b0011))
    assert frame.structure is not None
    assert (frame.spatial, bool(frame.structure.sizes)) == (1, sizes)


def test_later_frames_refer_to_the_structure() -> None:
    reader = Reader()
    reader.read(structured(0, number=65535, offset=62))
    frames = [reader.read(descriptor(template, number=template, offset=62)) for template in range(5)]
    assert [(frame.spatial, frame.temporal) for frame in frames] == [(0, 0), (0, 0), (0, 1), (1, 0), (1, 1)]
    assert [frame.opens for frame in frames] == [True, True, False, True, False]


def test_a_frame_may_have_indications_of_its_own() -> None:
    reader = Reader()
    reader.read(structured(0, number=1))
    own = descriptor(4, number=5) + packed("00100" + "00" * 3 + bits(SWITCH, 2))
    assert reader.read(own).opens


def test_a_frame_of_a_structure_on_its_way_counts_as_the_lowest_layer() -> None:
    reader = Reader()
    lost = reader.read(descriptor(4, number=5))
    assert (lost.spatial, lost.temporal, lost.opens, lost.number) == (0, 0, False, 5)
    reader.read(structured(0, number=4))
    assert reader.read(descriptor(4, number=5)).spatial == 1
    assert reader.read(descriptor(9, number=6)).spatial == 0


def test_an_older_structure_that_comes_late_is_not_taken_over() -> None:
    reader = Reader()
    reader.read(structured(0, number=9, offset=10))
    reader.read(structured(0, number=3, offset=20))
    assert reader.read(descriptor(4, number=10, offset=10)).spatial == 1


def test_a_cut_descriptor_is_refused() -> None:
    whole = structured(0, number=7)
    for length in (*range(3), *range(4, len(whole) - 1)):
        with pytest.raises(Malformed):
            Reader().read(whole[:length])


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_no_bytes_raise_anything_but_malformed(descriptors: list[bytes]) -> None:
    reader = Reader()
    for data in descriptors:
        try:
            reader.read(data)
        except Malformed:
            continue
