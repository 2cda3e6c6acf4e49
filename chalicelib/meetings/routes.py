"""Pages of the host: what is planned, who is invited, what has been."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from chalicelib import clock, pages
from chalicelib.accounts import actions as accounts
from chalicelib.doors import Answer, Door, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from . import (
    admission,
    attendance,
    book,
    files,
    invitations,
    invitees,
    limits,
    organisers,
    rules,
    saves,
    scheduling,
    series_words,
    shared,
)
from .addresses import Address
from .models import Occurrence
from .scheduling import Planned
from .timetable import is_closed

routes = Door(__name__)

BESIDE: list[Callable[[Request, Occurrence], Mapping[str, Any]]] = []
"""What domains above this one show on a meeting's page: each gives values of its own to the template, as recordings
do. They put themselves here; this domain knows none of them."""

DONE = {
    "planned": _("La réunion est planifiée. Les invitations partent."),
    "changed": _("La réunion est modifiée. Les invités sont prévenus."),
    "organisers": _("Les organisateurs ont changé. Ils sont prévenus."),
    "link_on": _("Le lien à partager fonctionne."),
    "link_renew": _("Le lien à partager est renouvelé : l’ancien ne fonctionne plus."),
    "link_off": _("Le lien à partager ne fonctionne plus."),
    "cancelled": _("La réunion est annulée. Les invités sont prévenus."),
    "invited": _("Les invitations partent."),
    "resent": _("L’invitation est renvoyée."),
    "revoked": _("Le lien est révoqué."),
    "corrected": _("L’adresse est corrigée et l’invitation part. L’ancien lien ne fonctionne plus."),
}
"""What a page says after an act; the address carries the key."""


@routes.page("/meetings")
def meetings(request: Request) -> Answer:
    """Upcoming and past."""
    account = request.account
    upcoming = scheduling.upcoming(account)
    values = {
        "upcoming": [
            {**shown(request, one), "invited": invitations.number(one.meeting), "more": more}
            for one, more in _by_meeting(upcoming)
        ],
        "past": [shown(request, one) for one in _held_or_whole(scheduling.past(account), upcoming)],
    }
    return Page("pages/meetings.html", values)


@routes.form("/meetings/now")
def meet_now(request: Request) -> Answer:
    """A meeting that begins at once."""
    title = pages.translate(request.language)(_("Réunion immédiate"))
    planned = scheduling.meet_now(request.account, title)
    return Redirect(f"/m/{planned.occurrence.id}")


@routes.page("/meetings/{meeting}")
def meeting_page(request: Request, meeting: str) -> Answer:
    """One meeting: when, who is invited, who was there."""
    return meeting_of(request, scheduling.find_seen(request.account, meeting))


@routes.form("/meetings/{meeting}/invitations")
def add_invitees(request: Request, meeting: str) -> Answer:
    """Invites more people."""
    planned = scheduling.find_open(request.account, meeting)
    try:
        pasted = rules.read_invitees(request.form)
        if not pasted.addresses:
            raise FormErrors({"invitees": _("Indiquez au moins une adresse.")})
        invitations.invite(planned, request.account, pasted.addresses)
        remember(request, pasted.addresses)
    except FormErrors as error:
        return meeting_of(request, planned, error)
    return Redirect(f"/meetings/{meeting}?done=invited")


@routes.form("/meetings/{meeting}/invitations/{invitation}/resend")
def resend(request: Request, meeting: str, invitation: str) -> Answer:
    """Sends an invitation again."""
    planned = scheduling.find_open(request.account, meeting)
    try:
        invitations.resend(planned, request.account, invitations.find(planned.meeting, invitation))
    except FormErrors as error:
        return meeting_of(request, planned, error)
    return Redirect(f"/meetings/{meeting}?done=resent")


@routes.form("/meetings/{meeting}/invitations/{invitation}/correct")
def correct(request: Request, meeting: str, invitation: str) -> Answer:
    """Puts an address right and invites by a new link."""
    planned = scheduling.find_open(request.account, meeting)
    found = invitations.find(planned.meeting, invitation)
    try:
        invitees.correct(planned, request.account, found, request.form.get(f"email-{found.id}", ""))
    except FormErrors as error:
        return meeting_of(request, planned, error)
    return Redirect(f"/meetings/{meeting}?done=corrected")


@routes.form("/meetings/{meeting}/invitations/{invitation}/revoke")
def revoke(request: Request, meeting: str, invitation: str) -> Answer:
    """Voids a personal link; who is in by it leaves."""
    planned = scheduling.find_open(request.account, meeting)
    found = invitations.find(planned.meeting, invitation)
    invitations.revoke(found)
    admission.drop_invitation(planned.dates, found)
    return Redirect(f"/meetings/{meeting}?done=revoked")


def meeting_of(request: Request, planned: Planned, error: FormErrors | None = None) -> Page:
    """A meeting's page; what it shows depends on who looks."""
    done = DONE.get(request.query.get("done", ""), "")
    account, hosts = request.account, planned.occurrence.host == request.account.id
    manages = scheduling.manages(account, planned.meeting)
    values: dict[str, Any] = {
        "meeting": {
            **shown(request, planned.occurrence),
            "company": accounts.company_name(account),
            "manages": manages,
            "series": series_words.of(planned, request.language) if planned.is_series else "",
        },
        "dates": _dates(request, planned),
        "organisers": _organisers(planned),
        "shared": _shared(planned) if manages else [],
        "may_share": manages and shared.allowed(account.company),
        "people": people_of(request) if manages else [],
        "invitees": invitees.overview(planned.meeting, planned.occurrence) if manages else [],
        "attendance": attendance.of_all(planned.occurrence) if hosts else [],
        "files": _files(request, planned.occurrence) if hosts else [],
        "saves": [
            {"what": pages.translate(request.language)(files.label(str(save.what))), "at": int(save.at)}
            for save in (saves.of(planned.occurrence) if hosts else [])
        ],
        "form": request.form if error else {},
        "errors": form_errors(request, error) if error else {},
        "done": pages.translate(request.language)(done) if done else "",
    }
    for beside in BESIDE:
        values |= beside(request, planned.occurrence)
    review = limits.review(error, account.company)
    return Page("pages/meeting.html", values, status=400 if error else 200, review=review)


