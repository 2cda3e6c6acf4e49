"""The way to one receiver: its transport-wide numbers, what it carries, what may be added to find out more."""

from typing import Final, Protocol

from media_workers import twcc
from media_workers.estimator import Estimator
from media_workers.probing import Prober
from media_workers.rate import Rate
from media_workers.sent import Sent

UNMEASURED: Final = 2_500_000
"""Bits per second for a receiver that doesn't tell when packets arrive."""
SILENT: Final = 1.5
"""Seconds without feedback on what was sent: nothing is known, so less is sent."""
FEEDBACKS: Final = 200
"""Per second; browsers send ten to twenty."""

REPEATED: Final = 0.5
"""Part of the estimate that packets sent again may take: what is asked for again and again must not fill the way."""
LENT: Final = 0.5
"""Seconds of that which may be sent at once."""


class Way(Protocol):
    """Who sends, reads feedback, estimates and pads elsewhere."""

    def carries(self) -> tuple[int, float, int, int]:
        """Bits per second, part of the packets lost lately, packets told of and those of them that were lost."""

    def need(self, bits: float) -> None:
        """All that is wished for would take so many bits per second."""


class Downlink:
    """``most``: bits per second allowed; ``numbered``: the receiver has negotiated transport-wide feedback."""

    def __init__(self, most: int, now: float) -> None:
        self.numbered = False
        self.padding_bytes = 0
        """Sent to probe, for the figures."""
        self.most = most
        self.way: Way | None = None
        """Where all this is done elsewhere."""
        self._sent = Sent()
        self._estimator = Estimator(most, now)
        self._prober = Prober(now)
        self._unheard: float | None = None
        """Since when packets wait for feedback."""
        self._answers = False
        """Feedback has come at all."""
        self._feedbacks = Rate(FEEDBACKS, 1, now)
        self._repeated = 0.0
        """Bits sent again beyond what was allowed since."""
        self._repeated_at = now

    @property
    def rate(self) -> int:
        """Bits per second it carries."""
        if not self.numbered:
            return min(UNMEASURED, self.most)
        return self._estimator.rate if self.way is None else self.way.carries()[0]

    @property
    def loss(self) -> float:
        """Part of the packets lost lately; 0 where the receiver doesn't tell."""
        return self._estimator.loss if self.way is None else self.way.carries()[1]

    @property
    def counts(self) -> tuple[int, int]:
        """Packets the receiver told of, and those of them that were lost, since the beginning."""
        return self._estimator.counts if self.way is None else self.way.carries()[2:]

    @property
    def needed(self) -> float:
        """Bits per second that all that is wished for would take; 0 = what there is is enough."""
        return self._prober.needed

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

    def sent_all(self, sizes: list[int], now: float) -> None:
        """Numbered packets of so many bytes each went out together."""
        probe = self._prober.current(now)
        self._unheard = now if self._unheard is None else self._unheard
        self._sent.put_all(sizes, probe, now)
        if probe:
            self._prober.sent(sum(sizes))

    def repeats(self, size: int, now: float) -> bool:
        """Whether a packet of ``size`` bytes may be sent again; it is counted then."""
        allowed = REPEATED * self.rate
        self._repeated = max(0.0, self._repeated - allowed * (now - self._repeated_at))
        self._repeated_at = now
        if self._repeated > LENT * allowed:
            return False
        self._repeated += 8 * size
        return True

    def feedback(self, information: bytes, now: float) -> None:
        """Transport-wide feedback came (its FCI). Raises `Malformed`."""
        if not self._feedbacks.take(1, now):
            return
        base, arrivals = twcc.read(information)
        deliveries = self._sent.deliveries(base, arrivals)
        self._unheard, self._answers = None, True
        self._estimator.feedback(deliveries, now)
        rate = self._prober.feedback(deliveries, now)
        if rate is not None:
            self._estimator.probed(rate)

    def need(self, bits: float) -> None:
        """All that is wished for would take so many bits per second; 0 = what there is is enough."""
        needed = min(bits, float(self.most))
        if self.way is not None and needed != self._prober.needed:
            self.way.need(needed)
        self._prober.needed = needed

    def padding(self, now: float, tick: float) -> int:
        """Bytes without content to send now. Called every ``tick`` seconds."""
        if not self.numbered:
            return 0
        if self._answers and self._unheard is not None and now - self._unheard > SILENT:
            self._unheard = now
            self._estimator.silence()
        return self._prober.padding(self.rate, self._estimator.steady, now, tick)
