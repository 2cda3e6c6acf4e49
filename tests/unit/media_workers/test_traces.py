"""What the estimator makes of real feedback: Chromium's, recorded on networks made bad by script (traces/README.md).

A trace is open loop: what was sent then is sent again, whatever the estimate says now. So an estimate that is too high
drowns nothing here and one that is too low starves nothing; it can be seen that it falls where it must, that it stays
where nothing is wrong, and that it rises on what did arrive, which is less than would be sent by it. All seconds are
the trace's.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pytest

from media_workers.chaos import Conditions
from media_workers.downlink import Downlink
from media_workers.view import VOICE_BITS
from tests.unit.media_workers.trace import FOLDER, TRACES, Event, Trace

SOUND = 2 * VOICE_BITS
"""Bits per second that two voices may need."""
SOON = 2.0
"""Seconds for an estimate to find out."""


@dataclass(frozen=True)
class Phase:
    """One network: from when to when, and what was thought at each tick: when, bits per second, part lost."""

    began: float
    ended: float
    way: Conditions
    ticks: list[tuple[float, int, float]]

    def rates(self, after: float = 0.0) -> list[int]:
        """From so many seconds after its beginning on."""
        return [rate for at, rate, _ in self.ticks if at >= self.began + after]

    @property
    def loss(self) -> float:
        """The mean of what was thought, its first moments left out."""
        losses = [loss for at, _, loss in self.ticks if at >= self.began + SOON]
        return sum(losses) / len(losses)


@cache
def phases(name: str) -> list[Phase]:
    """A trace played to the estimator."""
    trace = Trace.read(name)
    downlink, ticks = Downlink(trace.most, 0.0), list[tuple[float, int, float]]()

    def told(event: Event) -> None:
        if event.kind == "t":
            ticks.append((event.seconds, downlink.rate, downlink.loss))

    trace.replay(downlink, told)
    began = [*trace.phases(), (trace.length, Conditions())]
    return [
        Phase(at, end, way, [tick for tick in ticks if at <= tick[0] < end]) for (at, way), (end, _) in pairwise(began)
    ]


def test_a_trace_is_what_was_written() -> None:
    trace = Trace.read(TRACES[0])
    assert Trace.of(trace.written()) == trace


def test_traces_are_small_and_all_of_them_are_used() -> None:
    assert sum((FOLDER / f"{name}.gz").stat().st_size for name in TRACES) < 700_000
    assert set(TRACES) == {"steady", "jitter", "cap", "falling", "bloat", "stalls", "loss"}


@pytest.mark.parametrize("name", TRACES)
def test_never_less_than_voices_need(name: str) -> None:
    assert min(rate for phase in phases(name) for rate in phase.rates()) >= SOUND


def test_on_a_steady_way_two_cameras_in_full_are_reached_and_kept() -> None:
    """What lowers it for a moment: the machine was busy and let everything wait 180 ms for half a second."""
    after = phases("steady")[0].rates(10.0)
    assert max(after) >= 3_000_000
    assert min(after) >= 800_000


@pytest.mark.parametrize("name", [name for name in TRACES if name != "falling"])
def test_probes_find_a_wide_way_within_seconds(name: str) -> None:
    """By growth alone, 8 % a second, it would be a quarter of a minute."""
    first = phases(name)[0]
    assert max(rate for at, rate, _ in first.ticks if at < 5.0) >= 2_000_000


def test_jitter_and_a_little_loss_lower_nothing() -> None:
    before, rough = phases("jitter")
    assert min(rough.rates()) >= 0.8 * before.rates()[-1]


def test_what_jitter_lets_overtake_is_not_taken_for_lost() -> None:
    """The script loses 3 %; feedback tells much more to be missing and takes it back later."""
    assert 0.02 < phases("jitter")[1].loss < 0.05


@pytest.mark.parametrize(("name", "place"), [("cap", 1), ("falling", 1), ("bloat", 1)])
def test_a_cap_is_found_soon_and_not_undercut(name: str, place: int) -> None:
    """Before a long queue feedback is as late as the queue is long."""
    phase = phases(name)[place]
    found = phase.rates(SOON + (phase.way.queue if phase.way.queue > 1 else 0.0))
    assert max(found) <= 1.1 * phase.way.bitrate
    assert min(phase.rates()) >= phase.way.bitrate / 3


def test_a_cap_from_the_beginning_is_found() -> None:
    """A probe may show a little more than the cap while its queue is empty."""
    first = phases("falling")[0]
    assert max(first.rates()) <= 1.2 * first.way.bitrate
    assert min(first.rates(5.0)) >= first.way.bitrate / 3


@pytest.mark.parametrize(("name", "place"), [("cap", 2), ("falling", 2), ("bloat", 2), ("loss", 2)])
def test_where_the_way_is_better_again_the_estimate_rises(name: str, place: int) -> None:
    """As far as what was sent then can show it."""
    before, after = phases(name)[place - 1], phases(name)[place]
    assert after.rates()[-1] >= 1.5 * before.rates()[-1]


def test_a_cap_that_rises_is_not_overrun() -> None:
    last = phases("falling")[2]
    assert max(last.rates()) <= 1.2 * last.way.bitrate


def test_a_way_that_stands_still_for_a_moment_each_second_isnt_full() -> None:
    """Three quarters of the time the estimate is three quarters of what it was, and never a third of it."""
    before, stalls = (phase.rates() for phase in phases("stalls")[:2])
    assert sorted(stalls)[len(stalls) // 4] >= 0.75 * before[-1]
    assert min(stalls) >= before[-1] / 3


def test_much_loss_lowers() -> None:
    before, lossy = phases("loss")[:2]
    assert 0.09 < lossy.loss < 0.15
    assert lossy.rates()[-1] <= 0.5 * before.rates()[-1]
