"""How the service fares now, for everybody: what a visitor would want to know before calling us."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib import clock
from chalicelib.fleet import actions as fleet
from chalicelib.mailing import actions as mailing
from chalicelib.privacy import census
from chalicelib.privacy.sweep import marks

LATE_MAIL = 15 * 60
"""Seconds a mail may wait before we say that mail is late."""
LATE_SWEEP = 3 * 3_600
"""Seconds since the last sweep after which we say that expiry is behind; it runs every hour."""


class State(StrEnum):
    """In the order of gravity."""

    GOOD = "good"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True)
class Part:
    """A part of the service, by its key, and how it fares."""

    key: str
    state: State


def parts() -> list[Part]:
    """Each part as it is this moment."""
    now = clock.now()
    return [Part(key, look(now)) for key, look in _LOOKS.items()]


def worst(found: list[Part]) -> State:
    """The gravest state among them."""
    return max((part.state for part in found), key=list(State).index, default=State.GOOD)


def _meetings(now: int) -> State:
    """Down when no worker could take a meeting, slow when all that could are nearly full."""
    able = [one for one in fleet.candidates() if one.takes_rooms(now)]
    if not able:
        return State.DOWN
    return State.GOOD if any(one.load < 0.9 * one.capacity for one in able) else State.SLOW


def _mail(now: int) -> State:
    since = mailing.waiting_since()
    return State.GOOD if since is None or now - since <= LATE_MAIL else State.SLOW


def _expiry(now: int) -> State:
    if any(result.late for result in census.results()):
        return State.SLOW
    swept = marks()
    return State.GOOD if not swept or now - min(swept.values()) <= LATE_SWEEP else State.SLOW


_LOOKS: dict[str, Callable[[int], State]] = {"meetings": _meetings, "mail": _mail, "expiry": _expiry}
