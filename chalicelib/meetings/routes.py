"""Pages of the host: meetings planned, changed, cancelled, and who is invited."""

from collections.abc import Mapping
from typing import Any

from chalicelib import clock, pages
from chalicelib.accounts import actions as accounts
from chalicelib.doors import Answer, Door, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from . import admission, attendance, files, invitations, rules, saves, scheduling, times
from .models import Occurrence
from .scheduling import Planned, is_closed

routes = Door(__name__)

DONE = {
    "planned": _("La réunion est planifiée. Les invitations partent."),
    "changed": _("La réunion est modifiée. Les invités sont prévenus."),
    "cancelled": _("La réunion est annulée. Les invités sont prévenus."),
    "invited": _("Les invitations partent."),
    "resent": _("L’invitation est renvoyée."),
    "revoked": _("Le lien est révoqué."),
}
"""What a page says after an act; the address carries the key."""


@routes.page("/meetings")
def meetings(request: Request) -> Answer:
    """Upcoming and past."""
    account = request.account
    values = {
        "upcoming": [
            {**_shown(request, one), "invited": invitations.number(one.meeting)} for one in scheduling.upcoming(account)
        ],
        "past": [_shown(request, one) for one in scheduling.past(account)],
    }
    return Page("pages/meetings.html", values)


@routes.form("/meetings/now")
def meet_now(request: Request) -> Answer:
    """A meeting that begins at once."""
    title = pages.translate(request.language)(_("Réunion immédiate"))
    planned = scheduling.meet_now(request.account, title)
    return Redirect(f"/m/{planned.occurrence.id}")


