"""The page of a company's rules: everybody reads them, who has that role changes them."""

from typing import Any

from chalicelib import pages, seclog
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from . import conduct, house
from .answers import again, said, typed
from .roles import Power, may

routes = Door(__name__)

DONE = {"rules": _("Les règles sont enregistrées.")}


@routes.page("/company/rules")
def rules_page(request: Request) -> Answer:
    """The rules in force."""
    return _shown(request, {})


@routes.form("/company/rules")
def change_rules(request: Request) -> Answer:
    """Other rules."""
    account = request.account
    try:
        house.change(account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("rules_changed", "done", account.email, request.address)
    return Redirect("/company/rules?done=rules")


def _shown(request: Request, errors: dict[str, str]) -> Page:
    account = request.account
    rules, translated = house.of(account.company), pages.translate(request.language)
    form = {"lobby": rules.lobby, "keep": rules.keep, "joiners": rules.joiners, "days": str(rules.days)}
    form |= {"domains": " ".join(rules.domains)} | ({"recording": "yes"} if rules.recording else {})
    form |= {"second_factor": "yes"} if rules.second_factor else {}
    values: dict[str, Any] = {
        "form": typed(request) if errors else form,
        "house": house.told(rules, request.language),
        "may_change": may(account.role, Power.RULES),
        "tables": {
            name: [(key, translated(words)) for key, words in table.items()]
            for name, table in (("lobby", conduct.LOBBY), ("keep", conduct.KEEP), ("joiners", conduct.JOINERS))
        },
        "errors": errors,
        "done": "" if errors else said(request, DONE),
    }
    return Page("pages/company_rules.html", values)
