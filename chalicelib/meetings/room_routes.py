"""Doors of the meeting itself: a guest's link, the room's page, and what its scripts ask (docs/protocol.md)."""

from typing import Any

from chalicelib import clock, pages, sessions, settings, storage, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import plans, suspension
from chalicelib.accounts.documents import VERSIONS
from chalicelib.accounts.models import Account, Company
from chalicelib.doors import Answer, Door, Json, Page, Redirect, Request, Text, error_words, form_errors
from chalicelib.errors import BadInput, FormErrors, Gone, LinkInUse, NotAllowed
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.fleet import relays
from chalicelib.fleet.actions import Joining
from chalicelib.register.events import Event
from chalicelib.sessions import Cookie
from chalicelib.signalling.messages import Push

from . import (
    admission,
    announcing,
    attendance,
    calling,
    chat,
    invitations,
    links,
    lobby,
    moderation,
    my_data,
    opening,
    rules,
    scheduling,
    series_words,
    times,
    timetable,
    troubles,
)
from .models import Invitation, Occurrence, Participant
from .scheduling import Planned

routes = Door(__name__)

LARGEST_OFFER = 500_000
"""Characters."""
LINES, WINDOW = 40, 60
"""How many lines one person may write in so many seconds."""


@routes.page("/i/{link}")
def guest_door(request: Request, link: str) -> Answer:
    """A personal link. Looking at it changes nothing."""
    invitation = links.invitation_of(link)
    request.allow_framing(_company_of(invitation))
    return _guest_page(request, link, invitation, {}, None)


@routes.form("/i/{link}")
def guest_enters(request: Request, link: str) -> Answer:
    """A guest gives first name and name."""
    invitation = links.invitation_of(link)
    request.allow_framing(_company_of(invitation))
    try:
        names = admission.Names(*rules.person_names(request.form))
        takeover = request.form.get("takeover") == "yes"
        token = admission.enter(invitation, names, request.pass_token, takeover, VERSIONS["policy"])
    except FormErrors as error:
        return _guest_page(request, link, invitation, form_errors(request, error), None)
    except LinkInUse:
        return _guest_page(request, link, invitation, {}, "in_use")
    occurrence = admission.open_occurrence(invitation)
    return Redirect(f"/m/{occurrence.id}", cookies=[Cookie(sessions.PASS, token)])


@routes.page("/my-data/{link}")
def guest_data(request: Request, link: str) -> Answer:
    """What is kept of a guest, and until when."""
    invitation = links.invitation_of(link)
    planned = scheduling.read(invitation.meeting)
    occurrence = planned.occurrence
    controller = controller_of(request, occurrence)
    return Page(
        "pages/my_data.html",
        {
            "token": link,
            "meeting": {
                "title": occurrence.title,
                "starts_at": int(occurrence.starts_at),
                "timezone": occurrence.timezone,
                "company": controller["name"],
            },
            "controller": controller,
            "held": my_data.held(planned, invitation, pages.translate(request.language)),
            "in_book": my_data.in_book(planned, invitation),
            "attendance": _own_attendance(planned, invitation),
        },
    )


