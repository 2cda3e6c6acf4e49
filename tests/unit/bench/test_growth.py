"""How much a process grew."""

from bench.media.process import growth


def test_growth_is_told_between_the_first_and_the_last_readings() -> None:
    readings = [100] * 10 + [101] * 20 + [105] * 10
    assert growth(readings) == {"warm_kb": 100, "end_kb": 105, "growth_percent": 5.0}
    assert growth([50]) == {"warm_kb": 50, "end_kb": 50, "growth_percent": 0.0}
