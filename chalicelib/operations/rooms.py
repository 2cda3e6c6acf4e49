"""Closing rooms after an abuse: one meeting, or all that a company holds now."""

from contextlib import suppress

from chalicelib import clock
from chalicelib.accounts import suspension
from chalicelib.billing.acts import Operator
from chalicelib.errors import Conflict, NotFound
from chalicelib.fleet import actions as fleet
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Occurrence
from chalicelib.meetings.timetable import is_closed

from . import letters


def is_over(occurrence: Occurrence) -> bool:
    """Whether nobody can be in it any more."""
    return is_closed(occurrence, clock.now())


def end(by: Operator, occurrence: Occurrence) -> None:
    """Over for everybody. Raises `Conflict`."""
    by.note("end_meeting", occurrence.id, company=occurrence.company)
    scheduling.end(occurrence)


def suspend(by: Operator, company: str, cause: str) -> None:
    """Closes a company's rooms: what runs ends, nobody comes in, nobody is invited. Its owner and administrators are
    told why, in the words of ``cause``, and how to contest it (Regulation (EU) 2022/2065, art. 17). Raises
    `Conflict`."""
    if suspension.of(company) is not None:
        raise Conflict
    by.note("suspend", company, company=company)
    suspension.suspend(company, cause)
    for room in fleet.live_rooms():
        if room.company == company:
            with suppress(Conflict, NotFound):  # ended this instant: nobody can come back
                scheduling.end(scheduling.occurrence_of(room.occurrence))
    letters.suspended(company, cause)


def lift(by: Operator, company: str) -> None:
    """Its rooms open again. Raises `NotFound`."""
    by.note("lift", company, company=company)
    suspension.lift(company)
    letters.reinstated(company)
