"""Where anybody reports an abuse, also out of a meeting."""

from chalicelib import pages, throttle
from chalicelib.accounts.answers import again, typed
from chalicelib.doors import Answer, Door, Page, Request
from chalicelib.errors import FormErrors, TooMany

from . import reports

routes = Door(__name__)

PER_ORIGIN = 10
"""Reports from one origin and hour."""


@routes.page("/report")
def report_page(request: Request) -> Answer:
    """The form; ``meeting``: the occurrence it is opened from."""
    person = request.visitor
    known = {"name": f"{person.first_name} {person.name}", "email": person.email} if person else {}
    return _form(request, known | {"place": request.query.get("meeting", "")[: reports.LONGEST_PLACE]}, {})


@routes.form("/report")
def report(request: Request) -> Answer:
    """Takes a report in."""
    try:
        said = reports.read(request.form)
        throttle.hit("report/origin", request.address, PER_ORIGIN, 3_600)
        ticket = reports.take_in(said, request.language, request.visitor)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _form(request, typed(request), errors))
    return Page("pages/report_sent.html", {"reference": ticket.reference, "email": said.email})


def _form(request: Request, form: dict[str, str], errors: dict[str, str]) -> Page:
    translated = pages.translate(request.language)
    shown = [("", translated(reports.CHOOSE)), *((key, translated(words)) for key, words in reports.CATEGORIES.items())]
    return Page("pages/report.html", {"form": form, "errors": errors, "categories": shown})
