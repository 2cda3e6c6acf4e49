"""What a customer sees: the instruction form behind the link in the mail, and the privacy contact's page."""

from typing import Any

from chalicelib import clock, pages, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import proving
from chalicelib.accounts.answers import again
from chalicelib.accounts.members import accounts_of, require
from chalicelib.accounts.roles import Power
from chalicelib.doors import Answer, Door, File, Json, Page, Redirect, Request
from chalicelib.errors import FormErrors, TooMany
from chalicelib.meetings import changes
from chalicelib.register import ROWS, Role

from . import breaches, finishing, forwarding, guest_data, links, record, returning, subprocessors
from .models import Part
from .models import Request as File_
from .rules import LABELS, Outcome, Right, State

routes = Door(__name__)


@routes.page("/instructions/{link}")
def instruction_page(request: Request, link: str) -> Answer:
    """One page: who asks what, until when, what a click does."""
    opened, part = links.part_of(link)
    return _instruction(request, link, opened, part, {})


@routes.form("/instructions/{link}")
def instruct(request: Request, link: str) -> Answer:
    """The customer's decision, executed this instant."""
    opened, part = links.part_of(link)
    decision = "refuse" if request.form.get("decision") == "refuse" else "grant"
    try:
        forwarding.instruct(opened, part, decision, request.form.get("reason", ""))
    except FormErrors as fault:
        return again(request, fault, lambda errors: _instruction(request, link, opened, part, errors))
    return Redirect(f"/instructions/{link}")


@routes.page("/company/privacy")
def privacy_contact_page(request: Request) -> Answer:
    """The privacy contact's page: requests with their clocks, notices, subprocessors, the security annex."""
    return _contact_page(request, {})


def _contact_page(request: Request, errors: dict[str, str]) -> Page:
    account = request.account
    require(account, Power.DATA)
    values: dict[str, Any] = {
        "errors": errors,
        "factor": proving.asked(account),
        "waiting": [
            {"wish": LABELS[Right(opened.right)], "part": part, "link": links.part_token(opened, part)}
            for opened, part in forwarding.open_of(account.company)
        ],
        "breaches": breaches.of_company(account.company),
        "subprocessors": subprocessors.every(),
        "processed": [row for row in ROWS if Role.PROCESSOR in row.roles],
        "now": clock.now(),
    }
    return Page("pages/company_privacy.html", values)


@routes.form("/company/privacy/assessment-kit")
def assessment_kit(request: Request) -> Answer:
    """What the customer needs of us for an impact assessment, from the register."""
    account = request.account
    require(account, Power.DATA)
    active = [(one.name, one.place) for one in subprocessors.every() if one.state == "announced"]
    kit = record.assessment_kit(accounts.company_name(account), active)
    return Json(kit, headers={"Content-Disposition": 'attachment; filename="iboo-dpia.json"'})


@routes.form("/company/privacy/return")
def return_data(request: Request) -> Answer:
    """Everything kept on the customer's behalf, to take along (art. 28 (3) g)."""
    account = request.account
    require(account, Power.DATA)
    throttle.hit("return", account.company, 10, 86_400)
    return File(returning.package(account.company), "application/zip", "iboo-meetings.zip")


@routes.form("/company/privacy/erase")
def erase_data(request: Request) -> Answer:
    """The same, erased now; the password says that it is meant."""
    account = request.account
    require(account, Power.DATA)
    try:
        proving.require(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _contact_page(request, errors))
    for member in accounts_of(account.company):
        changes.cancel_all_of(member)
    return Redirect(f"/certificates/{returning.erase(account.company)}")


@routes.form("/company/privacy/subprocessors/{name}/object")
def object_to_subprocessor(request: Request, name: str) -> Answer:
    """The customer objects to a new subprocessor (art. 28 (2))."""
    account = request.account
    require(account, Power.DATA)
    subprocessors.object_to(name, account, request.form.get("words", ""))
    return Redirect("/company/privacy")


@routes.page("/subprocessors")
def subprocessors_page(request: Request) -> Answer:
    """Who works for us, where, under which contract: public."""
    return Page("pages/subprocessors.html", {"subprocessors": subprocessors.every()})


def _instruction(request: Request, link: str, opened: File_, part: Part, errors: dict[str, str]) -> Page:
    held = guest_data.items(part.meetings or [], opened.email_hash, str(part.company or ""))
    found = held if part.state == State.FORWARDED else []
    counted: dict[str, int] = {}
    for item in found:
        label = getattr(item.row.label, request.language)
        counted[label] = counted.get(label, 0) + 1
    values: dict[str, Any] = {
        "link": link,
        "opened": opened,
        "part": part,
        "wish": LABELS[Right(opened.right)],
        "counted": counted,
        "lines": finishing.fate_lines(part, request.language),
        "open": part.state == State.FORWARDED,
        "outcome": pages.translate(request.language)(finishing.SAID[Outcome(part.outcome)]) if part.outcome else "",
        "errors": errors,
        "form": request.form if errors else {},
    }
    return Page("pages/instruction.html", values)
