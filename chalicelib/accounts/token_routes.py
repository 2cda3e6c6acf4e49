"""The page of a company's own programs: the tokens they call with."""

from datetime import datetime
from typing import Any

from chalicelib import pages, seclog
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, TooMany
from chalicelib.errors import mark as _

from . import actions, framing, members, proving, tokens
from .answers import again, said, typed
from .roles import Power
from .scopes import DAYS, WORDS, Scope

routes = Door(__name__)

DONE = {
    "revoked": _("Le jeton est révoqué : il n’ouvre plus rien."),
    "frames": _("Les sites sont enregistrés."),
}


@routes.page("/company/programs")
def programs_page(request: Request) -> Answer:
    """The tokens that work."""
    return _shown(request, {})


@routes.form("/company/programs/tokens")
def make_token(request: Request) -> Answer:
    """A new token; the answer shows it, once."""
    account = request.account
    try:
        secret = tokens.create(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("token_made", "done", account.email, request.address)
    return _shown(request, {}, secret)


@routes.form("/company/programs/tokens/{token}/revoke")
def revoke_token(request: Request, token: str) -> Answer:
    """Ends a token at once."""
    account = request.account
    ended = tokens.revoke(account, token)
    maker = actions.find(ended.account, because="storage")
    seclog.record("token_revoked", "done", account.email, request.address, maker.email if maker else "")
    return Redirect("/company/programs?done=revoked")


@routes.form("/company/programs/frames")
def allow_sites(request: Request) -> Answer:
    """Which sites may show the company's meetings in their pages."""
    account = request.account
    try:
        framing.change(account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("rules_changed", "done", account.email, request.address)
    return Redirect("/company/programs?done=frames")


def _shown(request: Request, errors: dict[str, str], secret: str = "") -> Page:
    account = request.account
    members.require(account, Power.CONNECT)
    translated = pages.translate(request.language)
    names = {one.id: f"{one.first_name} {one.name}" for one in members.accounts_of(account.company)}
    values: dict[str, Any] = {
        "secret": secret,
        "tokens": [
            {
                "id": token.identifier,
                "name": token.name,
                "maker": names.get(token.account, ""),
                "scopes": [translated(WORDS[scope]) for scope in Scope if scope in token.scopes],
                "used_at": _noon(token.used_on) if token.used_on else None,
                "until": int(token.delete_by or 0),
            }
            for token in tokens.of_company(account.company)
        ],
        "scopes": [(scope.value, translated(words)) for scope, words in WORDS.items()],
        "days": [(days, translated(words)) for days, words in DAYS.items()],
        "frames": typed(request).get("frames") if "frames" in errors else "\n".join(framing.of(account.company)),
        "form": typed(request) if errors else {},
        "errors": errors,
        "factor": proving.asked(account),
        "done": "" if errors or secret else said(request, DONE),
    }
    return Page("pages/company_programs.html", values)


def _noon(day: str) -> int:
    """The middle of a day, seconds since 1970: the same day in every zone of Europe."""
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())
