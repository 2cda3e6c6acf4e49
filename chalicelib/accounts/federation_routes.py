"""Signing in through the company's own identity provider, and the page where its owner names it."""

from typing import Any

from chalicelib import seclog
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, Gone, TooMany
from chalicelib.errors import mark as _

from . import federation, members, proving, tries
from .answers import again, enter, said, typed
from .roles import Power

routes = Door(__name__)

HERE = "/company/provider"
DONE = {
    "changed": _("Le fournisseur est enregistré. Essayez le lien ci-dessous dans un autre navigateur."),
    "removed": _("Le fournisseur est retiré : vos membres se connectent par mot de passe."),
}


@routes.page("/signin/company/{company}")
def to_provider(request: Request, company: str) -> Answer:
    """On to the company's provider."""
    tries.from_origin("link", request.address)
    try:
        return Redirect(federation.begin(company, request.browser))
    except federation.Refused as fault:
        return _refused(request, fault)


@routes.page("/signin/company")
def from_provider(request: Request) -> Answer:
    """Back from it: signed in, or told why not."""
    try:
        tries.from_origin("link", request.address)
        account = federation.finish(request.query, request.browser)
    except (federation.Refused, Gone, TooMany) as fault:
        seclog.record("sign_in", "refused", "", request.address)
        return _refused(request, fault)
    seclog.record("sign_in", "done", account.email, request.address)
    return enter(request, account, "/meetings")


@routes.page("/company/provider")
def provider_page(request: Request) -> Answer:
    """What the owner tells of the provider, and what to tell it."""
    return _shown(request, {})


@routes.form("/company/provider")
def change_provider(request: Request) -> Answer:
    """Names it."""
    account = request.account
    try:
        federation.change(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("rules_changed", "done", account.email, request.address)
    return Redirect(f"{HERE}?done=changed")


@routes.form("/company/provider/remove")
def remove_provider(request: Request) -> Answer:
    """Forgets it."""
    account = request.account
    try:
        federation.remove(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("rules_changed", "done", account.email, request.address)
    return Redirect(f"{HERE}?done=removed")


def _refused(request: Request, fault: FormErrors | Gone | TooMany) -> Page:
    said_so = FormErrors({"": fault.message}) if isinstance(fault, Gone) else fault
    values: dict[str, Any] = {"form": {}, "next": ""}
    return again(request, said_so, lambda errors: Page("pages/signin.html", {**values, "errors": errors}))


def _shown(request: Request, errors: dict[str, str]) -> Page:
    account = request.account
    members.require(account, Power.OWN)
    known = federation.of(account.company)
    kept = {"issuer": known.issuer, "client_id": known.client_id} if known else {}
    values: dict[str, Any] = {
        "known": known is not None,
        "link": federation.link(account.company),
        "return_address": federation.return_address(),
        "form": typed(request) if errors else kept,
        "factor": proving.asked(account),
        "errors": errors,
        "done": said(request, DONE),
    }
    return Page("pages/company_provider.html", values)
