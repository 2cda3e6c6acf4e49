"""The way to one receiver: its transport-wide numbers, what it carries, what may be added to find out more."""

from typing import Protocol

from media_workers import twcc
from media_workers.estimator import Estimator
from media_workers.probing import Prober
from media_workers.rate import Rate
from media_workers.sent import Delivery, Sent

UNMEASURED = 2_500_000
"""Bits per second for a receiver that doesn't tell when packets arrive."""
SILENT = 1.5
"""Seconds without feedback on what was sent: nothing is known, so less is sent."""
FEEDBACKS = 200
"""Per second; browsers send ten to twenty."""


class Log(Protocol):
    """Remembers what was sent until its fate is known; `Sent` is one."""

    def deliveries(self, base: int, arrivals: list[float | None]) -> list[Delivery]:
        """What feedback that begins with the 16-bit number ``base`` says of packets not heard of yet."""


class Downlink:
    """``most``: bits per second allowed; ``numbered``: the receiver has negotiated transport-wide feedback."""

    def __init__(self, most: int, now: float) -> None:
        self.numbered = False
        self.padding_bytes = 0
        """Sent to probe, for the figures."""
        self._most = most
        self._sent = Sent()
        self.log: Log = self._sent
        """Who remembers what was sent."""
        self._estimator = Estimator(most, now)
        self._prober = Prober(now)
        self._unheard: float | None = None
        """Since when packets wait for feedback."""
        self._answers = False
        """Feedback has come at all."""
        self._feedbacks = Rate(FEEDBACKS, 1, now)

    @property
    def rate(self) -> int:
        """Bits per second it carries."""
        return self._estimator.rate if self.numbered else min(UNMEASURED, self._most)

    @property
    def loss(self) -> float:
        """Part of the packets lost lately; 0 where the receiver doesn't tell."""
        return self._estimator.loss

    @property
    def counts(self) -> tuple[int, int]:
        """Packets the receiver told of, and those of them that were lost, since the beginning."""
        return self._estimator.counts

    @property
    def number(self) -> int:
        """The 16-bit transport-wide number of the next packet."""
        return self._sent.number

    def sent(self, size: int, now: float) -> None:
        """A numbered packet of ``size`` bytes went out."""
        probe = self._prober.current(now)
        self._unheard = now if self._unheard is None else self._unheard
        self._sent.put(size, probe, now)
        if probe:
            self._prober.sent(size)

    def sent_all(self, packets: list[bytes], now: float) -> None:
        """Numbered packets went out together."""
        probe = self._prober.current(now)
        self._unheard = now if self._unheard is None else self._unheard
        for packet in packets:
            self._sent.put(len(packet), probe, now)
            if probe:
                self._prober.sent(len(packet))

    def went(self, unheard: float | None, packets: int, size: int) -> None:
        """Of numbered packets that another log remembers: since when they wait for feedback, and how many of them, with
        how many bytes, went out in the probe under way since the last call."""
        if self._unheard is None:
            self._unheard = unheard
        if packets:
            self._prober.sent(size, packets)

    @property
    def probing(self) -> tuple[int, float]:
        """The probe under way (0 = none) and until when packets belong to it."""
        return self._prober.window

    def feedback(self, information: bytes, now: float) -> None:
        """Transport-wide feedback came (its FCI). Raises `Malformed`."""
        if not self._feedbacks.take(1, now):
            return
        base, arrivals = twcc.read(information)
        deliveries = self.log.deliveries(base, arrivals)
        self._unheard, self._answers = None, True
        self._estimator.feedback(deliveries, now)
        rate = self._prober.feedback(deliveries, now)
        if rate is not None:
            self._estimator.probed(rate)

    def need(self, bits: float) -> None:
        """All that is wished for would take so many bits per second; 0 = what there is is enough."""
        self._prober.needed = min(bits, self._most)

    def padding(self, now: float, tick: float) -> int:
        """Bytes without content to send now. Called every ``tick`` seconds."""
        if not self.numbered:
            return 0
        if self._answers and self._unheard is not None and now - self._unheard > SILENT:
            self._unheard = now
            self._estimator.silence()
        return self._prober.padding(self.rate, self._estimator.steady, now, tick)
