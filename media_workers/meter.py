"""How many bits per second a stream of packets has, by temporal layer."""

WINDOW = 0.5
"""Seconds measured at a time."""
DEAD = 1.0
"""Seconds without a packet after which a stream has stopped."""
LAYERS = 4
"""Temporal layers told apart (two bits in VP8 and VP9)."""


class Meter:
    """Measures in windows, half of each new figure counting: steady enough to choose by, quick enough to follow."""

    def __init__(self) -> None:
        self._bits = [0] * LAYERS
        self._rates: list[float] | None = None
        self._since = 0.0
        self._heard: float | None = None

    def packet(self, size: int, temporal: int, now: float) -> None:
        """A packet of ``size`` bytes came at ``now`` (seconds)."""
        if self._heard is None or now - self._heard > DEAD:
            self._bits, self._rates, self._since = [0] * LAYERS, None, now
        elif now - self._since >= WINDOW:
            self._close(now)
        self._heard = now
        self._bits[temporal] += 8 * size

    def alive(self, now: float) -> bool:
        """Whether packets come."""
        return self._heard is not None and now - self._heard <= DEAD

    def rate(self, temporal: int = LAYERS - 1) -> float | None:
        """Bits per second up to a temporal layer; None before the first window is full."""
        return None if self._rates is None else sum(self._rates[: temporal + 1])

    @property
    def temporal(self) -> int:
        """The highest temporal layer in use."""
        rates = self._rates or self._bits
        return max((layer for layer, rate in enumerate(rates) if rate > 0), default=0)

    def _close(self, now: float) -> None:
        fresh = [bits / (now - self._since) for bits in self._bits]
        old = self._rates or fresh
        self._rates = [(a + b) / 2 if b else 0.0 for a, b in zip(old, fresh, strict=True)]
        self._bits, self._since = [0] * LAYERS, now
