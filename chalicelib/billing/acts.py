"""The list of operators' acts: who did or read what, and why."""

import secrets
from dataclasses import dataclass

from chalicelib import clock, storage
from chalicelib.register.events import Event

from . import days
from .models import OperatorAct

SHORTEST_REASON = 10


class NoReason(ValueError):
    """An act without a reason, or without a name."""


@dataclass(frozen=True)
class Operator:
    """Who acts, and why. An act without both raises `NoReason`."""

    name: str
    reason: str

    def note(self, act: str, about: str, outcome: str = "", company: str = "") -> None:
        """Leaves a line, before anything is read or done. ``company``: which may read it."""
        note(self.name, act, about, self.reason, outcome, company)


def note(operator: str, act: str, about: str, reason: str, outcome: str = "", company: str = "") -> None:
    """Writes a line. Raises `NoReason`: ten characters at least, so that somebody has to write one."""
    if not operator.strip() or len(reason.strip()) < SHORTEST_REASON:
        raise NoReason("who acts, and why?")
    now = clock.now()
    line = OperatorAct(
        f"operator_acts#{days.day_of(now).isoformat()}",
        f"{now:012d}#{secrets.token_hex(4)}",
        operator=operator.strip(),
        act=act,
        about=about,
        reason=reason.strip(),
        outcome=outcome,
        company=company or None,
        at=now,
    )
    line.list_pk, line.list_sk = "operator_acts", f"{now:012d}"
    storage.create(line, {Event.COLLECTED: now})


def all_of() -> list[OperatorAct]:
    """Every line of the last twelve months, newest first."""
    return list(storage.listed(OperatorAct, "operator_acts", newest_first=True))


def concerning(company: str) -> list[OperatorAct]:
    """Those a company may read, newest first: what was done to it."""
    return [line for line in all_of() if line.company == company]
