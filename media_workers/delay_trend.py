"""Whether a queue builds up on the way to a receiver (draft-ietf-rmcat-gcc-02, sections 5.2 to 5.4).

Packets sent in one burst are a group. How much longer a group was on its way than the one before adds up to the queue's
delay; its slope over the last groups is compared with a threshold that follows the path's own jitter. The draft has a
Kalman filter in place of the slope; the slope over a window is what browsers use today and settles faster. Beyond the
draft, no queue is seen where some packets still come as fast as they can (docs/decisions/0220).
"""

from collections import deque
from math import inf
from typing import Final, Literal

BURST: Final = 0.005
"""Seconds: packets sent within are one group; so are those that an outage held up and that arrive within."""
OUTAGE: Final = 0.1
"""Seconds from first to last arrival within one group."""
WINDOW: Final = 20
"""Groups the slope is taken over."""
SMOOTHING: Final = 0.9
GAIN: Final = 4.0
"""Makes the slope over 60 groups comparable with the threshold, in milliseconds."""
THRESHOLD: Final = 12.5
"""Milliseconds, at the start; adapts between the following ones."""
LOWEST: Final = 6.0
HIGHEST: Final = 600.0
FOLLOWS_UP: Final = 0.0087
FOLLOWS_DOWN: Final = 0.039
"""Per millisecond: the threshold rises slowly and falls quickly (section 5.4, K_u and K_d)."""
OUTLIER: Final = 15.0
"""A trend so far above the threshold is no jitter to follow."""
LASTING: Final = 0.01
"""Seconds the trend must stay above the threshold."""
BREAK: Final = 3.0
"""Seconds: a longer jump is a pause or another clock, no delay."""
LATELY: Final = 0.2
"""Seconds in which nothing may have come as fast as it can, for there to be a queue."""
REMEMBERED: Final = 10.0
"""Seconds after which how fast it can come is measured anew; that of the time before holds as long again."""
STANDING: Final = 0.01
"""Seconds everything must wait at least, for there to be a queue."""

State = Literal["normal", "over", "under"]


class _Group:
    __slots__ = ("arrived", "began", "fastest", "opened", "sent")

    def __init__(self, sent: float, arrived: float) -> None:
        self.opened = self.sent = sent
        self.began = self.arrived = arrived
        self.fastest = arrived - sent
        """The least a packet took: a difference of two clocks, of use in comparisons only."""


class _Standing:
    """What even the fastest packet waits: behind a queue all do, while jitter and outages spare some."""

    def __init__(self) -> None:
        self._lately: deque[tuple[float, float]] = deque()
        self._fastest = self._before = inf
        self._from: float | None = None

    def group(self, group: _Group) -> None:
        """One more arrived."""
        now = group.arrived
        if self._from is None or now - self._from > REMEMBERED:
            self._from, self._before, self._fastest = now, self._fastest, group.fastest
        self._fastest = min(self._fastest, group.fastest)
        self._lately.append((now, group.fastest))
        while self._lately[0][0] < now - LATELY:
            self._lately.popleft()

    @property
    def queue(self) -> bool:
        """Whether everything waits."""
        fastest = min(self._fastest, self._before)
        return min(took for _, took in self._lately) - fastest > STANDING


class DelayTrend:
    """``state``: over = a queue builds up, under = it drains."""

    def __init__(self) -> None:
        self.state: State = "normal"
        self._group: _Group | None = None
        self._before: _Group | None = None
        self._restart()

    def packet(self, sent: float, arrived: float) -> None:
        """One packet that arrived, or several of which this holds. Seconds, each in its own clock; in the order they
        were sent."""
        group = self._group
        if group is None:
            self._group = _Group(sent, arrived)
        elif sent < group.opened:
            return  # told late: its group is closed
        elif sent - group.opened <= BURST or _held_up(group, sent, arrived):
            group.sent, group.arrived = max(group.sent, sent), max(group.arrived, arrived)
            group.fastest = min(group.fastest, arrived - sent)
        else:
            if self._before is not None:
                self._compare(self._before, group)
            self._before, self._group = group, _Group(sent, arrived)

    def _restart(self) -> None:
        self._arrivals: list[float] = []
        self._delays: list[float] = []
        """Of the last groups, milliseconds: when they came, and the smoothed delay then."""
        self._groups = 0
        self._delay = self._smoothed = 0.0
        self._threshold = THRESHOLD
        self._trend = 0.0
        self._over_since: float | None = None
        self._standing = _Standing()
        self.state = "normal"

    def _compare(self, before: _Group, group: _Group) -> None:
        """Milliseconds from here on."""
        sent, arrived = group.sent - before.sent, group.arrived - before.arrived
        if abs(arrived - sent) > BREAK or arrived < -BURST:
            self._restart()
            return
        self._standing.group(group)
        self._groups += 1
        self._delay += 1000 * (arrived - sent)
        self._smoothed = SMOOTHING * self._smoothed + (1 - SMOOTHING) * self._delay
        self._arrivals.append(1000 * group.arrived)
        self._delays.append(self._smoothed)
        if len(self._delays) < WINDOW:
            return
        if len(self._delays) > WINDOW:
            del self._arrivals[0], self._delays[0]
        trend = min(self._groups, 60) * _slope(self._arrivals, self._delays) * GAIN
        self._judge(trend, group.sent)
        self._adapt(trend, min(100.0, 1000 * sent))

    def _judge(self, trend: float, now: float) -> None:
        if trend > self._threshold and self._standing.queue:
            if self._over_since is None:
                self._over_since = now
            elif now - self._over_since > LASTING and trend >= self._trend:
                self.state = "over"
        else:
            self._over_since = None
            self.state = "under" if trend < -self._threshold else "normal"
        self._trend = trend

    def _adapt(self, trend: float, elapsed: float) -> None:
        distance = abs(trend) - self._threshold
        if distance > OUTLIER:
            return
        follows = FOLLOWS_DOWN if distance < 0 else FOLLOWS_UP
        self._threshold = max(LOWEST, min(HIGHEST, self._threshold + follows * distance * elapsed))


def _held_up(group: _Group, sent: float, arrived: float) -> bool:
    """Whether a packet waited with the group for the end of an outage: radio that stands still for a moment is no queue
    (section 5.2, pre-filtering). What left with one that did is with it."""
    later = arrived - group.arrived
    return sent == group.sent or (abs(later) <= BURST and later < sent - group.sent and arrived - group.began < OUTAGE)


def _slope(xs: list[float], ys: list[float]) -> float:
    """Of the line nearest to the points (least squares). Counted from the first point: sums of squares of large
    numbers would lose the small differences."""
    count = len(xs)
    zero_x, zero_y = xs[0], ys[0]
    sum_x = sum_y = square = product = 0.0
    for at in range(count):
        x = xs[at] - zero_x
        y = ys[at] - zero_y
        sum_x += x
        sum_y += y
        square += x * x
        product += x * y
    spread = count * square - sum_x * sum_x
    return (count * product - sum_x * sum_y) / spread if spread > 0 else 0.0
