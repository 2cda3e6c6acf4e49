"""Leaving temporal layers out."""

from media_workers.picture import Picture
from media_workers.temporal import TemporalFilter


def frame(temporal: int, *, sync: bool = False, key: bool = False, begins: bool = True) -> Picture:
    return Picture(keyframe=key, begins=begins, temporal=temporal, sync=sync)


def passed(layers: TemporalFilter, *frames: Picture) -> list[bool]:
    return [layers.passes(one) for one in frames]


def test_without_a_wish_all_passes() -> None:
    assert passed(TemporalFilter(), frame(0, key=True), frame(2), frame(1), frame(3)) == [True] * 4


def test_layers_above_the_wish_are_left_out() -> None:
    layers = TemporalFilter()
    layers.wanted = 1
    assert passed(layers, frame(0, key=True), frame(2), frame(1), frame(2)) == [True, False, True, False]


def test_a_frame_under_way_is_sent_to_its_end() -> None:
    layers = TemporalFilter()
    assert layers.passes(frame(2))
    layers.wanted = 0
    assert passed(layers, frame(2, begins=False), frame(2), frame(0)) == [True, False, True]


def test_a_layer_begins_only_where_it_needs_nothing_before() -> None:
    layers = TemporalFilter()
    layers.wanted = 0
    assert layers.passes(frame(0, key=True))
    layers.wanted = 2
    course = (frame(2), frame(1), frame(1, sync=True), frame(2), frame(2, sync=True), frame(1))
    assert passed(layers, *course) == [False, False, True, False, True, True]


def test_with_a_keyframe_all_layers_wanted_begin() -> None:
    layers = TemporalFilter()
    layers.wanted = 0
    layers.passes(frame(0))
    layers.wanted = 2
    assert passed(layers, frame(0, key=True), frame(2)) == [True, True]
