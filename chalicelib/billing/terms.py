"""When terms begin and end, when somebody is reminded, how long an unpaid one is borne."""

import calendar
from datetime import date, timedelta
from enum import Enum
from typing import Final

from chalicelib.accounts.rules import TRIAL_DAYS

from .offers import Period

GRACE_DAYS: Final = 14
"""After an unpaid term everything works on for so long; then what is there can be read, and nothing new be held."""

BEFORE: Final = (14, 7, 1)
"""Days before the end of a term on which a payment link is sent, or the coming debit of a stored card announced."""
AFTER: Final = (0, 3, 7, 12)
"""Days after it on which somebody who hasn't paid is reminded, all within the grace period."""


class Standing(Enum):
    """What a company may do now."""

    ACTIVE = "active"
    ENDING = "ending"
    GRACE = "grace"
    READ_ONLY = "read_only"
    ENDED = "ended"

    @property
    def may_meet(self) -> bool:
        """Whether new meetings can be held; in any case nothing is deleted because of it."""
        return self in (Standing.ACTIVE, Standing.ENDING, Standing.GRACE)


def trial_end(begun: date) -> date:
    """The first day the trial no longer covers."""
    return begun + timedelta(days=TRIAL_DAYS)


def bound(anchor: date, period: Period, number: int) -> date:
    """The day on which term ``number`` (from 0) begins, which is where the one before ends, exclusive.

    Terms keep the day of the month on which the first began; where a month has no such day, it is its last one, for
    that term only: 31 January, 28 February, 31 March.
    """
    months = anchor.month - 1 + number * period.value
    year, month = anchor.year + months // 12, months % 12 + 1
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


def standing(ends: date, ending: bool, today: date) -> Standing:
    """Of a subscription whose paid term ends (exclusive) at ``ends``; ``ending``: its cancellation was asked."""
    if today < ends:
        return Standing.ENDING if ending else Standing.ACTIVE
    if ending:
        return Standing.ENDED
    return Standing.GRACE if today < grace_end(ends) else Standing.READ_ONLY


def grace_end(ends: date) -> date:
    """The first day an unpaid subscription is read-only."""
    return ends + timedelta(days=GRACE_DAYS)


def payable_from(ends: date) -> date:
    """The first day on which the next term can be paid: when the first reminder brings the link to."""
    return ends - timedelta(days=BEFORE[0])


def reminders(ends: date) -> tuple[date, ...]:
    """The days on which somebody is told that a term ends, or that the next one is not paid; in order."""
    return tuple(ends - timedelta(days=days) for days in BEFORE) + tuple(ends + timedelta(days=days) for days in AFTER)


def reminder_due(ends: date, told: date | None, today: date) -> bool:
    """Whether a reminder is due today, the last one having been sent on ``told``.

    Days that passed unnoticed are made good with one reminder, not with several; after the grace period there is none.
    """
    if today >= grace_end(ends):
        return False
    passed = [day for day in reminders(ends) if day <= today]
    return bool(passed) and (told is None or told < passed[-1])
