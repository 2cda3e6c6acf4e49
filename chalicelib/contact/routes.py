"""Where people write to us, with or without an account."""

from chalicelib import pages, throttle
from chalicelib.accounts.answers import again, typed
from chalicelib.doors import Answer, Door, Page, Request
from chalicelib.errors import FormErrors, TooMany

from . import actions

routes = Door(__name__)

PER_ORIGIN = 10
"""Requests from one origin and hour."""


@routes.page("/contact")
def contact_page(request: Request) -> Answer:
    """The form."""
    person = request.visitor
    known = {"name": f"{person.first_name} {person.name}", "email": person.email} if person else {}
    return _form(request, known | {"topic": request.query.get("topic", "")}, {})


@routes.form("/contact")
def write_to_us(request: Request) -> Answer:
    """Takes a request in."""
    try:
        asked = actions.read(request.form)
        throttle.hit("contact/origin", request.address, PER_ORIGIN, 3_600)
        ticket = actions.take_in(asked, request.language, request.visitor)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _form(request, typed(request), errors))
    return Page("pages/contact_sent.html", {"reference": ticket.reference, "email": ticket.email})


def _form(request: Request, form: dict[str, str], errors: dict[str, str]) -> Page:
    translated = pages.translate(request.language)
    shown = [(key, translated(words)) for key, words in actions.TOPICS.items()]
    return Page("pages/contact.html", {"form": form, "errors": errors, "topics": shown})
