"""What people wrote to us and what they report: read, answered, settled; and what an operator does about an abuse."""

from typing import Any

from chalicelib.accounts import suspension
from chalicelib.contact import actions as contact
from chalicelib.contact.models import Ticket
from chalicelib.doors import Answer, Door, Page, Request
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Occurrence
from chalicelib.pages import translate
from chalicelib.rights.book_routes import said
from chalicelib.rights.console import OPERATIONS, Book, Line, for_operators, shown

from . import rooms
from .frame import HOME, operator, tried
from .reports import CATEGORIES

routes = Door(__name__)

ANSWER = _("Écrivez la réponse.")


@routes.page("/console/billing/requests")
@for_operators
def requests_page(request: Request) -> Answer:
    """What waits to be settled, oldest first; reports before all else."""
    waiting = sorted(contact.open_ones(), key=lambda one: one.topic != contact.REPORT)
    lines = tuple(
        Line((one.reference, _topic(request, one), said(request, one.asked_at)), link=_at(one)) for one in waiting
    )
    lead = _("Ce que l’on nous écrit. Un signalement se traite d’abord.")
    return shown(
        request,
        Book(_("Demandes et signalements"), lead, (_("Référence"), _("Objet"), _("Reçue le")), lines, room=OPERATIONS),
    )


@routes.page("/console/billing/requests/{reference}")
@for_operators
def request_page(request: Request, reference: str) -> Answer:
    """One of them, with what was answered and what can be done."""
    return _shown(request, contact.find(reference), {})


@routes.form("/console/billing/requests/{reference}/answer")
@for_operators
def answer(request: Request, reference: str) -> Answer:
    """Answers by mail; with ``settled`` it is closed as well."""
    ticket = contact.find(reference)

    def act() -> None:
        words = request.form.get("body", "").replace("\r\n", "\n").strip()
        if not words or len(words) > contact.LONGEST:
            raise FormErrors({"body": ANSWER})
        contact.answer(reference, words)
        if request.form.get("settled"):
            contact.close(contact.find(reference))

    return tried(request, act, lambda errors: _shown(request, ticket, errors), _at(ticket))


@routes.form("/console/billing/requests/{reference}/close")
@for_operators
def close(request: Request, reference: str) -> Answer:
    """Settled without a word."""
    ticket = contact.find(reference)
    return tried(
        request,
        lambda: contact.close(ticket),
        lambda errors: _shown(request, ticket, errors),
        f"{HOME}/requests",
    )


@routes.form("/console/billing/requests/{reference}/end-meeting")
@for_operators
def end_meeting(request: Request, reference: str) -> Answer:
    """Ends the meeting a report is about, for everybody."""
    ticket = contact.find(reference)

    def act() -> None:
        by, occurrence = operator(request), _occurrence(ticket)
        if occurrence is None:
            raise NotFound
        rooms.end(by, occurrence)

    return tried(request, act, lambda errors: _shown(request, ticket, errors), _at(ticket))


def _topic(request: Request, ticket: Ticket) -> str:
    translated = translate(request.language)
    words = translated(contact.NAMES[ticket.topic])
    return f"{words} : {translated(CATEGORIES[ticket.category])}" if ticket.category in CATEGORIES else words


def _at(ticket: Ticket) -> str:
    return f"{HOME}/requests/{ticket.reference}"


def _occurrence(ticket: Ticket) -> Occurrence | None:
    """What a report is about, while it is kept."""
    if not ticket.about:
        return None
    try:
        return scheduling.occurrence_of(ticket.about)
    except NotFound:
        return None


def _shown(request: Request, ticket: Ticket, errors: dict[str, str]) -> Page:
    occurrence = _occurrence(ticket)
    values: dict[str, Any] = {
        "ticket": ticket,
        "topic": _topic(request, ticket),
        "answers": contact.answers(ticket),
        "meeting": None,
        "errors": errors,
        "form": request.form if errors else {},
    }
    if occurrence is not None:
        # Neither title nor names: an operator decides on a report without reading a meeting.
        values["meeting"] = {
            "id": occurrence.id,
            "company": occurrence.company,
            "starts_at": int(occurrence.starts_at),
            "over": rooms.is_over(occurrence),
            "present": len(fleet.present(occurrence.id)),
            "suspended": suspension.of(occurrence.company) is not None,
        }
    return Page("pages/operations_request.html", values)
