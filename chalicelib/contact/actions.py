"""Taking in, answering and closing what people write to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib import clock, keyed, log, pages, settings, storage
from chalicelib.accounts.models import Account
from chalicelib.accounts.rules import LONGEST_COMPANY, LONGEST_NAME, Checked
from chalicelib.consents import newsletter
from chalicelib.errors import NotFound
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.pages import Language
from chalicelib.register.events import Event

from .models import Ticket, TicketAnswer

TOPICS: Final[Mapping[str, str]] = {
    "question": _("Une question"),
    "offer": _("Une offre pour mon entreprise"),
    "complaint": _("Une réclamation"),
}
OFFER: Final = "offer"
REPORT: Final = "report"
NAMES: Final[Mapping[str, str]] = {**TOPICS, REPORT: _("Signalement")}
"""What a request is about, reports included: those have a page of their own."""
OPEN: Final = "tickets"
LONGEST: Final = 5_000
RESTS: Final = 90 * 86_400
"""Seconds without a word from either side after which a request is closed."""


@dataclass(frozen=True)
class Asked:
    """A request as its form has it, every field checked."""

    topic: str
    name: str
    email: str
    company: str
    body: str


def read(form: Mapping[str, str]) -> Asked:
    """The request in a form. Raises `FormErrors`."""
    check = Checked(form)
    topic = check.one_of("topic", TOPICS, _("Dites-nous de quoi il s’agit."))
    email = check.email("email")
    name = check.text("name", "", LONGEST_NAME) if form.get("name") else ""
    company = check.text("company", "", LONGEST_COMPANY) if form.get("company") else ""
    body = read_body(form, check, _("Écrivez votre message."))
    check.done()
    return Asked(topic, name, email, company, body)


def read_body(form: Mapping[str, str], check: Checked, missing: str) -> str:
    """What a person writes, on several lines."""
    body = form.get("body", "").replace("\r\n", "\n").strip()
    if not body:
        check.errors["body"] = missing
    elif len(body) > LONGEST:
        check.errors["body"] = _("C’est trop long.")
    return body


def take_in(asked: Asked, language: Language, account: Account | None) -> Ticket:
    """Writes the request down, tells the person its reference and us that it is there."""
    ticket = Ticket(
        *new_key(),
        topic=asked.topic,
        name=asked.name or None,
        email=asked.email,
        company=asked.company or None,
        body=asked.body,
        language=language,
        account=account.id if account else None,
    )
    keep(ticket)
    if asked.topic == OFFER:
        newsletter.wrote_to_us(asked.email, asked.name, asked.company, language)
    return ticket


def keep(ticket: Ticket) -> None:
    """A request of any kind: from now on it waits, and both sides know."""
    now = clock.now()
    ticket.asked_at, ticket.moved_at = now, now
    ticket.list_pk, ticket.list_sk = OPEN, f"{now:012d}#{ticket.reference}"
    storage.create(ticket, {})
    _tell_person(ticket, "contact_received", body=ticket.body)
    _tell_us(ticket)


def answer(reference: str, body: str) -> None:
    """Answers by mail and notes it. Raises `NotFound`, `Frozen`."""
    ticket, now = find(reference), clock.now()
    item = TicketAnswer(ticket.pk, f"answer#{now:012d}", body=body, at=now)
    storage.create(item, {})
    storage.update(ticket, Ticket.moved_at.set(now))
    _tell_person(ticket, "contact_answer", body=body, asked_at=int(ticket.asked_at))


def close(ticket: Ticket) -> None:
    """It is settled: three years from now, request and answers go."""
    now = clock.now()
    for item in list(storage.query(TicketAnswer, ticket.pk, "answer#")):
        storage.happened(item, Event.CLOSED, now)
    listed = (Ticket.list_pk.set(f"tickets#{ticket.account}"),) if ticket.account else (Ticket.list_pk.remove(),)
    storage.happened(ticket, Event.CLOSED, now, Ticket.closed_at.set(now), *listed)


def close_resting() -> int:
    """Closes what has rested for ninety days; the schedule's act. Returns how many."""
    found = [ticket for ticket in open_ones() if clock.now() - ticket.moved_at >= RESTS]
    for ticket in found:
        close(ticket)
    log.info("tickets_closed", count=len(found))
    return len(found)


def new_key() -> tuple[str, str]:
    """Of the next request."""
    return f"ticket#{keyed.new_id()[:4]}-{keyed.new_id()[:8]}", "ticket"


def find(reference: str) -> Ticket:
    """The request. Raises `NotFound`, `Frozen`."""
    ticket = storage.get(Ticket, f"ticket#{reference}", "ticket")
    if ticket is None:
        raise NotFound
    return ticket


def open_ones() -> list[Ticket]:
    """What waits to be settled, oldest first."""
    return list(storage.listed(Ticket, OPEN))


def of_account(account: str) -> list[Ticket]:
    """What an account's person wrote to us while signed in."""
    settled = list(storage.listed(Ticket, f"tickets#{account}"))
    return settled + [ticket for ticket in open_ones() if ticket.account == account]


def answers(ticket: Ticket) -> list[TicketAnswer]:
    """What we answered, oldest first."""
    return list(storage.query(TicketAnswer, ticket.pk, "answer#"))


def _tell_person(ticket: Ticket, name: str, **values: object) -> None:
    if not ticket.email:
        return
    language = pages.pick_language(None, None, ticket.language)
    letter = pages.render_mail(name, [pages.Reader(language)], reference=ticket.reference, **values)
    reply_to = settings.get("CONTACT_EMAIL")
    mailing.post([Mail(to=ticket.email, letter=letter, purpose=name, reply_to=reply_to)])


def _tell_us(ticket: Ticket) -> None:
    values = {
        "topic": NAMES[ticket.topic],
        "body": ticket.body,
        "sender": ticket.name or "",
        "company": ticket.company or "",
        "email": ticket.email or "",
    }
    letter = pages.render_mail("contact_arrived", [pages.Reader("fr")], reference=ticket.reference, **values)
    us = settings.get("CONTACT_EMAIL")
    mailing.post([Mail(to=us, letter=letter, purpose="contact_arrived", reply_to=ticket.email or "")])