@routes.page("/m/{occurrence}")
def room(request: Request, occurrence: str) -> Answer:
    """The room: preview, waiting room, meeting."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    request.allow_framing(str(found.company))
    if timetable.is_closed(found, clock.now()):
        raise Gone
    host = _host_account(found)
    if host is None:
        raise Gone
    invitation = admission.invitation_of(found, person)
    mine = links.token(invitation) if invitation else ""
    organises = lobby.organises(found, person)
    return Page(
        "pages/room.html",
        {
            "occurrence": found.id,
            "role": person.role,
            "title": found.title,
            "host": f"{host.first_name} {host.name}",
            "company": accounts.company_name(host),
            "my_data_url": f"/my-data/{mine}" if mine else "",
            "back_url": f"/meetings/{found.page}" if organises else (f"/i/{mine}" if mine else "/"),
            "organises": organises,
            "door_refused": opening.refused(found.company),
            "keep": found.keep,
            "kept_until": chat.kept_until(found, clock.now()),
        },
    )


@routes.api("/api/occurrences/{occurrence}/me", ["GET"])
def me(request: Request, occurrence: str) -> Answer:
    """Who the caller is here, and whether they may come in."""
    found, person = _caller(request, occurrence)
    if timetable.is_closed(found, clock.now()):
        raise Gone
    lobby.seen(found, person)
    return Json(
        {
            "participant": person.id,
            "name": person.shown_name,
            "role": person.role,
            "state": person.state,
            "message": _where_one_stands(request, found, person),
            "recording": found.recording and {"id": found.recording, "answered": not admission.asked(found, person)},
            "epoch": fleet.epoch(found.id) if person.state == "admitted" else 0,
            "relays": relays.of_participant(person.id) if person.state == "admitted" else None,
        }
    )


@routes.api("/api/occurrences/{occurrence}/join", ["POST"], content_type="application/sdp")
def join(request: Request, occurrence: str) -> Answer:
    """An SDP offer in, the worker's answer out."""
    found, person = _caller(request, occurrence)
    return enter(request, found, person, f"/api/occurrences/{found.id}/connections/")


def enter(request: Request, found: Occurrence, person: Participant, connections: str) -> Answer:
    """The one way into a room, for browsers as for encoders. ``connections``: where the new one will be found."""
    admission.may_enter(found, person)
    try:
        offer = request.body.decode()
    except UnicodeDecodeError as fault:
        raise BadInput from fault
    if not 0 < len(offer) <= LARGEST_OFFER:
        raise BadInput
    suspension.require_none(found.company)
    if not found.started_at:
        plans.may_meet(found.company)
    with troubles.counted(found.company):
        joined = fleet.join(
            Joining(
                occurrence=found.id,
                company=found.company,
                participant=person.id,
                name=person.shown_name,
                standing=person.standing,
                offer=offer,
                participants=plans.of(found.company).people,
                memory_chat=found.keep == "none",
                expected=lambda: 1 + invitations.number(found.meeting),
            )
        )
    scheduling.started(found)
    location = {"Location": connections + joined.connection}
    return Text(joined.answer, "application/sdp", status=201, headers=location)


@routes.api("/api/occurrences/{occurrence}/connections/{connection}", ["DELETE"])
def leave(request: Request, occurrence: str, connection: str) -> Answer:
    """The tab goes: its tile goes at once."""
    found, person = _caller(request, occurrence)
    fleet.tell(found.id, Push(type="leave", epoch=0, participant=person.id, connection=connection))
    return Json()


@routes.api("/api/occurrences/{occurrence}/chat", ["GET"])
def read_chat(request: Request, occurrence: str) -> Answer:
    """The lines beyond ``after``."""
    found, person = _caller(request, occurrence)
    admission.may_join(found, person)
    after = request.query.get("after", "0")
    if not after.isdecimal() or len(after) > 9:
        raise BadInput
    lines, more = chat.after(found, int(after))
    return Json({"messages": lines, "more": more})


@routes.api("/api/occurrences/{occurrence}/chat", ["POST"])
def say(request: Request, occurrence: str) -> Answer:
    """A line said."""
    found, person = _caller(request, occurrence)
    admission.may_join(found, person)
    identifier, body, reply = request.json.get("id"), request.json.get("body"), request.json.get("reply", 0)
    if not isinstance(identifier, str) or not isinstance(body, str) or not isinstance(reply, int):
        raise BadInput
    throttle.hit("chat", f"{found.id}/{person.id}", LINES, WINDOW)
    return Json({"message": chat.say(found, person, identifier, body, reply)}, status=201)


@routes.api("/api/occurrences/{occurrence}/hand", ["POST"])
def hand(request: Request, occurrence: str) -> Answer:
    """One's own hand, up or down."""
    found, person = _caller(request, occurrence)
    admission.may_join(found, person)
    up = request.json.get("up")
    if not isinstance(up, bool):
        raise BadInput
    moderation.raise_hand(found, person, up)
    return Json()


