"""Doors of the shared link: who comes by it, who switches it on and off, who adds people in mid-meeting."""

from chalicelib import sessions, throttle
from chalicelib.accounts.documents import VERSIONS
from chalicelib.accounts.models import Account
from chalicelib.doors import Answer, Door, Json, Page, Redirect, Request, form_errors
from chalicelib.errors import BadInput, FormErrors, Gone, NotFound
from chalicelib.errors import mark as _
from chalicelib.sessions import Cookie

from . import admission, announcing, invitations, organisers, rules, scheduling, series_words, shared
from .room_routes import all_gone_by, controller_of, guest_state
from .scheduling import Planned

routes = Door(__name__)

TURNS = {"on": True, "renew": True, "off": False}
ADDED, WINDOW = 30, 3_600
"""How many times one person in a room may add people in so many seconds."""


@routes.page("/r/{link}")
def shared_door(request: Request, link: str) -> Answer:
    """A shared link. Looking at it changes nothing."""
    planned = shared.planned_of(link)
    request.allow_framing(str(planned.meeting.company))
    return _page(request, link, planned, {})


@routes.form("/r/{link}")
def somebody_enters(request: Request, link: str) -> Answer:
    """Somebody gives first name and name, and waits."""
    planned = shared.planned_of(link)
    request.allow_framing(str(planned.meeting.company))
    try:
        names = admission.Names(*rules.person_names(request.form))
        token = shared.enter(planned, names, request.pass_token, request.address, VERSIONS["policy"])
    except FormErrors as error:
        return _page(request, link, planned, form_errors(request, error))
    return Redirect(f"/m/{planned.occurrence.id}", cookies=[Cookie(sessions.PASS, token)])


@routes.form("/meetings/{meeting}/link")
def turn_link(request: Request, meeting: str) -> Answer:
    """Switches the link on or off, or renews it."""
    planned = scheduling.find_open(request.account, meeting)
    turn = request.form.get("turn", "")
    if turn not in TURNS:
        raise BadInput
    if turn != "on" or not planned.meeting.shared_at:
        shared.turn(planned, TURNS[turn])
    return Redirect(f"/meetings/{meeting}?done=link_{turn}")


@routes.api("/api/occurrences/{occurrence}/link", ["POST"])
def link_in_room(request: Request, occurrence: str) -> Answer:
    """The shared link with its text, for a host in the room; switched on if it was off."""
    planned, host = _hosted(request, occurrence)
    shared.switched_on(planned)
    return Json({"link": shared.url(planned.meeting), "text": shared.text(planned, host, request.language)})


@routes.api("/api/occurrences/{occurrence}/invitations", ["POST"])
def invite_in_room(request: Request, occurrence: str) -> Answer:
    """Invites people by e-mail in mid-meeting; their mails go at once."""
    planned, host = _hosted(request, occurrence)
    typed = request.json.get("invitees")
    if not isinstance(typed, str):
        raise BadInput
    throttle.hit("added", occurrence, ADDED, WINDOW)
    try:
        people = rules.read_invitees({"invitees": typed}).addresses
        if not people:
            raise FormErrors({"invitees": _("Indiquez au moins une adresse.")})
        invitations.invite(planned, host, people)
    except FormErrors as error:
        raise BadInput(error.fields["invitees"], **error.values) from error
    return Json({"invited": len(people)}, status=201)


def _hosted(request: Request, occurrence: str) -> tuple[Planned, Account]:
    """The meeting of a room in which the caller is host or co-host, and the account of its host. Raises `Gone`,
    `NotAllowed`, `NotFound`."""
    found, person = admission.hosting(occurrence, request.visitor, request.pass_token)
    admission.may_join(found, person)
    planned = scheduling.read(found.id)
    return planned, organisers.host_of(planned.meeting)


def _page(request: Request, link: str, planned: Planned, errors: dict[str, str]) -> Page:
    try:
        host = organisers.host_of(planned.meeting)
    except NotFound as fault:
        raise Gone from fault
    occurrence = planned.occurrence
    return Page(
        "pages/guest.html",
        {
            "door": f"/r/{link}",
            "my_data": "",
            "state": guest_state(occurrence, mine=True),
            "meeting": announcing.shown(occurrence, host) | {"series": series_words.both(planned)},
            "form": request.form if request.method == "POST" else {},
            "errors": errors,
            "controller": controller_of(request, occurrence),
            "delete_at": all_gone_by(planned),
        },
        status=400 if errors else 200,
    )
