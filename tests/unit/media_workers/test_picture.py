"""Numbers are moved on in the width they have."""

import pytest

from media_workers.picture import Picture, renumbered


@pytest.mark.parametrize(
    ("bits", "head", "moved"),
    [
        (7, bytes((0x80, 127)), bytes((0x80, 0))),
        (15, bytes((0x80, 0xFF, 0xFF)), bytes((0x80, 0x80, 0))),
        (16, bytes((0x80, 0xFF, 0xFF)), bytes((0x80, 0, 0))),
    ],
)
def test_a_number_wraps_in_its_own_width(bits: int, head: bytes, moved: bytes) -> None:
    picture = Picture(head=len(head), number=(1 << bits) - 1, number_at=1, number_bits=bits)
    assert renumbered(head + b"frame", picture, 1, 9) == moved


def test_a_negative_shift_is_a_step_back() -> None:
    picture = Picture(head=2, number=0, number_at=0, number_bits=16)
    assert renumbered(bytes(2), picture, -1, 0) == b"\xff\xff"


def test_the_count_of_base_pictures_is_moved_by_its_own_shift() -> None:
    assert renumbered(bytes((7, 255)), Picture(head=2, tl0=255, tl0_at=1), 5, 2) == bytes((7, 1))


def test_what_has_no_numbers_stays_as_it_is() -> None:
    assert renumbered(b"head and body", Picture(head=4), 5, 5) == b"head"
