"""Planning, changing, cancelling by programs: what is asked is read by the rules of the pages' forms."""

from msgspec import UNSET

from chalicelib import clock
from chalicelib.accounts import conduct, house
from chalicelib.accounts.models import Account
from chalicelib.accounts.scopes import Scope
from chalicelib.errors import mark as _
from chalicelib.meetings import book, change_routes, changes, organisers, rules, scheduling
from chalicelib.meetings.scheduling import Planned

from . import showing
from .door import Call, ProgramDoor
from .operations import Made
from .shapes import Cancellation, Meeting, MeetingChange, NewMeeting, Repeat
from .shapes import Scope as Dates

routes = ProgramDoor(__name__)


def _planned(call: Call, made: str) -> Meeting:
    return showing.meeting(call.account, scheduling.find_seen(call.account, made).occurrence)


@routes.operation(
    "POST",
    "/meetings",
    Scope.WRITE,
    _("Planifier une réunion et inviter"),
    body=NewMeeting,
    answer=Meeting,
    status=201,
    again=_planned,
)
def plan_meeting(call: Call) -> Made:
    """Plans and invites; host and co-hosts get their confirmation by mail."""
    account, asked = call.account, call.body
    form = _form(account, asked)
    wanted = rules.read_plan(form, clock.now())
    people = rules.invitees_of((one.email, one.name) for one in asked.invitees)
    held_by = organisers.read(account, form, planner=account)
    planned = scheduling.plan(account, wanted, people, held_by)
    book.used(account.company, people)
    return Made(planned.meeting.id)


@routes.operation(
    "PATCH", "/meetings/{meeting}", Scope.WRITE, _("Modifier une réunion"), body=MeetingChange, answer=Meeting
)
def change_meeting(call: Call, meeting: str) -> Meeting:
    """What is left out stays; everybody invited is told of what changes."""
    planned = scheduling.find_managed(call.account, meeting)
    scope = _scope(planned, call.body.scope)
    form = change_routes.as_it_is(planned, scope) | _given(call.body)
    changes.change(call.account, planned, rules.read_plan(form, clock.now()), scope)
    return _planned(call, meeting)


@routes.operation(
    "POST", "/meetings/{meeting}/cancel", Scope.WRITE, _("Annuler une réunion"), body=Cancellation, answer=Meeting
)
def cancel_meeting(call: Call, meeting: str) -> Meeting:
    """Everybody invited is told."""
    planned = scheduling.find_managed(call.account, meeting)
    changes.cancel(call.account, planned, _scope(planned, call.body.scope))
    return _planned(call, planned.occurrence.page)


def _scope(planned: Planned, wanted: Dates) -> Dates:
    return wanted if planned.is_series else "one"


def _form(account: Account, asked: NewMeeting) -> dict[str, str]:
    """The fields of the page's form."""
    form = {
        "title": asked.title,
        "date": asked.date.isoformat(),
        "time": asked.time,
        "timezone": asked.timezone,
        "length": str(asked.minutes),
        "keep": asked.keep or conduct.keepings(house.of(account.company))[0],
        "host": asked.host or "",
    }
    form |= {f"cohost_{one}": "yes" for one in asked.cohosts}
    return form | (_rhythm(asked.repeat) if asked.repeat else {})


def _rhythm(asked: Repeat) -> dict[str, str]:
    days = {f"day_{day}": "yes" for day in asked.days}
    if asked.until is not None:
        return days | {"repeat": asked.every, "ends": "until", "until": asked.until.isoformat()}
    return days | {"repeat": asked.every, "ends": "count", "count": str(asked.count or "")}


def _given(asked: MeetingChange) -> dict[str, str]:
    """Only the fields that are there."""
    names = {"title": "title", "date": "date", "time": "time", "timezone": "timezone", "minutes": "length"}
    found = {form: getattr(asked, name) for name, form in {**names, "keep": "keep"}.items()}
    return {form: str(value) for form, value in found.items() if value is not UNSET}
