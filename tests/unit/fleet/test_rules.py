"""Which worker takes a room; how long somebody was there."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fleet.rules import FRESH, Candidate, choose, total, united, usual_load

NOW = 1_800_000_000
spans = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 40)).map(lambda pair: (float(pair[0]), float(sum(pair)))), max_size=12
)


def a_worker(
    name: str = "w1", *, load: int = 0, draining: bool = False, reported_at: int = NOW, revision: int = 0
) -> Candidate:
    return Candidate(name, f"{name}-1", f"http://{name}", 1000, load, draining, reported_at, revision)


def picked(*workers: Candidate, seed: int = 1, need: int = 0) -> str | None:
    chosen = choose(workers, NOW, Random(seed), need)
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


@given(st.integers())
def test_a_room_goes_where_it_fits_when_everybody_has_come(seed: int) -> None:
    tight, roomy = a_worker("tight", load=500), a_worker("roomy", load=400)
    assert picked(tight, a_worker("full", load=900), roomy, seed=seed, need=600) == "roomy"


def test_a_room_that_fits_nowhere_is_taken_all_the_same() -> None:
    assert picked(a_worker(load=900), need=5_000) == "w1"


@given(st.integers())
def test_a_new_room_goes_to_the_newest_revision_while_it_fits_there(seed: int) -> None:
    old, new = a_worker("old", revision=6), a_worker("new", load=700, revision=7)
    assert picked(old, new, seed=seed, need=300) == "new"
    assert picked(old, new, seed=seed, need=301) == "old"


@given(st.integers(2, 100))
def test_the_more_meet_the_more_a_room_weighs(people: int) -> None:
    assert 0 < usual_load(people) < usual_load(people + 1)


def test_who_is_alone_is_forwarded_to_nobody() -> None:
    assert usual_load(0) == usual_load(1) == 0


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
