"""Leaving layers out."""

from media_workers.layer_filter import LayerFilter
from media_workers.picture import Picture


def frame(temporal: int, *, sync: bool = False, key: bool = False, begins: bool = True) -> Picture:
    return Picture(keyframe=key, begins=begins, temporal=temporal, sync=sync)


def passed(layers: LayerFilter, *frames: Picture) -> list[bool]:
    return [layers.passes(one) for one in frames]


def test_without_a_wish_all_passes() -> None:
    assert passed(LayerFilter(), frame(0, key=True), frame(2), frame(1), frame(3)) == [True] * 4


def test_layers_above_the_wish_are_left_out() -> None:
    layers = LayerFilter()
    layers.temporal = 1
    assert passed(layers, frame(0, key=True), frame(2), frame(1), frame(2)) == [True, False, True, False]


def test_a_frame_under_way_is_sent_to_its_end() -> None:
    layers = LayerFilter()
    assert layers.passes(frame(2))
    layers.temporal = 0
    assert passed(layers, frame(2, begins=False), frame(2), frame(0)) == [True, False, True]


def test_a_layer_begins_only_where_it_needs_nothing_before() -> None:
    layers = LayerFilter()
    layers.temporal = 0
    assert layers.passes(frame(0, key=True))
    layers.temporal = 2
    course = (frame(2), frame(1), frame(1, sync=True), frame(2), frame(2, sync=True), frame(1))
    assert passed(layers, *course) == [False, False, True, False, True, True]


def test_with_a_keyframe_all_layers_wanted_begin() -> None:
    layers = LayerFilter()
    layers.temporal = 0
    layers.passes(frame(0))
    layers.temporal = 2
    assert passed(layers, frame(0, key=True), frame(2)) == [True, True]


def layer(spatial: int, *, fresh: bool = False, key: bool = False, ends: bool = True, temporal: int = 0) -> Picture:
    """A one-packet frame of a spatial layer."""
    return Picture(keyframe=key, begins=True, ends=ends, spatial=spatial, temporal=temporal, fresh=fresh or key)


def test_spatial_layers_above_the_wish_are_left_out() -> None:
    layers = LayerFilter()
    layers.spatial = 1
    assert passed(layers, layer(0, key=True), layer(1, fresh=True), layer(2, fresh=True)) == [True, True, False]


def test_a_picture_under_way_keeps_its_spatial_layers() -> None:
    layers = LayerFilter()
    passed(layers, layer(0, key=True))
    layers.spatial = 0
    assert passed(layers, layer(1), layer(2), layer(0), layer(1)) == [True, True, True, False]


def test_a_spatial_layer_begins_with_a_frame_that_needs_no_earlier_picture() -> None:
    layers = LayerFilter()
    layers.spatial = 0
    passed(layers, layer(0, key=True))
    layers.spatial = 2
    assert layers.waits
    assert passed(layers, layer(0), layer(1), layer(2)) == [True, False, False]
    assert passed(layers, layer(0), layer(1, fresh=True), layer(2, fresh=True)) == [True, True, True]
    assert not layers.waits


def test_no_layer_begins_above_one_that_is_missing() -> None:
    layers = LayerFilter()
    layers.spatial = 0
    passed(layers, layer(0, key=True))
    layers.spatial = 2
    assert passed(layers, layer(0), layer(2, fresh=True)) == [True, False]


def test_the_highest_layer_that_passes_completes_the_picture() -> None:
    layers = LayerFilter()
    layers.spatial = 1
    passed(layers, layer(0, key=True))
    assert [layers.completes(layer(0)), layers.completes(layer(1)), layers.completes(layer(1, ends=False))] == [
        False,
        True,
        False,
    ]


def test_temporal_layers_begin_after_a_frame_that_opens_them() -> None:
    layers = LayerFilter()
    layers.temporal = 0
    passed(layers, frame(0, key=True))
    layers.temporal = 2
    opening = Picture(begins=True, opens=True)
    high = Picture(begins=True, temporal=2, opens=True)
    assert passed(layers, high, frame(2), opening, frame(2)) == [False, False, True, True]
