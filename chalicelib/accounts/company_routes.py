"""The company's page, and the one where an invited colleague joins it."""

from typing import Any

from chalicelib import pages, seclog
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound, TooMany
from chalicelib.errors import mark as _

from . import actions, members, plans, tries
from .answers import again, enter, said, typed
from .documents import document
from .rules import ADMIN

routes = Door(__name__)

DONE = {
    "company": _("L’entreprise est enregistrée."),
    "invited": _("L’invitation est partie."),
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
    plan = plans.of(account.company)
    values: dict[str, Any] = {
        "company": {"name": company.name, "privacy_contact": company.privacy_contact},
        "plan": {
            "name": pages.translate(request.language)(plan.name),
            "people": plan.people,
            "minutes": plan.minutes,
            "invitations_per_day": plan.invitations_per_day,
        },
        "members": members.people(account),
        "is_admin": account.role == ADMIN,
        "form": typed(request) if part else {},
        "errors": errors,
        "part": part,
        "done": "" if errors else said(request, DONE),
    }
    return Page("pages/company.html", values)
