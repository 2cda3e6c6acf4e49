"""The people invited, by programs."""

from typing import get_args

from chalicelib.accounts.scopes import Scope
from chalicelib.errors import NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import admission, book, invitations, invitees, rules, scheduling
from chalicelib.meetings.addresses import Address
from chalicelib.meetings.scheduling import Planned

from . import paging, showing
from .door import Call, ProgramDoor
from .operations import Made
from .shapes import Delivery, Invitee, Invitees, NewInvitees, PageQuery

routes = ProgramDoor(__name__)


@routes.operation("GET", "/meetings/{meeting}/invitees", Scope.READ, _("Les invités"), query=PageQuery, answer=Invitees)
def list_invitees(call: Call, meeting: str) -> Invitees:
    """Who is invited, for who manages the meeting."""
    planned = scheduling.find_managed(call.account, meeting)
    people = sorted(invitees.overview(planned.meeting, planned.occurrence), key=lambda one: one.id)
    shown, cursor = paging.page(people, lambda one: (0, one.id), call.query.limit, call.query.cursor)
    return Invitees([_shown(one) for one in shown], cursor)


def _invited(call: Call, meeting: str, made: str) -> Invitees:
    planned = scheduling.find_managed(call.account, made)
    wanted = {one.email.casefold() for one in _people(call)}
    return Invitees([one for one in _everybody(planned) if one.email.casefold() in wanted], None)


@routes.operation(
    "POST",
    "/meetings/{meeting}/invitees",
    Scope.WRITE,
    _("Inviter d’autres personnes"),
    body=NewInvitees,
    answer=Invitees,
    again=_invited,
)
def invite(call: Call, meeting: str) -> Made:
    """Who is invited already stays so, and gets no second mail."""
    planned = scheduling.find_open(call.account, meeting)
    people = _people(call)
    invitations.invite(planned, call.account, people)
    book.used(call.account.company, people)
    return Made(planned.meeting.id)


@routes.operation(
    "DELETE", "/meetings/{meeting}/invitees/{invitee}", Scope.WRITE, _("Retirer une personne : son lien ne vaut plus")
)
def uninvite(call: Call, meeting: str, invitee: str) -> None:
    """Who is in by this link leaves. Doing it twice changes nothing."""
    planned = scheduling.find_open(call.account, meeting)
    found = invitations.find(planned.meeting, invitee)
    if not found.revoked_at:
        invitations.revoke(found)
        admission.drop_invitation(planned.dates, found)


def _resent(call: Call, meeting: str, invitee: str, made: str) -> Invitee:
    planned = scheduling.find_managed(call.account, meeting)
    for one in _everybody(planned):
        if one.id == made:
            return one
    raise NotFound


@routes.operation(
    "POST",
    "/meetings/{meeting}/invitees/{invitee}/resend",
    Scope.WRITE,
    _("Renvoyer l’invitation"),
    answer=Invitee,
    again=_resent,
)
def resend(call: Call, meeting: str, invitee: str) -> Made:
    """Of one that was withdrawn: with a new link."""
    planned = scheduling.find_open(call.account, meeting)
    found = invitations.find(planned.meeting, invitee)
    invitations.resend(planned, call.account, found)
    return Made(found.id)


def _people(call: Call) -> tuple[Address, ...]:
    return rules.invitees_of((one.email, one.name) for one in call.body.invitees)


def _everybody(planned: Planned) -> list[Invitee]:
    return [_shown(one) for one in invitees.overview(planned.meeting, planned.occurrence)]


def _shown(one: invitees.Invitee) -> Invitee:
    state = next(known for known in get_args(Delivery) if known == one.state)
    return Invitee(one.id, one.email, one.name, state, showing.moment(one.state_at))
