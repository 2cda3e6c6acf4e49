"""The figure the pool is scaled by."""

from chalicelib.fleet.load import share


def test_a_fleets_load_is_that_of_all_workers_together() -> None:
    assert share([(0, 20_000), (20_000, 20_000)]) == 50
    assert share([(5_000, 10_000), (5_000, 40_000)]) == 20


def test_a_fleet_in_use_is_never_said_to_be_idle() -> None:
    assert share([(1, 20_000)]) == 1
    assert share([(0, 20_000)]) == 0


def test_a_fleet_without_capacity_has_no_load() -> None:
    assert share([]) is None
    assert share([(0, 0)]) is None
