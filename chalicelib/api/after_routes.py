"""What is left of meetings, by programs: attendance, recordings without what is in them, the company's numbers."""

from typing import get_args

from chalicelib import settings
from chalicelib.accounts import members
from chalicelib.accounts.roles import Power
from chalicelib.accounts.scopes import Scope
from chalicelib.errors import NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import attendance, scheduling
from chalicelib.privacy import usage
from chalicelib.recordings import actions as recordings
from chalicelib.recordings import models, watching

from . import showing
from .door import Call, ProgramDoor
from .shapes import Attendance, Month, Presence, Recorded, Recording, Recordings, Role, Stay, Usage

routes = ProgramDoor(__name__)


@routes.operation(
    "GET", "/meetings/{meeting}/attendance", Scope.ATTENDANCE, _("Qui était là, de quand à quand"), answer=Attendance
)
def get_attendance(call: Call, meeting: str) -> Attendance:
    """Of one date, for its host alone."""
    found = attendance.of_all(scheduling.find(call.account, meeting).occurrence)
    return Attendance([_presence(one) for one in found])


@routes.operation(
    "GET", "/meetings/{meeting}/recordings", Scope.RECORDINGS, _("Les enregistrements d’une réunion"), answer=Recordings
)
def list_recordings(call: Call, meeting: str) -> Recordings:
    """Of one date, for its host alone."""
    date = scheduling.find(call.account, meeting).occurrence
    found = recordings.of_occurrence(date.id)
    return Recordings([_recording(one) for one in found if one.state in get_args(Recorded)])


@routes.operation(
    "GET", "/recordings/{recording}", Scope.RECORDINGS, _("Un enregistrement : où il en est"), answer=Recording
)
def get_recording(call: Call, recording: str) -> Recording:
    """The member's own, or one that is shared with them."""
    found = watching.find(call.account, recording)
    if found.state not in get_args(Recorded):
        raise NotFound
    return _recording(found)


@routes.operation("GET", "/usage", Scope.USAGE, _("L’usage de l’entreprise, par mois"), answer=Usage)
def get_usage(call: Call) -> Usage:
    """Numbers, no meeting and nobody in them."""
    members.require(call.account, Power.USAGE)
    return Usage(
        [
            Month(str(one.month), int(one.meetings), int(one.participants), int(one.minutes))
            for one in usage.months(call.account.company)
        ]
    )


def _presence(one: attendance.Presence) -> Presence:
    role = next(known for known in get_args(Role) if known == one.role)
    stays = [Stay(showing.moment(since), showing.moment(until)) for since, until in one.intervals]
    return Presence(one.name, role, one.seconds, stays)


def _recording(one: models.Recording) -> Recording:
    began = int(one.began_at or one.asked_at)
    return Recording(
        id=one.id,
        meeting=str(one.occurrence),
        state=next(known for known in get_args(Recorded) if known == one.state),
        began_at=showing.moment(began),
        seconds=max(int(one.ended_at) - began, 0) if one.ended_at else None,
        url=f"{settings.get('BASE_URL')}/recordings/{one.id}",
        delete_at=showing.moment(int(one.delete_by)) if one.delete_by else None,
    )
