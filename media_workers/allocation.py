"""Sharing what a downlink carries among the pictures a viewer sees. Pure.

Everybody is seen before anybody is seen better; in both rounds in the order of rank. What doesn't fit is paused: a
picture that stands still says something false, an empty tile doesn't.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DAMPING: Final = 1.15
"""A better picture is taken when it fits with so much to spare: estimates and bit rates waver."""
PAUSED: Final = -1


@dataclass(frozen=True)
class Demand:
    """``key``: whose; ``rank``: higher goes first; ``bits``: per second for each step, rising; ``present``: the step of
    now, or `PAUSED`."""

    key: int
    rank: tuple[int, ...]
    bits: tuple[float, ...]
    present: int = PAUSED


def allocate(budget: float, demands: Iterable[Demand]) -> dict[int, int]:
    """The step each gets, by key; `PAUSED` for none. ``budget``: bits per second."""
    ordered = sorted(demands, key=lambda demand: demand.rank, reverse=True)
    steps = dict.fromkeys((demand.key for demand in ordered), PAUSED)
    left = budget
    for demand in ordered:
        if demand.bits and _cost(demand, 0) <= left:
            steps[demand.key] = 0
            left -= _cost(demand, 0)
    for demand in ordered:
        step = steps[demand.key]
        if step == PAUSED:
            continue
        own = left + _cost(demand, step)
        best = max(at for at in range(step, len(demand.bits)) if at == step or _cost(demand, at) <= own)
        steps[demand.key] = best
        left = own - _cost(demand, best)
    return steps


def _cost(demand: Demand, step: int) -> float:
    return demand.bits[step] * (DAMPING if step > demand.present else 1)
