"""Where people choose: cookies."""

from chalicelib import sessions, throttle
from chalicelib.accounts.documents import document
from chalicelib.consents import choices
from chalicelib.consents.rules import PURPOSES, SWITCHABLE
from chalicelib.doors import Answer, Door, Page, Redirect, Request, own_path
from chalicelib.errors import BadInput
from chalicelib.sessions import Cookie

from . import policy

routes = Door(__name__)

PER_HOUR = 120
"""Choices from one origin: a whole company may sit behind one address."""


@routes.page("/privacy-choices")
def privacy_choices(request: Request) -> Answer:
    """The cookies, what they serve for, and the choice made."""
    values = {"cookies": policy.cookies(), "purposes": PURPOSES, "choice": request.choice}
    return Page("pages/privacy_choices.html", values)


@routes.form("/privacy-choices")
def choose(request: Request) -> Answer:
    """Keeps the choice of the banner or of the panel; closing the banner is refusing."""
    answer = request.form.get("choice", "")
    granted = {
        "accept": SWITCHABLE,
        "refuse": frozenset[str](),
        "some": frozenset(purpose for purpose in SWITCHABLE if request.form.get(f"purpose_{purpose}")),
    }.get(answer)
    if granted is None:
        raise BadInput
    throttle.hit("choice/origin", request.address, PER_HOUR, 3_600)
    channel = "panel" if request.form.get("from") == "panel" else "banner"
    choice = choices.choose(granted, request.choice, channel, document("policy").version)
    back = own_path(request.form.get("next", "") or "/privacy-choices")
    return Redirect(back, [Cookie(sessions.CHOICE, choice.cookie())])
