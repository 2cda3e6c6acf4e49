"""Reports of abuse and of illegal content: notices in the sense of the Digital Services Act.

A notice says what, where and why, bears a name and an address but for one kind of offence, and is given in good faith
(Regulation (EU) 2022/2065, art. 16). Its receipt is confirmed, the decision told by an answer (art. 16 (4), (5)).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.accounts.models import Account
from chalicelib.accounts.rules import LONGEST_NAME, Checked
from chalicelib.contact import actions
from chalicelib.contact.models import Ticket
from chalicelib.errors import NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import scheduling
from chalicelib.pages import Language

MINORS: Final = "minors"
CATEGORIES: Final[Mapping[str, str]] = {
    "harassment": _("Menaces, harcèlement, intrusion"),
    "fraud": _("Escroquerie, hameçonnage, usurpation d’identité"),
    "illegal": _("Contenu illicite : haine, apologie, atteinte aux droits d’autrui"),
    MINORS: _("Atteinte à un mineur"),
    "spam": _("Invitations non désirées"),
    "other": _("Autre abus"),
}
CHOOSE: Final = _("Choisir…")
LONGEST_PLACE: Final = 500
_OCCURRENCE: Final = re.compile(r"\b([a-z0-9]{8,32}-[0-9]{1,4})\b")
_LINK: Final = re.compile(r"/i/([a-z0-9]{8,32})\.")


@dataclass(frozen=True)
class Report:
    """A report as its form has it, every field checked. ``place``: where it happened, as it was typed."""

    category: str
    place: str
    name: str
    email: str
    body: str


def read(form: Mapping[str, str]) -> Report:
    """The report in a form. Raises `FormErrors`."""
    check = Checked(form)
    category = check.one_of("category", CATEGORIES, _("Dites de quel abus il s’agit."))
    place = " ".join(form.get("place", "").split())
    if len(place) > LONGEST_PLACE:
        check.errors["place"] = _("C’est trop long.")
    nameless = category == MINORS and not form.get("email", "").strip()
    email = "" if nameless else check.email("email")
    name = check.text("name", _("Indiquez votre nom."), LONGEST_NAME) if not nameless else ""
    body = actions.read_body(form, check, _("Dites ce qui s’est passé."))
    check.accepted("faith", _("Confirmez que ce que vous signalez est exact, à votre connaissance."))
    check.done()
    return Report(category, place, name, email, body)


def take_in(report: Report, language: Language, account: Account | None) -> Ticket:
    """Writes the report down, confirms its receipt and tells us."""
    where = f"\n\n{report.place}" if report.place else ""
    ticket = Ticket(
        *actions.new_key(),
        topic=actions.REPORT,
        category=report.category,
        about=_occurrence(report.place),
        name=report.name or None,
        email=report.email or None,
        body=report.body + where,
        language=language,
        account=account.id if account else None,
    )
    actions.keep(ticket)
    return ticket


def _occurrence(place: str) -> str | None:
    """The occurrence that a link or an id in the words leads to, if there is one. The answer never tells."""
    found = _OCCURRENCE.search(place) or _LINK.search(place)
    if found is None:
        return None
    try:
        return scheduling.read(found[1]).occurrence.id
    except NotFound:
        return None
