"""How many bits per second a stream of packets has, by spatial and temporal layer."""

from typing import Final

WINDOW: Final = 0.5
"""Seconds measured at a time."""
DEAD: Final = 1.0
"""Seconds without a packet after which a stream has stopped; silence that isn't sent (DTX) has one every 0.4 s."""
LAYERS: Final = 4
"""Layers told apart of each kind; higher ones count as the highest."""

Layer = tuple[int, int]
"""Spatial and temporal."""


class Meter:
    """Measures in windows, half of each new figure counting: steady enough to choose by, quick enough to follow."""

    def __init__(self) -> None:
        self._bits: dict[Layer, int] = {}
        self._rates: dict[Layer, float] | None = None
        self._since = 0.0
        self._heard: float | None = None

    def packet(self, size: int, spatial: int, temporal: int, now: float) -> None:
        """A packet of ``size`` bytes came at ``now`` (seconds)."""
        if self._heard is None or now - self._heard > DEAD:
            self._bits, self._rates, self._since = {}, None, now
        elif now - self._since >= WINDOW:
            self._close(now)
        self._heard = now
        layer = spatial if spatial < LAYERS else LAYERS - 1, temporal if temporal < LAYERS else LAYERS - 1
        self._bits[layer] = self._bits.get(layer, 0) + 8 * size

    def alive(self, now: float) -> bool:
        """Whether packets come."""
        return self._heard is not None and now - self._heard <= DEAD

    def rate(self, spatial: int = LAYERS - 1, temporal: int = LAYERS - 1) -> float | None:
        """Bits per second up to such layers; None before the first window is full."""
        if self._rates is None:
            return None
        return sum(rate for layer, rate in self._rates.items() if layer[0] <= spatial and layer[1] <= temporal)

    @property
    def highest(self) -> Layer:
        """The highest layers in use."""
        rates = [layer for layer, rate in (self._rates or self._bits).items() if rate > 0]
        return max((layer[0] for layer in rates), default=0), max((layer[1] for layer in rates), default=0)

    def _close(self, now: float) -> None:
        fresh = {layer: bits / (now - self._since) for layer, bits in self._bits.items()}
        old = self._rates or fresh
        self._rates = {layer: (old.get(layer, rate) + rate) / 2 for layer, rate in fresh.items()}
        self._bits, self._since = {}, now
