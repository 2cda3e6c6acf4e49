"""Pages by which a meeting is planned, changed, cancelled; a series by one date, those that follow, or as a whole."""

from collections.abc import Mapping
from typing import Any

from chalicelib import clock
from chalicelib.accounts import conduct, house
from chalicelib.doors import Answer, Door, Json, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors, NotFound

from . import changes, invitations, limits, organisers, rules, scheduling, series, series_words, times
from .changes import Scope
from .routes import meeting_of, people_of, remember, shown
from .scheduling import Planned
from .series_words import Dates

routes = Door(__name__)

SCOPES: tuple[Scope, ...] = ("one", "following", "all")


@routes.page("/meetings/new")
def new_meeting(request: Request) -> Answer:
    """An empty form: tomorrow, the next full hour."""
    zone = request.account.timezone
    day, hour = times.typed((clock.now() // 3_600 + 25) * 3_600, zone)
    return _form(request, {"date": day, "time": hour, "timezone": zone, "length": "60"})


@routes.form("/meetings/new")
def plan_meeting(request: Request) -> Answer:
    """Plans and invites; or only shows which dates the series has."""
    account = request.account
    try:
        wanted = rules.read_plan(request.form, clock.now())
        pasted = rules.read_invitees(request.form)
        if request.form.get("show") and wanted.series:
            return _form(request, request.form)
        held_by = organisers.read(account, request.form, planner=account)
        planned = scheduling.plan(account, wanted, pasted.addresses, held_by)
        remember(request, pasted.addresses)
    except FormErrors as error:
        return _form(request, request.form, error)
    return Redirect(f"/meetings/{planned.meeting.id}?done=planned")


@routes.api("/api/meetings/series", ["POST"])
def say_series(request: Request) -> Answer:
    """The dates that a form asks for, in words, while it is being filled in."""
    _account = request.account
    form = {name: value for name, value in request.json.items() if isinstance(value, str)}
    return Json({"words": _words(request, form)})


@routes.page("/meetings/{meeting}/edit")
def edit_meeting(request: Request, meeting: str) -> Answer:
    """The form filled with what holds."""
    planned = scheduling.find_managed(request.account, meeting)
    scope = _scope(planned, request.query)
    return _form(request, as_it_is(planned, scope), planned=planned, scope=scope)


@routes.form("/meetings/{meeting}/edit")
def change_meeting(request: Request, meeting: str) -> Answer:
    """Changes title, time or rhythm; everybody is told."""
    planned = scheduling.find_managed(request.account, meeting)
    scope = _scope(planned, request.form)
    try:
        wanted = rules.read_plan(request.form, clock.now())
        if request.form.get("show") and wanted.series:
            return _form(request, request.form, planned=planned, scope=scope)
        changes.change(request.account, planned, wanted, scope)
    except FormErrors as error:
        return _form(request, request.form, error, planned, scope)
    return Redirect(f"/meetings/{meeting}?done=changed")


@routes.form("/meetings/{meeting}/organisers")
def change_organisers(request: Request, meeting: str) -> Answer:
    """Another host, other co-hosts."""
    planned = scheduling.find_open(request.account, meeting)
    try:
        changes.hand_over(request.account, planned, request.form)
    except FormErrors as error:
        return meeting_of(request, planned, error)
    try:
        scheduling.find_seen(request.account, meeting)
    except NotFound:
        return Redirect("/meetings")
    return Redirect(f"/meetings/{meeting}?done=organisers")


@routes.page("/meetings/{meeting}/cancel")
def ask_cancel(request: Request, meeting: str) -> Answer:
    """What cancelling will do."""
    planned = scheduling.find_managed(request.account, meeting)
    left = planned.open_dates()
    values = {
        "meeting": shown(request, planned.occurrence),
        "invited": invitations.number(planned.meeting.id),
        "following": sum(date.number >= planned.occurrence.number for date in left) if planned.is_series else 0,
        "left": len(left),
    }
    return Page("pages/meeting_cancel.html", values)


@routes.form("/meetings/{meeting}/cancel")
def cancel_meeting(request: Request, meeting: str) -> Answer:
    """Cancels."""
    planned = scheduling.find_managed(request.account, meeting)
    changes.cancel(request.account, planned, _scope(planned, request.form))
    return Redirect(f"/meetings/{meeting}?done=cancelled")


def _scope(planned: Planned, given: Mapping[str, str]) -> Scope:
    """What is changed of a series: one date where nothing else is said."""
    scope = given.get("scope", "one")
    return next((known for known in SCOPES if known == scope and planned.is_series), "one")


def as_it_is(planned: Planned, scope: Scope) -> dict[str, str]:
    """The fields of a form that would change nothing."""
    meeting, date = planned.meeting, planned.occurrence
    if scope == "all" and planned.has_begun():
        date = (planned.open_dates() or [date])[0]
    start, length, zone, title = int(date.starts_at), int(date.ends_at) - int(date.starts_at), date.timezone, date.title
    values = {}
    if scope == "all" and not planned.has_begun():
        start, length, zone = int(meeting.first_at or 0), int(meeting.length or 0), meeting.timezone
        title, values = meeting.title, series.fields(str(meeting.rule))
    day, hour = times.typed(start, zone)
    if date.started_at:
        values["fixed"] = "yes"
    values |= {"title": title, "date": day, "time": hour, "keep": date.keep}
    return values | {"timezone": zone, "length": str(length // 60)}


def _form(
    request: Request,
    form: Mapping[str, str],
    error: FormErrors | None = None,
    planned: Planned | None = None,
    scope: Scope = "one",
) -> Page:
    account = request.account
    house_rules = house.of(account.company)
    page = planned.occurrence.page if planned else ""
    values: dict[str, Any] = {
        "form": {"timezone": account.timezone, **form},
        "errors": form_errors(request, error) if error else {},
        "lengths": times.LENGTHS,
        "keepings": conduct.keepings(house_rules),
        "house": house.told(house_rules, request.language),
        "meeting": {"id": page, "title": planned.occurrence.title} if planned else None,
        "days": series_words.days(request.language),
        "words": _words(request, form),
        "scope": scope if planned and planned.is_series else "",
        "rhythm": planned is None or (scope == "all" and not planned.has_begun()),
        "begun": bool(planned and planned.has_begun()),
        "people": [] if planned else people_of(request),
        "host": form.get("host", account.id),
        "cohosts": [name.removeprefix("cohost_") for name in form if name.startswith("cohost_")],
    }
    review = limits.review(error, account.company)
    return Page("pages/meeting_form.html", values, status=400 if error else 200, review=review)


def _words(request: Request, form: Mapping[str, str]) -> str:
    """The series a form asks for, in words; empty without one, or while something is missing."""
    try:
        wanted = rules.read_plan({"length": "60", **form, "title": "-", "keep": rules.KEEPING[0]}, clock.now())
    except FormErrors:
        return ""
    if wanted.series is None:
        return ""
    dates = Dates(wanted.series.rule, wanted.series.starts, wanted.timezone, wanted.starts_at)
    return series_words.sentence(dates, request.language)