def remember(request: Request, people: Iterable[Address]) -> None:
    """Enters who was invited into the company's book, if that was ticked; of who is in it, that they were invited."""
    found = list(people)
    book.used(request.account.company, found)
    if request.form.get("remember"):
        with suppress(FormErrors):  # a full book is no reason not to invite
            book.keep(request.account, found)


def people_of(request: Request) -> list[dict[str, str]]:
    """Who may be chosen to hold a meeting; nobody where there is no choice."""
    found = organisers.candidates(request.account)
    return [{"id": one.id, "name": f"{one.first_name} {one.name}"} for one in found] if len(found) > 1 else []


def _organisers(planned: Planned) -> dict[str, Any]:
    held_by = organisers.of(planned.meeting)
    if held_by is None:
        return {"host": planned.meeting.host, "host_name": "", "cohosts": {}, "planner": ""}
    planner = held_by.planner
    return {
        "host": held_by.host.id,
        "host_name": f"{held_by.host.first_name} {held_by.host.name}",
        "cohosts": {one.id: f"{one.first_name} {one.name}" for one in held_by.cohosts},
        "planner": f"{planner.first_name} {planner.name}" if planner else "",
    }


def _shared(planned: Planned) -> list[dict[str, str]]:
    """The text to be copied, in each language, while the shared link is on."""
    held_by = organisers.of(planned.meeting)
    if held_by is None or not planned.meeting.shared_at or not shared.allowed(str(planned.meeting.company)):
        return []
    return [{"language": one, "text": shared.text(planned, held_by.host, one)} for one in pages.LANGUAGES]


def _files(request: Request, occurrence: Occurrence) -> list[dict[str, str]]:
    """What can be taken along once somebody was in the room."""
    if not occurrence.started_at:
        return []
    translate = pages.translate(request.language)
    empty = occurrence.keep == "none" or (occurrence.keep == "end" and is_closed(occurrence, clock.now()))
    return [
        {"name": name, "label": translate(kind.label)}
        for name, kind in files.KINDS.items()
        if not (empty and kind.row == "talk")
    ]


def _by_meeting(dates: Iterable[Occurrence]) -> list[tuple[Occurrence, int]]:
    """The first date of each meeting, with how many come after it."""
    found: dict[str, list[Occurrence]] = {}
    for date in dates:
        found.setdefault(date.meeting, []).append(date)
    return [(of_meeting[0], len(of_meeting) - 1) for of_meeting in found.values()]


def _held_or_whole(past: Iterable[Occurrence], upcoming: Iterable[Occurrence]) -> list[Occurrence]:
    """Past dates without those of a series that were cancelled: of one that is off as a whole, a single line stays."""
    shown_once = {date.meeting for date in upcoming}
    kept = []
    for date in past:
        if date.planned_at is None or not date.cancelled_at or date.meeting not in shown_once:
            kept.append(date)
        shown_once.add(date.meeting)
    return kept


def _dates(request: Request, planned: Planned) -> list[dict[str, Any]]:
    """All dates of a series; none of a single meeting."""
    if not planned.is_series:
        return []
    return [
        {
            **shown(request, date),
            "here": date.number == planned.occurrence.number,
            "moved": date.starts_at != date.planned_at,
        }
        for date in planned.dates
    ]


def shown(request: Request, occurrence: Occurrence) -> dict[str, Any]:
    """A meeting as the pages of its organisers show it; the host of a colleague's is looked up."""
    account = request.account
    host = account if occurrence.host == account.id else accounts.find(occurrence.host, because="consent")
    closed = is_closed(occurrence, clock.now())
    return {
        "id": occurrence.page,
        "occurrence": occurrence.id,
        "title": occurrence.title,
        "starts_at": int(occurrence.starts_at),
        "ends_at": int(occurrence.ends_at),
        "timezone": occurrence.timezone,
        "keep": occurrence.keep,
        "host_name": f"{host.first_name} {host.name}" if host else "",
        "is_host": occurrence.host == account.id,
        "can_join": not closed,
        "over": closed and not occurrence.cancelled_at,
        "cancelled": occurrence.cancelled_at is not None,
        "delete_at": int(occurrence.delete_by) if occurrence.delete_by else None,
    }