@routes.api("/api/occurrences/{occurrence}/resume", ["POST"])
def resume(request: Request, occurrence: str) -> Answer:
    """One's own microphone, camera or screen again, after a host stopped it."""
    found, person = _caller(request, occurrence)
    admission.may_join(found, person)
    moderation.resume(found, person, slots_in(request))
    return Json()


def slots_in(request: Request) -> list[str]:
    """The send slots a request names. Raises `BadInput`."""
    slots = request.json.get("slots")
    if not isinstance(slots, list) or not all(isinstance(slot, str) for slot in slots):
        raise BadInput
    return slots


def _where_one_stands(request: Request, occurrence: Occurrence, person: Participant) -> str:
    if person.state == "admitted":
        return ""
    if person.state != "waiting":
        return error_words(request.language, lobby.barred(person))
    calling.call_host(occurrence, person)
    return pages.translate(request.language)(lobby.stands(occurrence))


def _caller(request: Request, occurrence: str) -> tuple[Occurrence, Participant]:
    return admission.identify(occurrence, request.visitor, request.pass_token)


def _company_of(invitation: Invitation) -> str:
    return str(scheduling.read(invitation.meeting).meeting.company)


def _guest_page(
    request: Request, link: str, invitation: Invitation, errors: dict[str, str], state: str | None
) -> Page | Redirect:
    planned = scheduling.read(invitation.meeting)
    occurrence = planned.occurrence
    host = _host_account(occurrence)
    if host is None:  # the account is closed and the meeting over; what was kept is there to be read
        return Redirect(f"/my-data/{link}")
    present = admission.of_invitation(occurrence, invitation)
    if present is not None and present.state in ("refused", "removed"):
        barred = lobby.barred(present)
        raise NotAllowed(barred.message, **barred.values)
    known = {"first_name": present.first_name, "name": present.name} if present else {}
    mine = admission.holds(present, request.pass_token)
    return Page(
        "pages/guest.html",
        {
            "door": f"/i/{link}",
            "my_data": f"/my-data/{link}",
            "state": state or guest_state(occurrence, mine),
            "meeting": announcing.shown(occurrence, host) | {"series": series_words.both(planned)},
            "form": {**(known if mine else {}), **(request.form if request.method == "POST" else {})},
            "errors": errors,
            "controller": controller_of(request, occurrence),
            "delete_at": all_gone_by(planned),
        },
        status=400 if errors else (409 if state else 200),
    )


def all_gone_by(planned: Planned) -> int:
    """When the last of what a guest gives is deleted: after the planned end, what is given now outlives the meeting."""
    by_the_end = int(planned.meeting.delete_by or 0)
    if not planned.open_dates():
        return by_the_end
    given_now = storage.due("participant", {Event.COLLECTED: clock.now()}, planned.meeting.company)
    return max(by_the_end, given_now or 0)


def guest_state(occurrence: Occurrence, mine: bool) -> str:
    """What a guest's page shows. ``mine``: whether this browser holds the link."""
    now = clock.now()
    if occurrence.cancelled_at:
        return "cancelled"
    if timetable.is_closed(occurrence, now):
        return "over"
    if not mine:
        return "in_use"
    return "early" if now < int(occurrence.starts_at) - times.EARLY else "ready"


def controller_of(request: Request, occurrence: Occurrence) -> dict[str, Any]:
    """Who answers for a meeting. A customer may be gone while what its meetings held has its days yet to run."""
    company = storage.get(Company, f"company#{occurrence.company}", "company")
    if company is None:
        name = pages.translate(request.language)(_("L’entreprise qui organisait cette réunion"))
        return {"name": name, "contact": settings.get("RIGHTS_EMAIL")}
    return {"name": company.name, "contact": company.privacy_contact}


def _host_account(occurrence: Occurrence) -> Account | None:
    return storage.get(Account, f"account#{occurrence.host}", "account")


def _own_attendance(planned: Planned, invitation: Invitation) -> attendance.Presence | None:
    """At the last date the person came to."""
    present = (attendance.of_one(date, admission.all_of_invitation(date, invitation)) for date in planned.dates)
    return max((one for one in present if one and one.intervals), key=lambda one: one.intervals[0], default=None)
