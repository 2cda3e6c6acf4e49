"""The forms by which an operator acts on a company."""

from collections.abc import Callable

from chalicelib.accounts import suspension
from chalicelib.doors import Answer, Door, Request
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.privacy import closing
from chalicelib.rights.console import for_operators

from . import company_acts, rooms, troubles
from .company_routes import company_shown, require_known
from .frame import HOME, operator, tried

routes = Door(__name__)

DAYS = _("Indiquez un nombre de jours, de 1 à 60.")
INVITATIONS = _("Indiquez un nombre d’invitations par jour, de 1 à 2 000.")
INVITE_DAYS = _("Indiquez un nombre de jours, de 1 à 30.")
CAUSE = _("Dites à l’entreprise pourquoi, en vingt signes au moins.")
NO_MEMBER = _("Aucun membre de cette entreprise n’a cette adresse, ou il n’a pas de second facteur.")
CONFIRM = _("Recopiez l’identifiant de l’entreprise : sa fermeture ne se défait pas.")
LONGEST_CAUSE = 1_000


@routes.form("/console/billing/companies/{company}/trial")
@for_operators
def extend_trial(request: Request, company: str) -> Answer:
    """The trial lasts longer."""

    def act() -> None:
        days = _number(request, "days", company_acts.LONGEST_EXTENSION, DAYS)
        company_acts.extend_trial(operator(request, "trial_reason"), company, days)

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/invitations")
@for_operators
def allow_invitations(request: Request, company: str) -> Answer:
    """More invitations a day than the plan allows."""

    def act() -> None:
        number = _number(request, "invitations", company_acts.MOST_INVITATIONS, INVITATIONS)
        days = _number(request, "invite_days", company_acts.LONGEST_ALLOWANCE, INVITE_DAYS)
        company_acts.allow_invitations(operator(request, "invite_reason"), company, number, days)

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/suspend")
@for_operators
def suspend(request: Request, company: str) -> Answer:
    """Its rooms are closed."""

    def act() -> None:
        cause = request.form.get("cause", "").replace("\r\n", "\n").strip()
        if not 20 <= len(cause) <= LONGEST_CAUSE:
            raise FormErrors({"cause": CAUSE})
        rooms.suspend(operator(request, "suspend_reason"), company, cause)

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/lift")
@for_operators
def lift(request: Request, company: str) -> Answer:
    """Its rooms open again."""

    def act() -> None:
        by = operator(request, "lift_reason")
        if suspension.of(company) is None:
            raise NotFound
        rooms.lift(by, company)

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/member")
@for_operators
def help_member(request: Request, company: str) -> Answer:
    """Lets a member in again: ``what`` is unlock or reset_factor."""
    acts = {"unlock": company_acts.unlock, "reset_factor": company_acts.reset_factor}

    def act() -> None:
        by, do = operator(request, "member_reason"), acts.get(request.form.get("what", ""))
        try:
            if do is None:
                raise NotFound
            do(by, company, request.form.get("email", ""))
        except NotFound as fault:
            raise FormErrors({"email": NO_MEMBER}) from fault

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/resend")
@for_operators
def resend(request: Request, company: str) -> Answer:
    """An invitation that did not arrive goes out again."""

    def act() -> None:
        troubles.resend(operator(request, "resend_reason"), company, request.form.get("which", ""))

    return _tried(request, company, act)


@routes.form("/console/billing/companies/{company}/close")
@for_operators
def close(request: Request, company: str) -> Answer:
    """Ends the company and its members' accounts, as their owner would."""

    def act() -> None:
        by = operator(request, "close_reason")
        if request.form.get("confirm", "").strip() != company:
            raise FormErrors({"confirm": CONFIRM})
        closing.require_closable(company)
        by.note("close_company", company, company=company)
        closing.close_company(company)

    return _tried(request, company, act, HOME)


def _number(request: Request, field: str, most: int, wrong: str) -> int:
    """A whole number of a form, from 1. Raises `FormErrors`."""
    typed = request.form.get(field, "").strip()
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= most):
        raise FormErrors({field: wrong})
    return int(typed)


def _tried(request: Request, company: str, act: Callable[[], None], to: str = "") -> Answer:
    require_known(company)
    return tried(
        request,
        act,
        lambda errors: company_shown(request, company, errors),
        to or f"{HOME}/companies/{company}",
    )
