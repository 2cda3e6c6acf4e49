"""How many bits per second the way to a receiver carries: by delay and by loss, the lower of both.

draft-ietf-rmcat-gcc-02: section 5.5 (rate control by delay) and 6 (by loss). Probes (`probing`) lift the estimate where
too little is sent to learn more.
"""

from collections import deque
from typing import Final

from media_workers.delay_trend import DelayTrend
from media_workers.sent import Delivery

START: Final = 600_000
LOWEST: Final = 50_000
DECREASE: Final = 0.85
"""Of what arrives, when a queue builds up."""
GROWTH: Final = 1.08
"""Per second, far from where the way was full before."""
PACKET: Final = 9600
"""Bits: near it the rate grows by one packet per response time."""
PAUSE: Final = 0.3
"""Seconds between two decreases: the first must have had time to show."""
SPAN: Final = 0.5
"""Seconds over which arrivals and losses are counted."""
LATELY: Final = 0.2
"""Seconds in which a way was busy all the time once a queue is seen (`delay_trend`): before, it may have been idle."""
GRAIN: Final = 0.005
"""Seconds within which packets arrive together."""
FEW: Final = 20
"""Packets that make a loss figure."""
SPARSE: Final = 0.02
HEAVY: Final = 0.1
"""Loss up to which the rate by loss grows, and above which it falls."""


class Arrived:
    """Bits per second that arrived lately, in the receiver's clock; what arrives together is counted together."""

    def __init__(self) -> None:
        self._grains: deque[tuple[float, int]] = deque()
        self._bits = 0
        self._first: float | None = None
        self._opened = 0.0
        """When the newest grain began; it is not among the others yet."""
        self._grain = 0

    def packets(self, arrived: float, size: int) -> None:
        """Packets of ``size`` bytes in all."""
        if self._first is None:
            self._first = self._opened = arrived
        self._bits += 8 * size
        if arrived - self._opened < GRAIN:
            self._grain += 8 * size
            return
        self._grains.append((self._opened, self._grain))
        self._opened, self._grain = arrived, 8 * size
        while self._grains and self._grains[0][0] < arrived - SPAN:
            self._bits -= self._grains.popleft()[1]

    @property
    def rate(self) -> float | None:
        """None before a whole span was seen."""
        if self._first is None or self._opened - self._first < SPAN:
            return None
        return self._bits / SPAN

    @property
    def lately(self) -> float:
        """Over the last moments alone."""
        bits = self._grain
        for began, grain in reversed(self._grains):
            if began < self._opened - LATELY:
                break
            bits += grain
        return bits / LATELY


class Estimator:
    """``most``: bits per second never to go beyond."""

    def __init__(self, most: float, now: float) -> None:
        self._most = most
        self._by_delay = min(most, float(START))
        self._by_loss = most
        self._trend = DelayTrend()
        self._arrived = Arrived()
        self._full: float | None = None
        """What arrived when a queue built up last."""
        self._changed = now
        self._decrease_from = now
        self._counted = self._lost = 0
        self._counted_before = self._lost_before = 0
        self._loss = 0.0
        """Part of the packets lost in the last count."""
        self._count_from = now
        self._round_trip = 0.1

    @property
    def rate(self) -> int:
        """Bits per second."""
        return round(max(LOWEST, min(self._by_delay, self._by_loss)))

    @property
    def steady(self) -> bool:
        """No queue builds up and little is lost: more may be tried."""
        return self._trend.state == "normal" and self._loss <= SPARSE

    def feedback(self, deliveries: list[Delivery], now: float) -> None:
        """How packets fared; those that arrived in the order they were sent."""
        last: float | None = None
        for delivery in deliveries:
            self._counted += delivery.count
            if delivery.arrived is None:
                self._lost += delivery.count
            else:
                self._trend.packet(delivery.sent, delivery.arrived)
                self._arrived.packets(delivery.arrived, delivery.size * delivery.count)
                last = delivery.sent
        if last is not None:
            self._round_trip += (max(0.01, now - last) - self._round_trip) / 8
        self._follow_delay(now)
        self._follow_loss(now)

    def probed(self, rate: float) -> None:
        """A probe got through at this rate."""
        if self.steady and rate > self.rate:
            self._by_delay = min(self._most, rate)
            self._by_loss = max(self._by_loss, self._by_delay)

    def silence(self) -> None:
        """Packets go out and no feedback comes: the way is full or broken."""
        self._by_delay = max(LOWEST, self.rate / 2)

    def _follow_delay(self, now: float) -> None:
        elapsed, self._changed = min(1.0, now - self._changed), now
        arrived = self._arrived.rate
        if arrived is None or self._trend.state == "under":
            return
        if self._trend.state == "over":
            if now >= self._decrease_from:
                self._decrease_from = now + PAUSE
                self._full = arrived
                carried = max(arrived, self._arrived.lately)
                self._by_delay = max(LOWEST, min(self._by_delay, DECREASE * carried))
            return
        if self._full is not None and arrived > 1.3 * self._full:
            self._full = None  # the way became wider
        if self._full is not None and abs(self._by_delay - self._full) < 0.25 * self._full:
            grown = self._by_delay + elapsed * PACKET / (self._round_trip + 0.1)
        else:
            grown = self._by_delay * GROWTH**elapsed
        # What isn't sent proves nothing: no further than half as much again as arrives (section 5.5).
        self._by_delay = min(self._most, max(self._by_delay, min(grown, 1.5 * arrived + 10_000)))

    @property
    def loss(self) -> float:
        """Part of the packets lost lately."""
        return self._loss

    @property
    def counts(self) -> tuple[int, int]:
        """Packets the receiver told of, and those of them that were lost, since the beginning."""
        return self._counted_before + self._counted, self._lost_before + self._lost

    def _follow_loss(self, now: float) -> None:
        if now - self._count_from < SPAN or self._counted < FEW:
            return
        fraction = self._loss = self._lost / self._counted
        self._counted_before, self._lost_before = self.counts
        self._counted = self._lost = 0
        self._count_from = now
        if fraction > HEAVY:
            # What is sent again may go far beyond the estimate: its loss says nothing against what arrives.
            carried = min(float(self.rate), DECREASE * (self._arrived.rate or 0.0))
            self._by_loss = max(LOWEST, carried, self.rate * (1 - 0.5 * fraction))
        elif fraction < SPARSE:
            self._by_loss = min(self._most, self._by_loss * 1.05)
