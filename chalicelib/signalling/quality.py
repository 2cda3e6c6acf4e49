"""How the network carried one person's connection: what a worker counts, and what counts as bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

FAIR: Final = 0.02
POOR: Final = 0.08
"""Loss from which on: below, repairs hide it; above the second, speech has holes. Our choice."""


@dataclass(frozen=True)
class Quality:
    """Sums since the connection's beginning.

    ``up_packets``: packets of sound and picture sent by the person, by their numbers; ``up_lost``: those that did not
    come at the first try. ``down_packets``: packets to the person whose fate the person's browser told; ``down_lost``:
    those that did not arrive. ``paused``: seconds in which a picture was held back since the way down was too narrow.
    ``path_after``, ``media_after``: seconds from the answer to keys in use, and to the first packet of media either
    way; ``None``: nobody had anything to send then.
    """

    up_packets: int
    up_lost: int
    down_packets: int
    down_lost: int
    paused: float
    path_after: float
    media_after: float | None = None


def load(data: Mapping[str, Any]) -> Quality:
    """From its JSON. Raises `KeyError`, `TypeError`, `ValueError`, `OverflowError`."""
    media_after = data.get("media_after")
    quality = Quality(
        up_packets=int(data["up_packets"]),
        up_lost=int(data["up_lost"]),
        down_packets=int(data["down_packets"]),
        down_lost=int(data["down_lost"]),
        paused=float(data["paused"]),
        path_after=float(data["path_after"]),
        media_after=None if media_after is None else float(media_after),
    )
    if not all(isfinite(value) and value >= 0 for value in vars(quality).values() if value is not None):
        raise ValueError("a quality is counted from nothing upwards")
    return quality
