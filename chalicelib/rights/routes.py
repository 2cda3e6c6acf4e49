"""The doors by which people exercise rights, and follow what becomes of it. None needs an account."""

from typing import Any

from chalicelib import clock, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.answers import again, typed
from chalicelib.accounts.rules import Checked
from chalicelib.doors import Answer, Door, File, Page, Redirect, Request
from chalicelib.errors import BadInput, FormErrors, NotAllowed, TooMany
from chalicelib.errors import mark as _
from chalicelib.gateways.transfer import NotAccepted
from chalicelib.meetings import links as meeting_links

from . import answering, erasing, finishing, identity, intake, links, packages, pushing, splitting, steps
from .intake import Wish
from .models import Part
from .models import Request as File_
from .rules import LABELS, Right, State

routes = Door(__name__)

PER_ORIGIN = (20, 3_600)
CHOOSE = _("Choisissez ce que vous demandez.")
CODE = _("Indiquez le code reçu par courriel.")
OFFERED = tuple(right for right in Right if right is not Right.REVIEW)
"""A review is asked where the refusal is shown: `chalicelib.rights.decision_routes`."""
OF_GUESTS = (Right.ACCESS, Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION, Right.OBJECTION)


@routes.page("/rights")
def rights_page(request: Request) -> Answer:
    """The form, for everybody."""
    return _form(request, {})


@routes.form("/rights")
def ask(request: Request) -> Answer:
    """Opens a request."""
    try:
        throttle.hit("rights/origin", request.address, *PER_ORIGIN)
        opened = intake.receive(_wish(request))
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _form(request, errors))
    return Redirect(f"/rights/{links.token(opened)}")


@routes.form("/my-data/{link}/rights")
def ask_as_guest(request: Request, link: str) -> Answer:
    """A guest's request about one meeting: the personal link says who asks."""
    invitation = meeting_links.invitation_of(link)
    check = Checked(request.form)
    right = check.one_of("right", [one.value for one in OF_GUESTS], CHOOSE)
    if check.errors:
        raise BadInput(CHOOSE)
    wish = Wish(
        right=Right(right),
        door="guest",
        email=invitation.email,
        language=request.language,
        words=request.form.get("words", ""),
        freeze=bool(request.form.get("freeze")),
        meeting=invitation.meeting,
        invitation=invitation.id,
    )
    return Redirect(f"/rights/{links.token(intake.receive(wish))}")


@routes.page("/rights/{link}")
def follow(request: Request, link: str) -> Answer:
    """Where a request stands, for whoever has its link: never the data itself."""
    return _shown(request, links.request_of(link), {})


@routes.form("/rights/{link}/send-code")
def send_code(request: Request, link: str) -> Answer:
    """Sends a fresh code to the address concerned."""
    opened = links.request_of(link)
    throttle.hit("rights/code", opened.id, 10, 86_400)
    identity.send_code(opened)
    return Redirect(f"/rights/{link}")


@routes.form("/rights/{link}/code")
def give_code(request: Request, link: str) -> Answer:
    """The code that says who asks."""
    opened = links.request_of(link)
    if opened.identified_at or opened.state == State.CLOSED:
        return Redirect(f"/rights/{link}")
    try:
        if identity.give_code(opened, request.form.get("code", "")):
            identity.settled(opened, "code")
            splitting.split(opened)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    return Redirect(f"/rights/{link}")


@routes.form("/rights/{link}/erase")
def erase(request: Request, link: str) -> Answer:
    """The person has read the plan and confirms it."""
    opened = links.request_of(link)
    part = _own_part(opened)
    account = accounts.find(opened.account, because="consent") if opened.account else None
    if account is None or part.state != State.ANSWERING or opened.right != Right.ERASURE:
        raise NotAllowed
    try:
        if erasing.under_contract(account) and not request.form.get("terminate"):
            raise FormErrors({"terminate": _("Confirmez la fin du contrat : sans elle, le compte est conservé.")})
        _prove_by_code(request, opened)  # also of who is signed in: this can't be undone
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    answering.erase(opened, part, account)
    return Redirect(f"/rights/{link}")


