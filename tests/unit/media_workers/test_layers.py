"""What of a picture is worth sending."""

import pytest

from media_workers.layer_filter import ALL
from media_workers.layers import NOMINAL, Offered, Rung, at_hand, followed, ladder, step_of, sufficient

CAMERA = (
    Offered(alive=True, heights=(180,), rates=((50.0, 80.0, 120.0),)),
    Offered(alive=True, heights=(360,), rates=((150.0, 250.0, 400.0),)),
    Offered(alive=True, heights=(720,), rates=((600.0, 900.0, 1400.0),)),
)


@pytest.mark.parametrize(("shown", "encoding"), [(100, 0), (180, 0), (240, 0), (241, 1), (360, 1), (500, 2), (2000, 2)])
def test_the_smallest_encoding_that_is_sharp_suffices(shown: int, encoding: int) -> None:
    assert sufficient(CAMERA, shown) == (encoding, ALL)


def test_sizes_not_known_yet_are_assumed() -> None:
    assert [sufficient((Offered(),) * 3, height)[0] for height in (180, 360, 720)] == [0, 1, 2]
    assert sufficient((Offered(),), 90) == (0, ALL)


def test_of_larger_encodings_the_lowest_frame_rate_is_left_out() -> None:
    assert ladder(CAMERA, (1, ALL)) == [
        Rung(0, ALL, 0, 50.0),
        Rung(0, ALL, 1, 80.0),
        Rung(0, ALL, ALL, 120.0),
        Rung(1, ALL, 1, 250.0),
        Rung(1, ALL, ALL, 400.0),
    ]


def test_a_worse_rung_that_costs_more_is_no_rung() -> None:
    offered = (Offered(alive=True, rates=((300.0,),)), Offered(alive=True, rates=((200.0,),)))
    assert ladder(offered, (1, ALL)) == [Rung(1, ALL, ALL, 200.0)]


def test_what_isnt_measured_counts_with_what_it_may_take() -> None:
    assert [rung.bits for rung in ladder((Offered(),) * 3, (2, ALL))] == list(NOMINAL[3])
    assert [rung.bits for rung in ladder((Offered(),), (0, ALL))] == list(NOMINAL[1])


def test_what_was_asked_for_in_vain_is_no_rung_and_something_always_is() -> None:
    dead = Offered(possible=False)
    assert [rung.encoding for rung in ladder((*CAMERA[:2], dead), (2, ALL))] == [0, 0, 0, 1, 1]
    assert {rung.encoding for rung in ladder((dead, CAMERA[1], dead), (0, ALL))} == {1}
    assert [rung.encoding for rung in ladder((dead, dead, dead), (2, ALL))] == [0]


def test_the_present_rung_is_found_among_new_ones() -> None:
    rungs = ladder(CAMERA, (2, ALL))
    assert step_of(rungs, None) == -1
    assert step_of(rungs, Rung(1, ALL, ALL, 380.0)) == 4
    assert step_of(rungs[:3], Rung(1, ALL, ALL, 380.0)) == 2
    assert step_of(rungs[3:], Rung(0, ALL, 1, 80.0)) == -1


def test_until_what_is_wanted_comes_the_best_smaller_one_goes_on() -> None:
    offered = (Offered(alive=True), Offered(), Offered())
    assert at_hand(offered, 2) == 0
    assert at_hand((Offered(), Offered(alive=True), Offered(alive=True)), 2) == 2
    assert at_hand((Offered(), Offered(), Offered(alive=True)), 1) == 1


LAYERED = (Offered(alive=True, heights=(180, 360, 720), rates=((50.0, 80.0), (150.0, 250.0), (600.0, 900.0))),)
"""One encoding with three spatial layers (SVC)."""


@pytest.mark.parametrize(("shown", "spatial"), [(100, 0), (241, 1), (500, ALL), (2000, ALL)])
def test_the_smallest_spatial_layer_that_is_sharp_suffices(shown: int, spatial: int) -> None:
    assert sufficient(LAYERED, shown) == (0, spatial)


def test_spatial_layers_of_unknown_height_are_halves() -> None:
    unknown = (Offered(alive=True, rates=LAYERED[0].rates),)
    assert [sufficient(unknown, height)[1] for height in (180, 360, 720)] == [0, 1, ALL]


def test_spatial_layers_are_rungs_as_encodings_are() -> None:
    assert ladder(LAYERED, (0, 1)) == [Rung(0, 0, 0, 50.0), Rung(0, 0, ALL, 80.0), Rung(0, 1, ALL, 250.0)]
    assert step_of(ladder(LAYERED, (0, ALL)), Rung(0, 1, ALL, 240.0)) == 2


def test_choices_are_followed_while_rates_only_waver() -> None:
    def known(*rates: float, alive: bool = True) -> tuple[Offered, ...]:
        return (Offered(alive, True, (180,), (rates,)),)

    before = followed(None, known(100_000, 200_000))
    assert followed(before, known(104_000, 191_000)) is before
    for other in (known(106_000, 200_000), known(100_000), known(100_000, 200_000, alive=False), (), (Offered(),)):
        assert followed(before, other) is not before
        assert followed(before, other).offered == other
