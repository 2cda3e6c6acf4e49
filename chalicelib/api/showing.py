"""Meetings as the interface answers them."""

from datetime import UTC, datetime

from chalicelib import clock, settings
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.meetings import invitations
from chalicelib.meetings.models import Occurrence
from chalicelib.meetings.timetable import is_closed

from .shapes import Keep, Meeting, Member, State

KEEPS: dict[str, Keep] = {"28d": "28d", "end": "end", "none": "none"}


def moment(at: int) -> datetime:
    """A moment as it is written: RFC 3339, UTC."""
    return datetime.fromtimestamp(at, UTC)


def meeting(account: Account, date: Occurrence) -> Meeting:
    """One date of a meeting in which this member has a role."""
    host = account if date.host == account.id else accounts.find(date.host, because="consent")
    return Meeting(
        id=date.page,
        meeting=str(date.meeting),
        title=str(date.title),
        starts_at=moment(int(date.starts_at)),
        ends_at=moment(int(date.ends_at)),
        timezone=str(date.timezone),
        state=_state(date),
        keep=KEEPS[date.keep],
        host=Member(host.id, f"{host.first_name} {host.name}") if host else None,
        series=date.planned_at is not None,
        invited=invitations.number(date.meeting),
        url=f"{settings.get('BASE_URL')}/m/{date.id}",
        delete_at=moment(int(date.delete_by)) if date.delete_by else None,
    )


def _state(date: Occurrence) -> State:
    if date.cancelled_at:
        return "cancelled"
    closed = is_closed(date, clock.now())
    return "over" if closed else "begun" if date.started_at else "planned"
