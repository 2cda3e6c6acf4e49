"""How the load is raised until packets are lost."""

import time

from bench.media.frames import PER_SECOND
from bench.media.measuring import quantile_ms, together
from bench.media.most import FACTOR, HALVINGS, Load, Step, climb
from bench.media.traffic import Counts


class Scripted(Load):
    """Loses 1 % beyond a rate."""

    def __init__(self, limit: float) -> None:
        self._limit = limit

    async def step(self, per_second: float) -> Step:
        return Step(per_second, round(per_second * 7), 1.0, 0.1, 0.2, 1.0 if per_second > self._limit else 0.0, 0, 50)


async def test_it_rises_until_packets_are_lost_and_then_halves_the_way_back() -> None:
    rates = [step.pictures_per_second for step in await climb(Scripted(60.0), time.monotonic() + 1000)]
    up = [PER_SECOND * FACTOR**n for n in range(5)]
    assert rates[:5] == up
    assert rates[4:6] == [up[4], up[4]]
    tried = sorted(set(rates[6:]))
    assert len(tried) == HALVINGS
    assert rates[6] == (up[3] + up[4]) / 2
    assert all(up[3] < rate < up[4] for rate in tried)


async def test_a_step_that_fails_once_is_tried_again() -> None:
    class Disturbed(Scripted):
        async def step(self, per_second: float) -> Step:
            self._limit, limit = 60.0, self._limit
            return await Scripted(limit).step(per_second)

    steps = await climb(Disturbed(0.0), time.monotonic() + 1000)
    assert [step.good for step in steps[:3]] == [False, True, True]


async def test_it_ends_when_its_time_is_over() -> None:
    assert await climb(Scripted(60.0), time.monotonic()) == []


async def test_it_ends_when_not_even_the_first_step_goes_well() -> None:
    assert [step.good for step in await climb(Scripted(10.0), time.monotonic() + 1000)] == [False, False]


def test_counts_are_added_and_latencies_put_in_order() -> None:
    both = together([Counts(1, 2, 3, [0.3, 0.1]), Counts(10, 20, 30, [0.2])])
    assert both == Counts(11, 22, 33, [0.1, 0.2, 0.3])
    assert (quantile_ms(both.latencies, 0.5), quantile_ms(both.latencies, 0.99), quantile_ms([], 0.5)) == (200, 300, 0)
