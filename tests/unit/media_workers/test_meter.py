"""Bits per second of a stream."""

from media_workers.meter import DEAD, LAYERS, Meter


def feed(meter: Meter, seconds: float, *, start: float = 0.0, sizes: tuple[int, ...] = (100, 50, 50, 50)) -> float:
    """Every 10 ms a packet, its temporal layer in turn; the end."""
    layers = (0, 2, 1, 2)
    for step in range(round(seconds * 100)):
        meter.packet(sizes[step % 4], 0, layers[step % 4], start + step / 100)
    return start + seconds


def test_rates_add_up_over_temporal_layers() -> None:
    meter = Meter()
    feed(meter, 3)
    rates = [round(meter.rate(0, layer) or 0, -3) for layer in range(3)]
    assert rates == [20_000, 30_000, 50_000]
    assert meter.highest == (0, 2)


def test_nothing_is_said_before_a_window_is_full() -> None:
    meter = Meter()
    feed(meter, 0.3)
    assert meter.rate() is None


def test_a_stream_that_stopped_is_dead_and_begins_anew() -> None:
    meter = Meter()
    end = feed(meter, 3)
    assert meter.alive(end)
    assert not meter.alive(end + DEAD)
    meter.packet(10, 0, 0, end + 100)
    assert meter.rate() is None


def test_a_layer_that_is_no_longer_used_is_forgotten() -> None:
    meter = Meter()
    end = feed(meter, 2)
    for step in range(200):
        meter.packet(100, 0, 0, end + step / 100)
    assert meter.highest == (0, 0)


def test_rates_add_up_over_spatial_layers() -> None:
    meter = Meter()
    for step in range(300):
        meter.packet((50, 100, 200)[step % 3], step % 3, 0, step / 100)
    assert [round(meter.rate(layer) or 0, -3) for layer in range(3)] == [14_000, 40_000, 93_000]
    assert meter.highest == (2, 0)


def test_layers_beyond_those_told_apart_count_as_the_highest() -> None:
    meter = Meter()
    meter.packet(10, 7, 7, 0.0)
    assert meter.highest == (LAYERS - 1, LAYERS - 1)
