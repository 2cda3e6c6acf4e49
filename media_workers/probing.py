"""Finding out whether more gets through: for a tenth of a second packets without content are added to what is sent."""

from dataclasses import dataclass
from typing import Final

from media_workers.sent import Delivery

LASTS: Final = 0.1
"""Seconds of a probe."""
STEP: Final = 2.0
"""Times the estimate, at most."""
SOON: Final = 0.3
LATE: Final = 8.0
"""Seconds to the next probe after one that got through, and at most after many that didn't."""
VERDICT: Final = 1.0
"""Seconds to wait for feedback."""
ENOUGH: Final = 0.8
"""Part of a probe that must be known to have arrived."""
SLOWER: Final = 0.9
"""A probe that arrives at less than this part of its speed has filled the way."""


@dataclass
class _Probe:
    number: int
    target: float
    since: float
    sent_bytes: int = 0
    arrived: list[Delivery] | None = None


class Prober:
    """``needed``: bits per second with which all that is wished for could be sent; 0 = there is no need to probe."""

    def __init__(self, now: float) -> None:
        self.needed = 0.0
        self._probe: _Probe | None = None
        self._count = 0
        self._next = now
        self._pause = SOON

    def current(self, now: float) -> int:
        """Number of the probe under way, 0 without."""
        probe = self._probe
        return probe.number if probe is not None and now - probe.since < LASTS else 0

    def padding(self, rate: float, steady: bool, now: float, tick: float) -> int:
        """Bytes to add now. ``rate``: the estimate; ``steady``: more may be tried; ``tick``: seconds between calls."""
        probe = self._probe
        if probe is not None and now - probe.since >= LASTS + VERDICT:
            self._failed(now)
            probe = None
        if probe is None:
            if not steady or self.needed <= rate or now < self._next:
                return 0
            self._count += 1
            probe = self._probe = _Probe(self._count, min(STEP * rate, self.needed), now)
        if now - probe.since >= LASTS:
            return 0
        return max(0, round(probe.target * (now - probe.since + tick) / 8) - probe.sent_bytes)

    def sent(self, size: int) -> None:
        """A packet of so many bytes went out in the probe under way."""
        if self._probe is not None:
            self._probe.sent_bytes += size

    def feedback(self, deliveries: list[Delivery], now: float) -> float | None:
        """The rate at which the probe got through, once that is known."""
        probe = self._probe
        if probe is None:
            return None
        probe.arrived = probe.arrived or []
        probe.arrived += [d for d in deliveries if d.probe == probe.number and d.arrived is not None]
        if now - probe.since < LASTS or sum(d.size * d.count for d in probe.arrived) < ENOUGH * probe.sent_bytes:
            return None
        rate = _rate(probe.arrived)
        if rate is None:
            return None
        self._probe = None
        through = rate >= SLOWER * probe.target
        self._pause = SOON if through else min(LATE, max(1.0, 2 * self._pause))
        self._next = now + self._pause
        return min(probe.target, rate)

    def _failed(self, now: float) -> None:
        self._probe = None
        self._pause = min(LATE, max(1.0, 2 * self._pause))
        self._next = now + self._pause


def _rate(arrived: list[Delivery]) -> float | None:
    """Bits per second over the time from first to last, the slower of both ends; the first packet opens the time."""
    if sum(d.count for d in arrived) < 5:
        return None
    times = [d.arrived for d in arrived if d.arrived is not None]
    span = max(LASTS, max(times) - min(times), arrived[-1].sent - arrived[0].sent)
    return 8 * sum(d.size * d.count for d in arrived) / span
