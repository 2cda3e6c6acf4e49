"""Which encodings and layers of a picture are worth sending to somebody who sees it at a given size. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media_workers.layer_filter import ALL

NOMINAL: Final[dict[int, tuple[float, ...]]] = {1: (300_000,), 2: (150_000, 700_000), 3: (150_000, 500_000, 1_500_000)}
"""Bits per second assumed of encodings not measured yet, by their number (docs/protocol.md, section 2)."""
HIGHEST: Final = 720
"""Height in pixels assumed of the largest encoding; each one below has half."""
SHARP: Final = 0.75
"""An encoding suffices that has this part of the height it is shown at."""

WAVERS: Final = 0.05
"""Part by which a measured rate may differ from the one chosen by."""


@dataclass(frozen=True)
class Offered:
    """An encoding. ``possible``: it comes, or may come when asked for. ``heights``: pixels by spatial layer. ``rates``:
    by spatial layer, measured bits per second up to each temporal layer. Both are empty when nothing is known."""

    alive: bool = False
    possible: bool = True
    heights: tuple[int, ...] = ()
    rates: tuple[tuple[float, ...], ...] = ()


Form = tuple[int, int]
"""An encoding and its highest spatial layer sent; `ALL` where it has but one, or for its largest."""


@dataclass(frozen=True)
class Rung:
    """A way to send a picture: encoding, highest spatial and temporal layer, bits per second."""

    encoding: int
    spatial: int
    temporal: int
    bits: float


def forms(offered: Sequence[Offered]) -> list[Form]:
    """All that can be sent of a picture, smallest first."""
    return [
        (at, ALL if spatial == count - 1 else spatial)
        for at, encoding in enumerate(offered)
        for count in [max(1, len(encoding.rates))]
        for spatial in range(count)
    ]


def sufficient(offered: Sequence[Offered], height: int) -> Form:
    """The smallest form that is sharp at ``height`` pixels, else the largest."""
    every = forms(offered)
    return next((form for form in every if _height(offered, form) >= SHARP * height), every[-1])


def _height(offered: Sequence[Offered], form: Form) -> int:
    at, spatial = form
    known = offered[at].heights
    if known:
        return known[min(spatial, len(known) - 1)]
    below = 0 if spatial == ALL else len(offered[at].rates) - 1 - spatial
    return HIGHEST >> (len(offered) - 1 - at + below)


def ladder(offered: Sequence[Offered], top: Form) -> list[Rung]:
    """The rungs up to form ``top``, better ones costing more.

    Only the smallest form is sent at the lowest frame rate: a large picture that jumps is no gain.
    """
    rungs: list[Rung] = []
    every = forms(offered)
    possible = [form for form in every if offered[form[0]].possible]
    for form in [form for form in possible if form <= top] or possible[:1] or every[:1]:
        at, spatial = form
        measured = offered[at].rates
        rates = measured[min(spatial, len(measured) - 1)] if measured else (_nominal(offered, at),)
        for temporal, bits in enumerate(rates):
            highest = temporal == len(rates) - 1
            if form == every[0] or temporal > 0 or highest:
                rungs = [rung for rung in rungs if rung.bits < bits]
                rungs.append(Rung(at, spatial, ALL if highest else temporal, bits))
    return rungs


class Choices:
    """What there is of a picture, and what of it is worth sending to whom: worked out once for all who see it alike."""

    def __init__(self, offered: Sequence[Offered]) -> None:
        self.offered = offered
        self._sufficient: dict[int, Form] = {}
        self._ladders: dict[Form, tuple[list[Rung], tuple[float, ...]]] = {}

    def sufficient(self, height: int) -> Form:
        """See `sufficient`."""
        form = self._sufficient.get(height)
        if form is None:
            form = self._sufficient[height] = sufficient(self.offered, height)
        return form

    def ladder(self, top: Form) -> tuple[list[Rung], tuple[float, ...]]:
        """See `ladder`; and the bits per second of each rung."""
        known = self._ladders.get(top)
        if known is None:
            rungs = ladder(self.offered, top)
            known = self._ladders[top] = rungs, tuple(rung.bits for rung in rungs)
        return known


def followed(before: Choices | None, offered: Sequence[Offered]) -> Choices:
    """The choices of before while they are as good as those of now: all that was worked out from them stands."""
    if before is None or len(before.offered) != len(offered):
        return Choices(offered)
    alike = all(_alike(old, new) for old, new in zip(before.offered, offered, strict=True))
    return before if alike else Choices(offered)


def _alike(old: Offered, new: Offered) -> bool:
    if (old.alive, old.possible, old.heights) != (new.alive, new.possible, new.heights):
        return False
    if [len(rates) for rates in old.rates] != [len(rates) for rates in new.rates]:
        return False
    pairs = zip(old.rates, new.rates, strict=True)
    return all(abs(a - b) <= WAVERS * a for olds, news in pairs for a, b in zip(olds, news, strict=True))


def _nominal(offered: Sequence[Offered], at: int) -> float:
    return NOMINAL.get(len(offered), NOMINAL[3])[min(at, 2)]


def step_of(rungs: Sequence[Rung], present: Rung | None) -> int:
    """The highest rung no better than the present one; -1 for none."""
    if present is None:
        return -1
    place = present.encoding, present.spatial, present.temporal
    return max(
        (at for at, rung in enumerate(rungs) if (rung.encoding, rung.spatial, rung.temporal) <= place), default=-1
    )


def at_hand(offered: Sequence[Offered], wanted: int) -> int:
    """What to send while ``wanted`` may still have to come: the best one that flows and is no larger."""
    return max((at for at in range(wanted + 1) if offered[at].alive), default=wanted)
