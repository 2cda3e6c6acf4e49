"""Sequence numbers over their wraps."""

from hypothesis import given
from hypothesis import strategies as st

from media_workers.sequence import Sequence, nearest


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-1000, 1000), max_size=300))
def test_steps_are_followed_over_wraps(first: int, steps: list[int]) -> None:
    sequence = Sequence()
    true = first
    start = sequence.extend(first)
    for step in steps:
        highest = sequence.highest
        assert highest is not None
        true = highest - start + first + step
        if true < first - 1000:
            continue
        assert sequence.extend(true & 0xFFFF) - start == true - first


def test_a_late_number_doesnt_become_the_highest() -> None:
    sequence = Sequence()
    sequence.extend(1)
    sequence.extend(0xFFFF)
    assert sequence.highest == 0x10001


def test_the_nearest_number_may_lie_on_either_side() -> None:
    assert nearest(0xFFFF, 0x20001) == 0x1FFFF
    assert nearest(0x0003, 0x1FFFE) == 0x20003