@routes.form("/rights/{link}/parts/{number}")
def download(request: Request, link: str, number: str) -> Answer:
    """Hands out a part's file: to the signed-in person, or against a code sent to the address concerned."""
    opened = links.request_of(link)
    part = _part(opened, number)
    try:
        _prove(request, opened)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    return File(packages.take(opened, part), "application/zip", "iboo.zip")


@routes.form("/rights/{link}/parts/{number}/push")
def push(request: Request, link: str, number: str) -> Answer:
    """Hands a part's file to another provider (art. 20 (2))."""
    opened = links.request_of(link)
    part = _part(opened, number)
    try:
        _prove(request, opened)
        pushing.push(opened, part, request.form.get("provider", ""), request.form.get("url", ""))
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, opened, errors))
    except NotAccepted:
        wrong = FormErrors(
            {"url": _("Ce prestataire n’a pas accepté le fichier. Vérifiez l’adresse qu’il vous a donnée.")}
        )
        return again(request, wrong, lambda errors: _shown(request, opened, errors))
    return Redirect(f"/rights/{link}")


def _wish(request: Request) -> Wish:
    visitor = request.visitor
    check = Checked(request.form)
    right = check.one_of("right", [one.value for one in OFFERED], CHOOSE)
    email = visitor.email if visitor else check.email("email")
    about = check.email("about") if request.form.get("about") else ""
    check.done()
    own = visitor is not None and (not about or about.casefold() == visitor.email.casefold())
    return Wish(
        right=Right(right),
        door="account" if visitor else "form",
        email=email,
        language=request.language,
        about=about,
        words=request.form.get("words", ""),
        account=visitor.id if visitor is not None and own else None,
        freeze=bool(request.form.get("freeze")),
    )


def _prove(request: Request, opened: File_) -> None:
    """Raises `FormErrors` unless the person is signed in to the account concerned or gives a code just sent."""
    visitor = request.visitor
    if visitor is not None and opened.account == visitor.id:
        return
    _prove_by_code(request, opened)


def _prove_by_code(request: Request, opened: File_) -> None:
    """Raises `FormErrors` unless a code just sent to the address concerned is given."""
    if not request.form.get("code"):
        raise FormErrors({"code": CODE})
    if not identity.give_code(opened, request.form["code"]):
        raise FormErrors({"code": identity.NO_CODE})


def _own_part(opened: File_) -> Part:
    found = next((part for part in steps.parts(opened) if not part.company), None)
    if found is None:
        raise NotAllowed
    return found


def _part(opened: File_, number: str) -> Part:
    found = next((part for part in steps.parts(opened) if part.number == number), None)
    if found is None:
        raise NotAllowed
    return found


def _form(request: Request, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "rights": [(right.value, LABELS[right]) for right in OFFERED],
        "email": request.visitor.email if request.visitor else None,
        "own": [
            {"link": links.token(one), "wish": LABELS[Right(one.right)], "opened": one}
            for one in (steps.of_address(request.visitor.email) if request.visitor else [])
        ],
        "form": typed(request) if request.method == "POST" else dict(request.query),
        "errors": errors,
    }
    return Page("pages/rights.html", values)


def _shown(request: Request, opened: File_, errors: dict[str, str]) -> Page:
    parts = steps.parts(opened)
    visitor = request.visitor
    signed_in = visitor is not None and opened.account == visitor.id
    account = accounts.find(opened.account, because="consent") if opened.account else None
    planned = opened.right == Right.ERASURE and account is not None and opened.identified_at
    waiting = any(not part.company and part.state == State.ANSWERING for part in parts)
    plan = erasing.plan(account, terminated=False) if planned and waiting and account else []
    values: dict[str, Any] = {
        "link": links.token(opened),
        "opened": opened,
        "wish": LABELS[Right(opened.right)],
        "outcomes": finishing.SAID,
        "parts": [
            {
                "part": part,
                "lines": finishing.fate_lines(part, request.language),
                "package": packages.find(opened, part),
            }
            for part in parts
        ],
        "plan": finishing.plan_lines(plan, request.language),
        "under_contract": bool(plan) and account is not None and erasing.under_contract(account),
        "signed_in": signed_in,
        "needs_code": not opened.identified_at and opened.state != State.CLOSED,
        "suspended_days": identity.awaited_days(opened, clock.now()),
        "errors": errors,
    }
    return Page("pages/right.html", values)
