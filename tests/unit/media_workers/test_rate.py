"""The token bucket."""

from media_workers.rate import Rate


def test_the_average_may_come_at_once() -> None:
    rate = Rate(20, 5, 0.0)
    assert sum(rate.take(1, 0.0) for _ in range(150)) == 100


def test_it_fills_with_time_up_to_its_brim() -> None:
    rate = Rate(20, 5, 0.0)
    for _ in range(100):
        rate.take(1, 0.0)
    assert sum(rate.take(1, 1.0) for _ in range(150)) == 20
    assert sum(rate.take(1, 1000.0) for _ in range(150)) == 100


def test_what_is_refused_costs_nothing() -> None:
    rate = Rate(10, 1, 0.0)
    assert not rate.take(11, 0.0)
    assert rate.take(10, 0.0)
