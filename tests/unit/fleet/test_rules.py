"""Which worker takes a room; how long somebody was there."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fleet.rules import FRESH, Candidate, choose, total, united

NOW = 1_800_000_000
spans = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 40)).map(lambda pair: (float(pair[0]), float(sum(pair)))), max_size=12
)


def a_worker(name: str = "w1", *, load: int = 0, draining: bool = False, reported_at: int = NOW) -> Candidate:
    return Candidate(name, f"{name}-1", f"http://{name}", 1000, load, draining, reported_at)


def picked(*workers: Candidate, seed: int = 1) -> str | None:
    chosen = choose(workers, NOW, Random(seed))
    return chosen.worker if chosen else None


def test_without_workers_nobody_is_chosen() -> None:
    assert picked() is None


def test_a_worker_that_went_silent_gets_no_room() -> None:
    assert picked(a_worker(reported_at=NOW - FRESH)) == "w1"
    assert picked(a_worker(reported_at=NOW - FRESH - 1)) is None


def test_a_worker_that_drains_gets_no_room() -> None:
    assert picked(a_worker(draining=True)) is None


def test_a_full_worker_gets_no_room() -> None:
    assert picked(a_worker(load=999)) == "w1"
    assert picked(a_worker(load=1000)) is None


@given(st.integers())
def test_of_two_workers_the_less_loaded_is_chosen(seed: int) -> None:
    assert picked(a_worker("busy", load=500), a_worker("idle", load=100), seed=seed) == "idle"


def test_joins_of_the_same_moment_do_not_all_go_to_one_worker() -> None:
    workers = [a_worker(f"w{number}", load=number) for number in range(10)]
    assert len({picked(*workers, seed=seed) for seed in range(100)}) > 3


@given(st.integers())
def test_the_most_loaded_of_many_is_never_chosen(seed: int) -> None:
    workers = [a_worker(f"w{number}", load=10 * number) for number in range(5)]
    assert picked(*workers, seed=seed) != "w4"


def test_a_reconnect_that_touches_is_one_interval() -> None:
    assert united([(10, 20), (20, 30)]) == [(10, 30)]
    assert united([(10, 20), (21, 30)]) == [(10, 20), (21, 30)]


def test_two_tabs_at_once_count_once() -> None:
    assert total(united([(10, 40), (15, 25), (30, 50)])) == 40


def test_an_interval_of_no_length_is_none() -> None:
    assert united([(10, 10)]) == []


@given(spans)
def test_merged_intervals_are_in_order_and_apart(intervals: list[tuple[float, float]]) -> None:
    merged = united(intervals)
    assert all(since < until for since, until in merged)
    assert all(one[1] < other[0] for one, other in pairwise(merged))


@given(spans)
def test_a_moment_is_in_the_merged_intervals_exactly_when_it_was_in_one(intervals: list[tuple[float, float]]) -> None:
    merged = united(intervals)
    for moment in (point + 0.5 for point in range(141)):
        assert any(since < moment < until for since, until in intervals) == any(
            since < moment < until for since, until in merged
        )


@given(spans, st.randoms())
def test_neither_order_nor_repetition_matters(intervals: list[tuple[float, float]], chance: Random) -> None:
    shuffled = intervals * 2
    chance.shuffle(shuffled)
    assert united(shuffled) == united(intervals)
