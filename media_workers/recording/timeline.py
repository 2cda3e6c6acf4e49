"""From a sender's RTP times to our wall clock, so that sound and picture of one person stay together.

A sender report says which NTP time of the sender's clock an RTP time is (RFC 3550, section 6.4.1); how far that clock
is ahead of ours is the same for all streams of one sender. Until a stream's first report, arrival must do; so it must
when reports make no sense: those of GStreamer 1.22 run at twice the speed of the packets they speak of.
"""

from media_workers.capture_time import Ahead
from media_workers.recording.wire import Report

_EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP begins, to 1970."""
WINDOW = 5.0
"""Seconds of packets the quickest of which tells best; the window before still counts."""
CREDIBLE = 1.0
"""Seconds between capture and arrival, by the quickest packet, beyond which a report is not believed."""


class SenderClock:
    """The clock of one connection."""

    def __init__(self) -> None:
        self._ahead = Ahead()

    def report(self, ntp: int, at: float) -> None:
        """A sender report with their time came at ours (seconds since 1970)."""
        self._ahead.report(ntp, round((at + _EPOCH) * (1 << 32)))

    def ours(self, ntp: int) -> float:
        """Their time in ours, seconds since 1970."""
        return ntp / (1 << 32) - _EPOCH - (self._ahead.seconds or 0.0)


class Timeline:
    """One stream. ``rate``: RTP ticks per second."""

    def __init__(self, clock: SenderClock, rate: int) -> None:
        self.rate = rate
        self._clock = clock
        self._report: Report | None = None
        self._quickest: list[tuple[int, float]] = []
        """RTP time and arrival, of this window and the one before."""
        self._began = 0.0

    def arrived(self, timestamp: int, at: float) -> None:
        """A packet came."""
        if not self._quickest or at - self._began >= WINDOW:
            self._quickest = [(timestamp, at), *self._quickest[:1]]
            self._began = at
        elif at < self._after(self._quickest[0], timestamp):
            self._quickest[0] = timestamp, at

    def report(self, said: Report) -> None:
        """A sender report of this stream came."""
        self._clock.report(said.ntp, said.at)
        self._report = said

    def at(self, timestamp: int) -> float:
        """When that RTP time was, seconds since 1970; asked after a packet has arrived."""
        arrival = min(self._after(quick, timestamp) for quick in self._quickest)
        if self._report is not None:
            captured = self._after((self._report.timestamp, self._clock.ours(self._report.ntp)), timestamp)
            if abs(captured - arrival) <= CREDIBLE:
                return captured
        return arrival

    def _after(self, known: tuple[int, float], timestamp: int) -> float:
        return known[1] + ticks(timestamp, known[0]) / self.rate


def ticks(timestamp: int, before: int) -> int:
    """From one 32-bit RTP time to another, whichever is later."""
    difference = (timestamp - before) & 0xFFFFFFFF
    return difference - (1 << 32) if difference >= 1 << 31 else difference
