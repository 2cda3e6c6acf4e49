"""Which encodings and temporal layers of a picture are worth sending to somebody who sees it at a given size. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from media_workers.temporal import ALL

NOMINAL: dict[int, tuple[float, ...]] = {1: (300_000,), 2: (150_000, 700_000), 3: (150_000, 500_000, 1_500_000)}
"""Bits per second assumed of encodings not measured yet, by their number (docs/protocol.md, section 2)."""
HIGHEST = 720
"""Height in pixels assumed of the largest encoding; each one below has half."""
SHARP = 0.75
"""An encoding suffices that has this part of the height it is shown at."""


@dataclass(frozen=True)
class Offered:
    """An encoding. ``possible``: it comes, or may come when asked for. ``rates``: measured bits per second up to each
    temporal layer; empty when nothing is known."""

    alive: bool = False
    possible: bool = True
    height: int | None = None
    rates: tuple[float, ...] = ()


@dataclass(frozen=True)
class Rung:
    """A way to send a picture: encoding, highest temporal layer, bits per second."""

    encoding: int
    temporal: int
    bits: float


def sufficient(offered: Sequence[Offered], height: int) -> int:
    """The smallest encoding that is sharp at ``height`` pixels, else the largest."""
    for at, encoding in enumerate(offered):
        known = encoding.height or HIGHEST >> (len(offered) - 1 - at)
        if known >= SHARP * height:
            return at
    return len(offered) - 1


def ladder(offered: Sequence[Offered], top: int) -> list[Rung]:
    """The rungs up to encoding ``top``, better ones costing more.

    Only the smallest encoding is sent at the lowest frame rate: a large picture that jumps is no gain.
    """
    rungs: list[Rung] = []
    possible = [at for at, encoding in enumerate(offered) if encoding.possible]
    for at in [at for at in possible if at <= top] or possible[:1] or [0]:
        rates = offered[at].rates or (NOMINAL.get(len(offered), NOMINAL[3])[min(at, 2)],)
        for temporal, bits in enumerate(rates):
            highest = temporal == len(rates) - 1
            if at == 0 or temporal > 0 or highest:
                rungs = [rung for rung in rungs if rung.bits < bits]
                rungs.append(Rung(at, ALL if highest else temporal, bits))
    return rungs


def step_of(rungs: Sequence[Rung], present: Rung | None) -> int:
    """The highest rung no better than the present one; -1 for none."""
    if present is None:
        return -1
    place = present.encoding, present.temporal
    return max((at for at, rung in enumerate(rungs) if (rung.encoding, rung.temporal) <= place), default=-1)


def at_hand(offered: Sequence[Offered], wanted: int) -> int:
    """What to send while ``wanted`` may still have to come: the best one that flows and is no larger."""
    return max((at for at in range(wanted + 1) if offered[at].alive), default=wanted)
