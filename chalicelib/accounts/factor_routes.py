"""The second factor: asked for at signing in, set up and changed on its page, reset for a colleague."""

from typing import Any

import segno

from chalicelib import seclog, sessions
from chalicelib.doors import Answer, Door, Page, Redirect, Request, own_path
from chalicelib.errors import Conflict, FormErrors, Gone, TooMany
from chalicelib.errors import mark as _

from . import actions, factors, house, links, members, passkeys, proving, roles, totp, tries
from .answers import again, enter, said
from .factor_models import Passkey
from .models import Account
from .roles import Power

routes = Door(__name__)

PAGE = "/account/security"
DONE = {
    "removed": _("Le second facteur est retiré."),
    "added": _("L’application d’authentification est ajoutée."),
    "passkey": _("La clé d’accès est ajoutée."),
    "gone": _("La clé d’accès est retirée."),
    "proved": _("C’est bien vous : vous avez quinze minutes."),
    "reset": _("Le second facteur est réinitialisé ; la personne est prévenue et déconnectée."),
}


@routes.page("/signin/second/{token}")
def second_page(request: Request, token: str) -> Answer:
    """The question after the password."""
    waiting = factors.asked(token, request.browser)
    account = actions.find(waiting.account, because="consent")
    if account is None:
        raise Gone(links.USED_UP)
    return _second(token, account, {})


@routes.form("/signin/second/{token}")
def give_second(request: Request, token: str) -> Answer:
    """The code: signs in."""
    tries.from_origin("signin", request.address)
    waiting = factors.asked(token, request.browser)
    account = actions.find(waiting.account, because="consent")
    if account is None:
        raise Gone(links.USED_UP)
    try:
        factors.give_either(account, request.form)
    except (FormErrors, TooMany) as fault:
        seclog.record("second_factor", "refused", account.email, request.address)
        return again(request, fault, lambda errors: _second(token, account, errors))
    factors.finish(waiting)
    seclog.record("second_factor", "done", account.email, request.address)
    return enter(request, account, own_path(waiting.after), proved=True)


def _second(token: str, account: Account, errors: dict[str, str]) -> Page:
    asked = {"has": True, "passkey": f"/api/signin/second/{token}/passkey" if passkeys.of_account(account.id) else ""}
    return Page("pages/signin_second.html", {"token": token, "factor": asked, "errors": errors})


@routes.page("/account/security")
def security_page(request: Request) -> Answer:
    """What there is, and what can be done."""
    return shown(request, {})


@routes.form("/account/security/prove")
def prove(request: Request) -> Answer:
    """Password and second factor once more, before something grave."""
    account = request.newcomer
    try:
        proving.require(account, request.form)
    except (FormErrors, TooMany) as fault:
        seclog.record("second_factor", "refused", account.email, request.address)
        return again(request, fault, lambda errors: shown(request, errors))
    if request.session is not None:
        sessions.proved(request.session)
    return Redirect(f"{PAGE}?done=proved")


@routes.form("/account/security/totp")
def begin(request: Request) -> Answer:
    """A new secret for an authenticator."""
    if not is_recent(request):
        return Redirect(PAGE)
    factors.begin(request.newcomer)
    return Redirect(PAGE)


@routes.form("/account/security/totp/confirm")
def confirm(request: Request) -> Answer:
    """Its first code; the answer shows the recovery codes, once."""
    account = request.newcomer
    if not is_recent(request):
        return Redirect(PAGE)
    try:
        codes = factors.confirm(account, request.form.get("code", ""))
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: shown(request, errors))
    if request.session is not None:
        sessions.equipped(request.session)
    seclog.record("factor_changed", "done", account.email, request.address)
    return codes_page(codes) if codes else Redirect(f"{PAGE}?done=added")


@routes.form("/account/security/codes")
def renew_codes(request: Request) -> Answer:
    """New recovery codes; the earlier ones are void."""
    account = request.account
    if not is_recent(request):
        return Redirect(PAGE)
    if not factors.has(account.id):
        raise Conflict
    seclog.record("factor_changed", "done", account.email, request.address)
    return codes_page(factors.new_codes(account))


@routes.form("/account/security/totp/remove")
def remove(request: Request) -> Answer:
    """The authenticator counts no more; the last factor stays where the company demands one."""
    account = request.account
    if not is_recent(request):
        return Redirect(PAGE)
    found = factors.authenticator(account.id)
    if found is None:
        raise Conflict
    try:
        factors.remove(account, found)
    except FormErrors as fault:
        return again(request, fault, lambda errors: shown(request, errors))
    seclog.record("factor_changed", "done", account.email, request.address)
    return Redirect(f"{PAGE}?done=removed")


@routes.page("/company/security")
def company_page(request: Request) -> Answer:
    """Who has a second factor; who has lost it is helped here."""
    account = request.account
    members.require(account, Power.MEMBERS)
    people = [one for one in members.people(account) if not one.pending]
    values: dict[str, Any] = {
        "members": [
            {"person": one, "has": factors.has(one.id), "touchable": _may_reset(account, one)} for one in people
        ],
        "obligatory": house.of(account.company).second_factor,
        "done": said(request, DONE),
    }
    return Page("pages/company_security.html", values)


@routes.form("/company/members/{member}/factor/reset")
def reset(request: Request, member: str) -> Answer:
    """A colleague has lost the second factor: by who administers, having proved to be themselves just now."""
    account = request.account
    colleague = members.colleague(account, member)
    if not is_recent(request):
        return Redirect(PAGE)
    factors.reset(colleague)
    seclog.record("factor_reset", "done", account.email, request.address, colleague.email)
    return Redirect("/company/security?done=reset")


def _may_reset(account: Account, person: members.Person) -> bool:
    return not person.you and roles.may_touch(account.role, person.role)


def is_recent(request: Request) -> bool:
    """Whether the person signed in, or proved to be themselves, within a quarter of an hour."""
    return request.session is not None and sessions.is_recent(request.session)


def codes_page(codes: list[str]) -> Page:
    """Recovery codes, shown once."""
    return Page("pages/recovery_codes.html", {"codes": codes})


def shown(request: Request, errors: dict[str, str]) -> Page:
    """The page of the second factor."""
    account = request.newcomer
    found = factors.authenticator(account.id)
    since = int(found.confirmed_at or 0) if found is not None else 0
    secret = found.secret if found is not None and not since and is_recent(request) else ""
    values: dict[str, Any] = {
        "since": since,
        "passkeys": [_line(one) for one in passkeys.of_account(account.id)],
        "factor": proving.asked(account),
        "codes_left": factors.codes_left(account),
        "recent": is_recent(request),
        "obligatory": house.of(account.company).second_factor,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": totp.address(secret, account.email) if secret else "",
        "picture": picture(totp.address(secret, account.email)) if secret else "",
        "errors": errors,
        "done": "" if errors else said(request, DONE),
    }
    return Page("pages/account_security.html", values)


def _line(one: Passkey) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "made_at": int(one.made_at), "used_at": int(one.used_at or 0)}


def picture(address: str) -> str:
    """The address as a QR code: SVG made here, nobody else sees the secret."""
    return segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass="qr", lineclass=None)
