"""A bad network that repeats itself."""

import random

from media_workers.chaos import CALM, Conditions, Link


def sent(conditions: Conditions, count: int = 1000, every: float = 0.01, size: int = 1000) -> list[list[float]]:
    """How long each of so many datagrams is on its way."""
    link = Link(random.Random(7))
    found = (link.deliveries(size, number * every, conditions) for number in range(count))
    return [[when - number * every for when in arrivals] for number, arrivals in enumerate(found)]


def test_a_calm_network_delivers_all_at_once() -> None:
    assert sent(CALM) == [[0.0]] * 1000


def test_the_same_seed_loses_the_same() -> None:
    bad = Conditions(loss=0.1, jitter=0.05, duplication=0.05)
    assert sent(bad) == sent(bad)


def test_loss_and_duplication_come_as_often_as_asked() -> None:
    found = sent(Conditions(loss=0.1, duplication=0.2))
    assert 60 < sum(not arrivals for arrivals in found) < 140
    assert 130 < sum(len(arrivals) == 2 for arrivals in found) < 230


def test_jitter_delays_within_its_bounds_and_lets_datagrams_overtake() -> None:
    ways = [arrivals[0] for arrivals in sent(Conditions(delay=0.04, jitter=0.08), every=0.001)]
    assert 0.04 <= min(ways) < 0.05
    assert 0.11 < max(ways) <= 0.1201
    arrivals = [number * 0.001 + way for number, way in enumerate(ways)]
    assert arrivals != sorted(arrivals)


def test_bandwidth_queues_and_then_drops() -> None:
    # 1,000 bytes every 10 ms are 800 kbit/s: half of it fits.
    found = sent(Conditions(bitrate=400_000, queue=0.3))
    carried = [arrivals[0] for arrivals in found if arrivals]
    assert 480 < len(carried) < 530
    assert max(carried) <= 0.3001
    assert carried[:10] == sorted(carried[:10]), "a queue builds up"


def test_a_lost_datagram_does_not_change_the_fate_of_the_next() -> None:
    spared, struck = sent(Conditions(loss=0.1)), sent(Conditions(loss=0.2))
    assert all(later == [] for earlier, later in zip(spared, struck, strict=True) if not earlier)
