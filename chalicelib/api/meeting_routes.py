"""Meetings by programs: the verbs of the pages, for the member for whom the token acts."""

from collections.abc import Iterable

from chalicelib.accounts.scopes import Scope
from chalicelib.errors import mark as _
from chalicelib.meetings import scheduling, timetable
from chalicelib.meetings.models import Occurrence

from . import paging, showing
from .door import Call, ProgramDoor
from .paging import Place
from .shapes import Dates, Meeting, Meetings, MeetingsQuery

routes = ProgramDoor(__name__)


@routes.operation("GET", "/meetings", Scope.READ, _("Les réunions"), query=MeetingsQuery, answer=Meetings)
def list_meetings(call: Call) -> Meetings:
    """Each date on its own; those to come soonest first, the others latest first."""
    account, query = call.account, call.query
    found: Iterable[Occurrence]
    if query.when == "upcoming":
        found, place = scheduling.upcoming(account), _coming
    else:
        found, place = scheduling.past(account), _gone
    dates, cursor = paging.page(found, place, query.limit, query.cursor)
    return Meetings([showing.meeting(account, date) for date in dates], cursor)


@routes.operation("GET", "/meetings/{meeting}", Scope.READ, _("Une réunion"), answer=Meeting)
def get_meeting(call: Call, meeting: str) -> Meeting:
    """One date: of a series without a number, the one that is on or comes next."""
    return showing.meeting(call.account, scheduling.find_seen(call.account, meeting).occurrence)


@routes.operation("GET", "/meetings/{meeting}/dates", Scope.READ, _("Les dates d’une réunion"), answer=Dates)
def list_dates(call: Call, meeting: str) -> Dates:
    """All dates of a meeting."""
    planned = scheduling.find_seen(call.account, meeting)
    return Dates([showing.meeting(call.account, date) for date in planned.dates])


def _coming(date: Occurrence) -> Place:
    return int(date.ends_at), date.id


def _gone(date: Occurrence) -> Place:
    return -timetable.end_of(date), date.id