@routes.page("/meetings/new")
def new_meeting(request: Request) -> Answer:
    """An empty form: tomorrow, the next full hour."""
    zone = request.account.timezone
    day, hour = times.typed((clock.now() // 3_600 + 25) * 3_600, zone)
    return _form(request, {"date": day, "time": hour, "timezone": zone, "length": "60"})


@routes.form("/meetings/new")
def plan_meeting(request: Request) -> Answer:
    """Plans and invites."""
    account = request.account
    try:
        wanted = rules.read_plan(request.form, clock.now())
        pasted = rules.read_invitees(request.form)
        planned = scheduling.plan(account, wanted, pasted.addresses)
    except FormErrors as error:
        return _form(request, request.form, error)
    return Redirect(f"/meetings/{planned.meeting.id}?done=planned")


@routes.page("/meetings/{meeting}")
def meeting_page(request: Request, meeting: str) -> Answer:
    """One meeting: when, who is invited, who was there."""
    return _meeting(request, scheduling.find(request.account, meeting))


@routes.page("/meetings/{meeting}/edit")
def edit_meeting(request: Request, meeting: str) -> Answer:
    """The form filled with what holds."""
    planned = scheduling.find(request.account, meeting)
    occurrence = planned.occurrence
    day, hour = times.typed(int(occurrence.starts_at), occurrence.timezone)
    minutes = (int(occurrence.ends_at) - int(occurrence.starts_at)) // 60
    values = {"title": occurrence.title, "date": day, "time": hour, "keep": occurrence.keep}
    if occurrence.started_at:
        values["fixed"] = "yes"
    return _form(request, {**values, "timezone": occurrence.timezone, "length": str(minutes)}, planned=planned)


@routes.form("/meetings/{meeting}/edit")
def change_meeting(request: Request, meeting: str) -> Answer:
    """Changes title or time; everybody is told."""
    planned = scheduling.find(request.account, meeting)
    try:
        scheduling.change(request.account, planned, rules.read_plan(request.form, clock.now()))
    except FormErrors as error:
        return _form(request, request.form, error, planned)
    return Redirect(f"/meetings/{meeting}?done=changed")


@routes.page("/meetings/{meeting}/cancel")
def ask_cancel(request: Request, meeting: str) -> Answer:
    """What cancelling will do."""
    planned = scheduling.find(request.account, meeting)
    invited = invitations.number(meeting)
    return Page("pages/meeting_cancel.html", {"meeting": _shown(request, planned.occurrence), "invited": invited})


@routes.form("/meetings/{meeting}/cancel")
def cancel_meeting(request: Request, meeting: str) -> Answer:
    """Cancels."""
    scheduling.cancel(request.account, scheduling.find(request.account, meeting))
    return Redirect(f"/meetings/{meeting}?done=cancelled")


@routes.form("/meetings/{meeting}/invitations")
def add_invitees(request: Request, meeting: str) -> Answer:
    """Invites more people."""
    planned = scheduling.find_open(request.account, meeting)
    try:
        pasted = rules.read_invitees(request.form)
        if not pasted.addresses:
            raise FormErrors({"invitees": _("Indiquez au moins une adresse.")})
        invitations.invite(planned, request.account, pasted.addresses)
    except FormErrors as error:
        return _meeting(request, planned, error)
    return Redirect(f"/meetings/{meeting}?done=invited")


@routes.form("/meetings/{meeting}/invitations/{invitation}/resend")
def resend(request: Request, meeting: str, invitation: str) -> Answer:
    """Sends an invitation again."""
    planned = scheduling.find_open(request.account, meeting)
    try:
        invitations.resend(planned, request.account, invitations.find(planned.meeting, invitation))
    except FormErrors as error:
        return _meeting(request, planned, error)
    return Redirect(f"/meetings/{meeting}?done=resent")


@routes.form("/meetings/{meeting}/invitations/{invitation}/revoke")
def revoke(request: Request, meeting: str, invitation: str) -> Answer:
    """Voids a personal link; who is in by it leaves."""
    planned = scheduling.find_open(request.account, meeting)
    found = invitations.find(planned.meeting, invitation)
    invitations.revoke(found)
    admission.drop_invitation(planned.occurrence, found)
    return Redirect(f"/meetings/{meeting}?done=revoked")


def _form(
    request: Request, form: Mapping[str, str], error: FormErrors | None = None, planned: Planned | None = None
) -> Page:
    account = request.account
    values: dict[str, Any] = {
        "form": {"timezone": account.timezone, **form},
        "errors": form_errors(request, error) if error else {},
        "lengths": times.LENGTHS,
        "meeting": {"id": planned.meeting.id, "title": planned.occurrence.title} if planned else None,
    }
    return Page("pages/meeting_form.html", values, status=400 if error else 200)


def _meeting(request: Request, planned: Planned, error: FormErrors | None = None) -> Page:
    done = DONE.get(request.query.get("done", ""), "")
    values = {
        "meeting": {**_shown(request, planned.occurrence), "company": accounts.company_name(request.account)},
        "invitees": invitations.overview(planned.meeting),
        "attendance": attendance.of_all(planned.occurrence),
        "files": _files(request, planned.occurrence),
        "saves": [
            {"what": pages.translate(request.language)(files.label(str(save.what))), "at": int(save.at)}
            for save in saves.of(planned.occurrence)
        ],
        "form": request.form if error else {},
        "errors": form_errors(request, error) if error else {},
        "done": pages.translate(request.language)(done) if done else "",
    }
    return Page("pages/meeting.html", values, status=400 if error else 200)


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


def _shown(request: Request, occurrence: Occurrence) -> dict[str, Any]:
    """A meeting as the pages of its host show it; nothing is looked up."""
    account = request.account
    closed = is_closed(occurrence, clock.now())
    return {
        "id": occurrence.meeting,
        "occurrence": occurrence.id,
        "title": occurrence.title,
        "starts_at": int(occurrence.starts_at),
        "ends_at": int(occurrence.ends_at),
        "timezone": occurrence.timezone,
        "keep": occurrence.keep,
        "host_name": f"{account.first_name} {account.name}",
        "is_host": True,
        "can_join": not closed,
        "over": closed and not occurrence.cancelled_at,
        "cancelled": occurrence.cancelled_at is not None,
        "delete_at": int(occurrence.delete_by) if occurrence.delete_by else None,
    }
