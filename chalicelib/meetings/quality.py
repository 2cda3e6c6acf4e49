"""How the network carried a person through a meeting: one word, and the figures it comes from. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from chalicelib.signalling.quality import FAIR, POOR, Quality

Grade = Literal["good", "fair", "poor"]
GRADES: Final[tuple[Grade, ...]] = ("good", "fair", "poor")
SLOW: Final = 4.0
VERY_SLOW: Final = 10.0
"""Seconds to wait for sound and picture from which on that is told. Our choice."""


@dataclass(frozen=True)
class Passage:
    """``up``, ``down``: part of the packets lost; `None` where none went. ``paused``: seconds without some picture.
    ``media_after``: the longest wait for media, seconds."""

    grade: Grade
    up: float | None
    down: float | None
    paused: float
    media_after: float
    sums: Quality


def of(counted: Iterable[Quality | None], seconds: float) -> Passage | None:
    """Of all connections of a person who was there for so many seconds; `None` when nobody counted."""
    known = [quality for quality in counted if quality is not None]
    if not known:
        return None
    waited = [quality.media_after for quality in known if quality.media_after is not None]
    sums = Quality(
        up_packets=sum(quality.up_packets for quality in known),
        up_lost=sum(quality.up_lost for quality in known),
        down_packets=sum(quality.down_packets for quality in known),
        down_lost=sum(quality.down_lost for quality in known),
        paused=sum(quality.paused for quality in known),
        path_after=max(quality.path_after for quality in known),
        media_after=max(waited, default=None),
    )
    up, down = _part(sums.up_lost, sums.up_packets), _part(sums.down_lost, sums.down_packets)
    longest = max(sums.path_after, sums.media_after or 0.0)
    paused = sums.paused / max(seconds, 1.0)
    ranks = [_rank(part or 0.0, FAIR, POOR) for part in (up, down, paused)]
    worst = max(*ranks, _rank(longest, SLOW, VERY_SLOW))
    return Passage(GRADES[worst], up, down, sums.paused, longest, sums)


def _part(lost: int, packets: int) -> float | None:
    return lost / packets if packets else None


def _rank(value: float, fair: float, poor: float) -> int:
    return 2 if value >= poor else 1 if value >= fair else 0
