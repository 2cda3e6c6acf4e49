"""Sharing a downlink among pictures."""

from hypothesis import given
from hypothesis import strategies as st

from media_workers.allocation import DAMPING, PAUSED, Demand, allocate

LADDER = (100.0, 400.0, 1000.0)


def test_with_enough_everybody_gets_the_best() -> None:
    assert allocate(5000, [Demand(0, (1,), LADDER), Demand(1, (0,), LADDER)]) == {0: 2, 1: 2}


def test_everybody_is_seen_before_anybody_is_seen_better() -> None:
    assert allocate(350, [Demand(0, (2,), LADDER), Demand(1, (1,), LADDER), Demand(2, (0,), LADDER)]) == {
        0: 0,
        1: 0,
        2: 0,
    }


def test_what_is_left_goes_to_the_highest_rank() -> None:
    assert allocate(1300, [Demand(0, (0,), LADDER), Demand(1, (1,), LADDER)]) == {0: 0, 1: 2}


def test_what_doesnt_fit_is_paused_from_the_lowest_rank_on() -> None:
    assert allocate(150, [Demand(0, (0,), LADDER), Demand(1, (1,), LADDER)]) == {0: PAUSED, 1: 0}


def test_a_small_picture_isnt_paused_for_a_large_one_that_doesnt_fit() -> None:
    assert allocate(150, [Demand(0, (1,), (500.0,)), Demand(1, (0,), LADDER)]) == {0: PAUSED, 1: 0}


def test_a_better_picture_needs_some_to_spare_but_the_present_one_doesnt() -> None:
    assert allocate(1000, [Demand(0, (0,), LADDER, present=1)]) == {0: 1}
    assert allocate(1000 * DAMPING, [Demand(0, (0,), LADDER, present=1)]) == {0: 2}
    assert allocate(1000, [Demand(0, (0,), LADDER, present=2)]) == {0: 2}


@given(
    st.floats(-100, 20000),
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(1, 5000), unique=True, max_size=6), st.integers(-1, 5)),
        max_size=12,
    ),
)
def test_no_more_is_given_than_there_is(budget: float, wishes: list[tuple[int, list[int], int]]) -> None:
    demands = [
        Demand(key, (rank,), tuple(float(bits) for bits in sorted(steps)), present)
        for key, (rank, steps, present) in enumerate(wishes)
    ]
    steps = allocate(budget, demands)
    assert set(steps) == {demand.key for demand in demands}
    given_bits = sum(demand.bits[steps[demand.key]] for demand in demands if steps[demand.key] != PAUSED)
    assert given_bits <= max(0, budget)
