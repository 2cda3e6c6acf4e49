"""The officer's console: entering, requests by deadline, and one request with what can be done about it."""

from typing import Any

from chalicelib import clock, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.answers import again
from chalicelib.accounts.rules import Checked
from chalicelib.doors import Answer, Door, File, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound, TooMany
from chalicelib.errors import mark as _
from chalicelib.privacy import census
from chalicelib.register import ROWS

from . import breaches, decisions, evidence, extending, finishing, freezes, holds, identity, judging, officers, steps
from .console import guarded
from .models import Request as File_
from .rules import LABELS, Outcome, Right, alert_level

routes = Door(__name__)


@routes.page("/console/enter")
def enter_page(request: Request) -> Answer:
    """Asks for the second factor; at the first visit shows how to set it up."""
    return _entering(request, {})


@routes.form("/console/enter")
def enter(request: Request) -> Answer:
    """The second factor."""
    account = request.account
    officer = officers.find(account.id)
    if officer is None or request.session is None:
        raise NotFound
    try:
        throttle.hit("console", account.id, 10, 900)
        officers.give_code(officer, request.session, request.form.get("code", ""))
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _entering(request, errors))
    return Redirect("/console" if officers.has_role(account.id, officers.DPO) else "/console/billing")


@routes.page("/console")
@guarded
def overview(request: Request) -> Answer:
    """What waits, the most urgent first, and where each book stands."""
    now = clock.now()
    late = sum(int(result.late) for result in census.results())
    values: dict[str, Any] = {
        "operator": officers.has_role(request.account.id, officers.OPERATOR),
        "requests": [
            {
                "opened": opened,
                "wish": LABELS[Right(opened.right)],
                "level": alert_level(int(opened.received_at), int(opened.due_at), now),
            }
            for opened in steps.open_ones()
        ],
        "counts": {
            "holds": len(holds.open_ones()),
            "freezes": len(freezes.open_ones()),
            "breaches": sum(one.state == "open" for one in breaches.every()),
            "decisions": len(decisions.waiting()),
            "unsigned": sum(len(row.unsigned) for row in ROWS),
            "late": late,
        },
    }
    return Page("pages/console.html", values)


@routes.page("/console/requests/{identifier}")
@guarded
def request_page(request: Request, identifier: str) -> Answer:
    """One request, its clocks, parts and history."""
    return _shown(request, _find(identifier), {})


@routes.form("/console/requests/{identifier}/extend")
@guarded
def extend(request: Request, identifier: str) -> Answer:
    """Two months more, with reasons."""
    opened = _find(identifier)
    try:
        extending.extend(opened, request.form.get("reason", ""))
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    return Redirect(f"/console/requests/{identifier}")


@routes.form("/console/requests/{identifier}/doubt")
@guarded
def doubt(request: Request, identifier: str) -> Answer:
    """Identity is asked, with its reason."""
    opened = _find(identifier)
    reason = request.form.get("reason", "")
    if not reason:
        wrong = FormErrors({"doubt": _("Dites pourquoi : la personne le lira.")})
        return again(request, wrong, lambda errors: _shown(request, opened, errors))
    identity.doubt(opened, reason)
    identity.send_code(opened)
    return Redirect(f"/console/requests/{identifier}")


@routes.form("/console/requests/{identifier}/decide")
@guarded
def decide(request: Request, identifier: str) -> Answer:
    """The officer's decision on what Iboo answers for, carried out this instant."""
    opened = _find(identifier)
    try:
        judging.decide(opened, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    return Redirect(f"/console/requests/{identifier}")


@routes.form("/console/requests/{identifier}/evidence")
@guarded
def evidence_of_request(request: Request, identifier: str) -> Answer:
    """The file of a request, for a complaint."""
    return File(evidence.of_request(_find(identifier)), "application/zip", f"iboo-request-{identifier}.zip")


@routes.form("/console/evidence")
@guarded
def evidence_of_person(request: Request) -> Answer:
    """What was done for the person of an address; with a breach, what it touched and when they were told."""
    check = Checked(request.form)
    email = check.email("email")
    check.done()
    breach = breaches.find(request.form["breach"]) if request.form.get("breach") else None
    return File(evidence.of_person(email, breach), "application/zip", "iboo-evidence.zip")


def _entering(request: Request, errors: dict[str, str]) -> Page:
    account = request.account
    officer = officers.find(account.id)
    if officer is None:
        raise NotFound
    return Page("pages/console_enter.html", {"enrolment": officers.enrolment(officer, account.email), "errors": errors})


def _find(identifier: str) -> File_:
    opened = steps.find(identifier)
    if opened is None:
        raise NotFound
    return opened


def _shown(request: Request, opened: File_, errors: dict[str, str]) -> Page:
    account = accounts.find(opened.account, because="legal claim") if opened.account else None
    values: dict[str, Any] = {
        "opened": opened,
        "wish": LABELS[Right(opened.right)],
        "parts": [
            {"part": part, "lines": finishing.fate_lines(part, request.language)} for part in steps.parts(opened)
        ],
        "steps": steps.of(opened),
        "suspended_days": identity.awaited_days(opened, clock.now()),
        "frozen": bool(account is not None and account.frozen),
        "freezes": freezes.of_request(opened),
        "judgeable": judging.waits(opened),
        "outcomes": [(outcome.value, finishing.SAID[outcome]) for outcome in Outcome if outcome != "unidentified"],
        "corrections": judging.CORRECTIONS,
        "errors": errors,
        "form": request.form if errors else {},
    }
    return Page("pages/console_request.html", values)
