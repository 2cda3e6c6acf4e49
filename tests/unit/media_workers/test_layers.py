"""What of a picture is worth sending."""

import pytest

from media_workers.layers import NOMINAL, Offered, Rung, at_hand, ladder, step_of, sufficient
from media_workers.temporal import ALL

CAMERA = (
    Offered(alive=True, height=180, rates=(50.0, 80.0, 120.0)),
    Offered(alive=True, height=360, rates=(150.0, 250.0, 400.0)),
    Offered(alive=True, height=720, rates=(600.0, 900.0, 1400.0)),
)


@pytest.mark.parametrize(("shown", "encoding"), [(100, 0), (180, 0), (240, 0), (241, 1), (360, 1), (500, 2), (2000, 2)])
def test_the_smallest_encoding_that_is_sharp_suffices(shown: int, encoding: int) -> None:
    assert sufficient(CAMERA, shown) == encoding


def test_sizes_not_known_yet_are_assumed() -> None:
    assert [sufficient((Offered(),) * 3, height) for height in (180, 360, 720)] == [0, 1, 2]
    assert sufficient((Offered(),), 90) == 0


def test_of_larger_encodings_the_lowest_frame_rate_is_left_out() -> None:
    assert ladder(CAMERA, 1) == [
        Rung(0, 0, 50.0),
        Rung(0, 1, 80.0),
        Rung(0, ALL, 120.0),
        Rung(1, 1, 250.0),
        Rung(1, ALL, 400.0),
    ]


def test_a_worse_rung_that_costs_more_is_no_rung() -> None:
    offered = (Offered(alive=True, rates=(300.0,)), Offered(alive=True, rates=(200.0,)))
    assert ladder(offered, 1) == [Rung(1, ALL, 200.0)]


def test_what_isnt_measured_counts_with_what_it_may_take() -> None:
    assert [rung.bits for rung in ladder((Offered(),) * 3, 2)] == list(NOMINAL[3])
    assert [rung.bits for rung in ladder((Offered(),), 0)] == list(NOMINAL[1])


def test_what_was_asked_for_in_vain_is_no_rung_and_something_always_is() -> None:
    dead = Offered(possible=False)
    assert [rung.encoding for rung in ladder((*CAMERA[:2], dead), 2)] == [0, 0, 0, 1, 1]
    assert {rung.encoding for rung in ladder((dead, CAMERA[1], dead), 0)} == {1}
    assert [rung.encoding for rung in ladder((dead, dead, dead), 2)] == [0]


def test_the_present_rung_is_found_among_new_ones() -> None:
    rungs = ladder(CAMERA, 2)
    assert step_of(rungs, None) == -1
    assert step_of(rungs, Rung(1, ALL, 380.0)) == 4
    assert step_of(rungs[:3], Rung(1, ALL, 380.0)) == 2
    assert step_of(rungs[3:], Rung(0, 1, 80.0)) == -1


def test_until_what_is_wanted_comes_the_best_smaller_one_goes_on() -> None:
    offered = (Offered(alive=True), Offered(), Offered())
    assert at_hand(offered, 2) == 0
    assert at_hand((Offered(), Offered(alive=True), Offered(alive=True)), 2) == 2
    assert at_hand((Offered(), Offered(), Offered(alive=True)), 1) == 1
