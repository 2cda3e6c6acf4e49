"""A company's rules as they are kept, and what they say to who plans a meeting."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib import clock, storage
from chalicelib.errors import Conflict
from chalicelib.pages import Language, translate
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, CompanyRules, terms

from . import conduct, members
from .conduct import Conduct
from .models import Account
from .roles import Power


def of(company: str) -> Conduct:
    """The rules in force; Iboo's own where the company has decided nothing."""
    found = kept(company)
    if found is None:
        return Conduct()
    return Conduct(
        recording=bool(found.recording),
        lobby=found.lobby,
        keep=found.keep,
        days=int(found.days),
        joiners=found.joiners,
        domains=tuple(found.domains),
        second_factor=bool(found.second_factor),
    )


def kept(company: str) -> CompanyRules | None:
    """The item, also while the company's data are restricted: rules protect (art. 18 (2): rights of another)."""
    return storage.get(CompanyRules, f"company#{company}", "rules", because="rights of another")


def change(account: Account, form: Mapping[str, str]) -> Conduct:
    """Writes the rules in a form. Raises `Conflict`, `FormErrors`, `NotAllowed`."""
    members.require(account, Power.RULES)
    wanted = conduct.read(form)
    now = clock.now()
    values = {
        "recording": wanted.recording,
        "lobby": wanted.lobby,
        "keep": wanted.keep,
        "days": wanted.days,
        "joiners": wanted.joiners,
        "domains": list(wanted.domains),
        "second_factor": wanted.second_factor,
        "changed_at": now,
    }
    found = kept(account.company)
    try:
        if found is None:
            storage.create(CompanyRules(f"company#{account.company}", "rules", **values), {Event.LAST_USE: now})
        else:
            storage.update(found, *(getattr(CompanyRules, name).set(value) for name, value in values.items()))
    except (AlreadyThere, Changed) as fault:
        raise Conflict from fault
    terms.forget(account.company)
    return wanted


def require_allowed(account: Account, emails: list[str]) -> None:
    """Raises `FormErrors` naming the addresses the company's rules don't let in."""
    rules = of(account.company)
    if rules.joiners in ("domains", "members"):
        conduct.require_allowed(rules, emails, addresses(account.company))


def lets_in(company: str, email: str) -> bool:
    """Whether somebody invited at this address may come in today."""
    rules = of(company)
    return rules.joiners in ("all", "invited") or conduct.may_join(rules, email, addresses(company))


def addresses(company: str) -> list[str]:
    """The members' e-mail addresses."""
    return [str(one.email) for one in members.accounts_of(company)]


def told(rules: Conduct, language: Language) -> dict[str, Any]:
    """The rules in words, for who plans a meeting; empty words where Iboo's own rule holds."""
    said = translate(language)
    return {
        "recording": rules.recording,
        "lobby": said(conduct.LOBBY[rules.lobby]) if rules.lobby != "host" else "",
        "keep": said(conduct.KEEP[rules.keep]) if rules.keep != "28d" else "",
        "joiners": said(conduct.JOINERS[rules.joiners]) if rules.joiners != "all" else "",
        "domains": list(rules.domains),
        "days": rules.days,
        "longest": conduct.LONGEST_DAYS,
        "second_factor": rules.second_factor,
        "any": replace(rules, second_factor=False) != Conduct(),
    }
