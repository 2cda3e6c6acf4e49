"""What needs a person's judgement: the officer decides, with reasons, and the decision is carried out this instant."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from chalicelib import storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account, Company
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _

from . import answering, directives, freezes, notices, steps
from .models import Part, Request
from .rules import Fate, Outcome, Right, State

CORRECTIONS = (
    ("account.first_name", _("Prénom")),
    ("account.name", _("Nom")),
    ("company.name", _("Nom de l’entreprise")),
)
_FIELDS: dict[str, UnicodeAttribute] = {
    "account.first_name": Account.first_name,
    "account.name": Account.name,
    "company.name": Company.name,
}
REASON = _("Dites pourquoi : la personne le lira.")
VALUE = _("Indiquez la donnée et sa nouvelle valeur.")


def waits(request: Request) -> Part | None:
    """The part that waits for the officer, if one does."""
    return next((one for one in steps.parts(request) if not one.company and one.state == State.ANSWERING), None)


def decide(request: Request, form: Mapping[str, str]) -> None:
    """``form``: outcome (granted, partly, refused), reason, and for a correction ``field`` and ``value``; for heirs
    ``asked``. Raises `FormErrors`, `Conflict`."""
    part = waits(request)
    if part is None:
        raise Conflict
    outcome = Outcome(form["outcome"]) if form.get("outcome") in tuple(Outcome) else None
    if outcome is None or outcome is Outcome.UNIDENTIFIED:
        raise FormErrors({"outcome": _("Choisissez la décision.")})
    reason = form.get("reason", "")
    if outcome is not Outcome.GRANTED and not reason:
        raise FormErrors({"reason": REASON})
    fates = _carried_out(request, form) if outcome is not Outcome.REFUSED else []
    if outcome is Outcome.REFUSED and request.right == Right.DEATH and not directives.heirs_may(form.get("asked", "")):
        reason = f"{reason} {directives.HEIRS_MAY_NOT}"
    answering.decide(request, part, outcome, fates, reason, "officer")
    if request.right != Right.RESTRICTION or outcome is Outcome.REFUSED:
        for freeze in freezes.of_request(request):
            freezes.announce(freeze)


def _carried_out(request: Request, form: Mapping[str, str]) -> list[Fate]:
    right = Right(request.right)
    if right is Right.RECTIFICATION:
        _correct(request, form.get("field", ""), form.get("value", ""))
    elif right is Right.DEATH:
        account = accounts.by_email(form.get("account", ""))
        if account is None:
            raise FormErrors({"account": _("Il n’y a pas de compte à cette adresse.")})
        if form.get("asked") == "directive":
            return directives.execute(request, account)
        if form.get("asked") == "close":
            return answering.closed(request, account)
        if not directives.heirs_may(form.get("asked", "")):
            raise FormErrors({"asked": directives.HEIRS_MAY_NOT})
    return []


def _correct(request: Request, field: str, value: str) -> None:
    """The new value; who received the old one is told. Issued invoices are not touched: a credit note corrects them."""
    if field not in _FIELDS or not value or not request.account:
        raise FormErrors({"value": VALUE})
    account = accounts.find(request.account, because="rights of another")
    if account is None:
        raise Conflict
    item = account if field.startswith("account.") else accounts.company_of(account)
    if item is None:
        raise Conflict
    old = str(getattr(item, field.partition(".")[2]))
    storage.update(item, _FIELDS[field].set(value), because="consent")
    steps.note(request, "officer", f"rectified:{field}", f"{old} → {value}")
    notices.tell(request, None)
