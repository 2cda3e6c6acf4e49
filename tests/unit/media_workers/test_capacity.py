"""What a worker allows itself, from a scripted clock; and the room it is measured on."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from media_workers import native
from media_workers.capacity import RECEIVERS, ROUND, SHARE, WHOLE, Clock, capacity, cost, measured, native_cost
from media_workers.yardstick import PARTS, Yardstick


class Road:
    """Two packets forwarded per frame."""

    def __init__(self) -> None:
        self.sent = 0

    def frames(self, count: int) -> list[list[bytes]]:
        return [[b"one", b"two"] for _ in range(count)]

    def forward(self, datagrams: list[bytes]) -> None:
        self.sent += len(datagrams)

    @property
    def rounds(self) -> int:
        return self.sent // (2 * ROUND)


def rounds_of(*seconds: float) -> Clock:
    """A clock that is looked at before and after each round, which take so long; the last one for ever."""

    def readings() -> Iterator[float]:
        now = 0.0
        for number in count():
            yield now
            now += seconds[min(number, len(seconds) - 1)]
            yield now

    return readings().__next__


def standing() -> float:
    return 0.0


def test_a_packet_costs_what_the_usual_round_takes_for_each() -> None:
    seconds = cost(Road(), rounds_of(9.0, 0.04, 0.04, 0.4, 0.04), standing, work=0.5)
    assert seconds == pytest.approx(0.04 / (2 * ROUND)), "neither the cold first round nor a disturbed one counts"


def test_measuring_ends_when_enough_work_is_done() -> None:
    road = Road()
    cost(road, rounds_of(0.0625), standing, work=0.25)
    assert road.rounds == 1 + 4


def test_measuring_ends_on_a_machine_that_gives_no_time() -> None:
    road, wall = Road(), count(0.0, 0.25)
    cost(road, rounds_of(0.001), wall.__next__, work=0.25, patience=1.0)
    assert road.rounds == 1 + 4


def test_a_clock_too_coarse_to_see_a_round_still_gives_a_capacity() -> None:
    walls = count(0.0, 1.0)
    assert capacity(cost(Road(), standing, walls.__next__)) > 0


def test_a_whole_worker_may_use_its_share_of_a_core() -> None:
    allowed = capacity(10e-6)
    assert allowed * 10e-6 * WHOLE == pytest.approx(SHARE, rel=1e-3)


def test_the_slowest_machine_takes_something() -> None:
    assert capacity(1000.0) == 1


@pytest.mark.skipif(native.load() is None, reason="not built: python -m media_workers.native")
def test_a_native_worker_measures_its_library() -> None:
    assert native_cost(native.load()) > 0
    assert measured(native.load()) > 0
    assert capacity(10e-6, 2 * WHOLE) * 2 == pytest.approx(capacity(10e-6), rel=1e-3)


def test_every_packet_of_the_yardstick_reaches_every_receiver() -> None:
    with closing(Yardstick(RECEIVERS)) as road:
        for frame in road.frames(3):
            road.forward(frame)
        assert road.sent == 3 * RECEIVERS * (1 + PARTS)
