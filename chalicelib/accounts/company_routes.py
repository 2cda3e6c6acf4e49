"""The company's page, and the one where an invited colleague joins it."""

from typing import Any

from chalicelib import pages, seclog
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound, TooMany
from chalicelib.errors import mark as _

from . import actions, members, plans, proving, tries
from .answers import again, enter, said, typed
from .documents import document
from .roles import GIVEN, NAMES, POWERS, ROLES, WORDS, Power, known, may, may_touch

routes = Door(__name__)

DONE = {
    "company": _("L’entreprise est enregistrée."),
    "invited": _("L’invitation est partie."),
    "role": _("Le rôle est changé ; il vaut dès maintenant."),
    "owner": _("L’entreprise est transmise. Vous l’administrez désormais avec son nouveau propriétaire."),
    "removed": _("Cette personne ne fait plus partie de l’entreprise."),
}


@routes.page("/company")
def company_page(request: Request) -> Answer:
    """The company, its people and what its plan allows."""
    return _shown(request, "", {})


@routes.form("/company")
def change_company(request: Request) -> Answer:
    """Name and privacy contact."""
    account = request.account
    try:
        members.change_company(account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, "company", errors))
    return Redirect("/company?done=company")


@routes.form("/company/members")
def invite_member(request: Request) -> Answer:
    """Invites a colleague."""
    account = request.account
    try:
        members.invite(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, "invite", errors))
    seclog.record("member_invited", "done", account.email, request.address, request.form.get("email", ""))
    return Redirect("/company?done=invited")


@routes.form("/company/members/{member}/resend")
def resend_invitation(request: Request, member: str) -> Answer:
    """Sends an invitation again, with a new link."""
    members.resend(request.account, member)
    return Redirect("/company?done=invited")


@routes.form("/company/members/{member}/role")
def give_role(request: Request, member: str) -> Answer:
    """Another role for a colleague, at once."""
    account = request.account
    try:
        colleague = members.give_role(account, member, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, "role", errors))
    seclog.record("role_given", "done", account.email, request.address, colleague.email)
    return Redirect("/company?done=role")


@routes.form("/company/owner")
def hand_over(request: Request) -> Answer:
    """The company is a colleague's from now on."""
    account = request.account
    try:
        heir = members.hand_over(account, request.form)
    except (FormErrors, TooMany) as fault:
        seclog.record("owner_changed", "refused", account.email, request.address)
        return again(request, fault, lambda errors: _shown(request, "owner", errors))
    seclog.record("owner_changed", "done", account.email, request.address, heir.email)
    return Redirect("/company?done=owner")


@routes.page("/join/{token}")
def join_page(request: Request, token: str) -> Answer:
    """The form of an invited colleague: looking changes nothing."""
    tries.from_origin("link", request.address)
    return _join(token, {}, {})


@routes.form("/join/{token}")
def join(request: Request, token: str) -> Answer:
    """Opens the colleague's account and signs in."""
    tries.from_origin("link", request.address)
    try:
        account = members.join(token, request.form, request.language)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _join(token, typed(request), errors))
    seclog.record("account_opened", "done", account.email, request.address)
    return enter(request, account, "/meetings")


def _join(token: str, form: dict[str, str], errors: dict[str, str]) -> Page:
    invitation = members.invited(token)
    values: dict[str, Any] = {
        "token": token,
        "company": invitation.company_name,
        "email": invitation.email,
        "form": form,
        "errors": errors,
        "terms_version": document("terms").version,
    }
    return Page("pages/member_join.html", values)


def _shown(request: Request, part: str, errors: dict[str, str]) -> Page:
    account = request.account
    company = actions.company_of(account)
    if company is None:
        raise NotFound
    people = members.people(account)
    plan, translated = plans.of(account.company), pages.translate(request.language)
    values: dict[str, Any] = {
        "company": {"name": company.name, "privacy_contact": company.privacy_contact},
        "plan": {
            "name": translated(plan.name),
            "people": plan.people,
            "minutes": plan.minutes,
            "invitations_per_day": plan.invitations_per_day,
        },
        "members": [
            {"person": one, "role": translated(NAMES[one.role]), "touchable": may_touch(account.role, one.role)}
            for one in people
        ],
        "may": {power.value: may(account.role, power) for power in Power},
        "heirs": [(one.id, one.name) for one in people if not one.pending and not one.you],
        "given": [(role, translated(NAMES[role])) for role in GIVEN],
        "rights": _rights(request),
        "role": translated(NAMES[known(account.role)]),
        "form": typed(request) if part else {},
        "errors": errors,
        "factor": proving.asked(account),
        "part": part,
        "done": "" if errors else said(request, DONE),
    }
    return Page("pages/company.html", values)


def _rights(request: Request) -> dict[str, Any]:
    """The table of roles, in words: what is shown is what is enforced."""
    translated = pages.translate(request.language)
    return {
        "roles": [translated(NAMES[role]) for role in ROLES],
        "lines": [(translated(WORDS[power]), [power in POWERS[role] for role in ROLES]) for power in Power],
    }
