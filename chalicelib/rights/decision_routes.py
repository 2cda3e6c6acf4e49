"""What a person does beside requests: asks for a person's look at a refusal, leaves directives for after death."""

from typing import Any

from chalicelib import throttle
from chalicelib.accounts.answers import again
from chalicelib.accounts.rules import Checked
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, TooMany

from . import decisions, directives

routes = Door(__name__)


@routes.page("/decisions/{link}")
def decision_page(request: Request, link: str) -> Answer:
    """A rule refused; here one asks a person."""
    return _decision(request, link, {})


@routes.form("/decisions/{link}")
def ask_a_person(request: Request, link: str) -> Answer:
    """A person shall look at it."""
    found = decisions.of_link(link)
    try:
        throttle.hit("rights/origin", request.address, 20, 3_600)
        check = Checked(request.form)
        email = check.email("email")
        check.done()
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _decision(request, link, errors))
    decisions.ask(found, email, request.form.get("words", ""), request.language)
    return Redirect(f"/decisions/{link}")


@routes.page("/account/directives")
def directives_page(request: Request) -> Answer:
    """What shall become of the account after death."""
    return _directives(request, {})


@routes.form("/account/directives")
def give_directives(request: Request) -> Answer:
    """New directives take the place of the old ones."""
    try:
        directives.give(request.account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _directives(request, errors))
    return Redirect("/account/directives")


@routes.form("/account/directives/revoke")
def revoke_directives(request: Request) -> Answer:
    """None is in force any more."""
    directives.revoke(request.account)
    return Redirect("/account/directives")


def _decision(request: Request, link: str, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "link": link,
        "decision": decisions.of_link(link),
        "email": request.visitor.email if request.visitor else "",
        "form": request.form if errors else {},
        "errors": errors,
    }
    return Page("pages/decision.html", values)


def _directives(request: Request, errors: dict[str, str]) -> Page:
    live = directives.live(request.account.id)
    values: dict[str, Any] = {"live": live, "form": request.form if errors else {}, "errors": errors}
    return Page("pages/directives.html", values)
