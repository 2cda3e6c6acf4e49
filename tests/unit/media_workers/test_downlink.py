"""The estimate over a scripted way: a queue before a bit rate, jitter, loss; all in the time of the test."""

import random
from collections.abc import Callable

import pytest

from media_workers.downlink import UNMEASURED, Downlink
from media_workers.errors import Malformed
from media_workers.estimator import LOWEST, START
from media_workers.twcc import Arrivals

TICK, FEEDBACK = 0.02, 0.05
SIZE = 1000


class Way:
    """A receiver behind a bottleneck. ``sends``: bits per second the worker has to send, given the estimate."""

    def __init__(self, carries: float, *, most: int = 20_000_000) -> None:
        self.downlink = Downlink(most, 0.0)
        self.downlink.numbered = True
        self.carries = carries
        self.jitter = 0.0
        self.loss = 0.0
        self.longest_queue = 0.5
        self.silent = False
        self.held = 0.0
        """Until then it stands still."""
        self.now = 0.0
        self.chance = random.Random(3)
        self._free = 0.0
        self._arrivals = Arrivals()
        self._coming: list[tuple[float, int]] = []
        self._debt = 0.0
        self._next_feedback = 0.0
        self.rates: list[int] = []

    def run(self, seconds: float, sends: Callable[[int], float]) -> int:
        """Sends for so long; the estimate at the end."""
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self._debt += sends(self.downlink.rate) * TICK / 8 + self.downlink.padding(self.now, TICK)
            while self._debt >= SIZE:
                self._debt -= SIZE
                self._send()
            self._feed()
            self.rates.append(self.downlink.rate)
        return self.downlink.rate

    def _send(self) -> None:
        number = self.downlink.number
        self.downlink.sent(SIZE, self.now)
        start = max(self.now, self._free, self.held)
        if self.chance.random() < self.loss or start - self.now > self.longest_queue:
            return
        self._free = start + 8 * SIZE / self.carries
        self._coming.append((self._free + 0.02 + self.chance.random() * self.jitter, number))

    def _feed(self) -> None:
        for arrived, number in sorted(self._coming):
            if arrived <= self.now:
                self._arrivals.packet(number, arrived)
        self._coming = [coming for coming in self._coming if coming[0] > self.now]
        if self.now >= self._next_feedback:
            self._next_feedback = self.now + FEEDBACK
            for information in self._arrivals.feedback():
                if not self.silent:
                    self.downlink.feedback(information, self.now)


def all_of_it(rate: int) -> float:
    return float(rate)


def test_a_wide_way_is_found_by_probes_within_seconds() -> None:
    way = Way(10_000_000)
    way.downlink.need(3_000_000)
    assert way.run(5, lambda rate: 100_000) >= 2_900_000


def test_without_a_need_nothing_is_probed() -> None:
    way = Way(10_000_000)
    assert way.run(5, lambda rate: 100_000) == START


def test_what_isnt_sent_doesnt_raise_the_estimate() -> None:
    way = Way(10_000_000)
    assert way.run(20, lambda rate: 500_000) <= 1.5 * 550_000


def test_a_way_that_becomes_narrow_is_followed_and_its_queue_drains() -> None:
    way = Way(5_000_000)
    way.downlink.need(1_500_000)
    way.run(5, all_of_it)
    way.carries = 300_000
    way.downlink.need(0)
    assert way.run(5, all_of_it) < 330_000
    after = len(way.rates)
    way.run(20, all_of_it)
    assert all(100_000 < rate < 400_000 for rate in way.rates[after:])


def test_where_little_was_sent_before_a_queue_the_estimate_stays_near_what_the_way_carries() -> None:
    way = Way(300_000)
    way.run(10, all_of_it)
    for _ in range(10):
        way.run(2, lambda rate: 10_000)
        way.run(0.3, lambda rate: 600_000)
    assert min(way.rates[500:]) > 180_000


def test_a_way_that_becomes_wide_again_is_climbed() -> None:
    way = Way(300_000)
    way.run(5, all_of_it)
    way.carries = 5_000_000
    way.downlink.need(2_000_000)
    assert way.run(15, lambda rate: min(rate, 200_000)) >= 1_900_000


def test_a_probe_doesnt_lift_the_estimate_above_a_narrow_way() -> None:
    way = Way(400_000)
    way.downlink.need(5_000_000)
    way.run(30, lambda rate: 250_000)
    assert max(way.rates[250:]) < 600_000


def test_jitter_is_no_congestion() -> None:
    way = Way(20_000_000)
    way.downlink.need(1_500_000)
    way.run(5, all_of_it)
    way.jitter = 0.03
    assert way.run(20, all_of_it) > 800_000


def test_a_way_that_stands_still_for_a_moment_is_no_congestion() -> None:
    way = Way(20_000_000)
    way.downlink.need(1_500_000)
    way.run(5, all_of_it)
    for _ in range(20):
        way.held = way.now + 0.15
        way.run(1, all_of_it)
    assert min(way.rates[-1000:]) > 1_200_000


def test_what_is_lost_is_counted_over_the_whole_time() -> None:
    way = Way(20_000_000)
    way.run(5, lambda rate: 400_000)
    assert way.downlink.counts[1] == 0
    way.loss = 1.0
    before, _ = way.downlink.counts
    way.run(1, lambda rate: 400_000)
    way.loss = 0.0
    way.run(5, lambda rate: 400_000)
    told, lost = way.downlink.counts
    assert lost == 400_000 // (8 * SIZE), "all of one second"
    assert told - before > lost


def test_some_loss_is_borne_and_much_is_not() -> None:
    way = Way(20_000_000)
    way.downlink.need(1_500_000)
    before = way.run(5, all_of_it)
    way.downlink.need(0)
    way.loss = 0.05
    assert way.run(10, all_of_it) >= before
    way.loss = 0.3
    assert way.run(10, all_of_it) < before / 2


def test_feedback_that_stops_lowers_the_estimate() -> None:
    way = Way(5_000_000)
    way.run(3, all_of_it)
    way.silent = True
    assert way.run(10, all_of_it) == LOWEST


def test_while_nothing_is_sent_the_lack_of_feedback_says_nothing() -> None:
    way = Way(5_000_000)
    way.downlink.need(2_000_000)
    before = way.run(5, all_of_it)
    way.downlink.need(0)
    assert way.run(60, lambda rate: 0.0) >= before


def test_never_more_than_is_allowed() -> None:
    way = Way(50_000_000, most=1_000_000)
    way.downlink.need(10_000_000)
    assert way.run(10, all_of_it) == 1_000_000


def test_a_receiver_that_tells_nothing_is_never_probed() -> None:
    downlink = Downlink(20_000_000, 0.0)
    downlink.need(10_000_000)
    assert downlink.rate == UNMEASURED
    assert downlink.padding(1.0, TICK) == 0


def test_what_is_sent_again_takes_half_of_the_estimate_at_most() -> None:
    """Asked for at 10 Mbit/s, over ten seconds."""
    downlink = Downlink(20_000_000, 0.0)
    downlink.numbered = True
    again = sum(downlink.repeats(SIZE, number / 1250) for number in range(12_500))
    assert 8 * SIZE * again == pytest.approx(START / 2 * 10.5, rel=0.02)


def test_feedback_on_what_was_never_sent_says_nothing() -> None:
    way = Way(5_000_000)
    arrivals = Arrivals()
    for number in range(100):
        arrivals.packet(number + 5000, 1.0)
    way.downlink.feedback(arrivals.feedback()[0], 1.0)
    assert way.downlink.rate == START
    with pytest.raises(Malformed):
        way.downlink.feedback(b"\0", 1.0)
