"""Closing an account, by its owner or by an administrator: the one act that spans accounts and meetings.

Meetings to come are handed over to a colleague or cancelled first, and their guests told; then the account goes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib import clock, pages, seclog, sessions
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import closing, members, proving
from chalicelib.accounts.answers import again
from chalicelib.accounts.models import Account
from chalicelib.billing import closing as billing
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound, TooMany
from chalicelib.errors import mark as _
from chalicelib.meetings import book, changes, scheduling
from chalicelib.pages import Language
from chalicelib.register import Row, clocks
from chalicelib.register.companies import COMPANY, SESSION
from chalicelib.register.events import Event
from chalicelib.register.meetings import MEETING_ROW
from chalicelib.register.published import ACCOUNT, CONTRACT
from chalicelib.register.working import DISCLOSURE
from chalicelib.sessions import Cookie
from chalicelib.webhooks import actions as webhooks

from . import certificates, usage
from .certificates import Kept

routes = Door(__name__)


@dataclass(frozen=True)
class Fate:
    """What becomes of a category of data. ``delete_at``: seconds; `None`: at once."""

    label: str
    delete_at: int | None
    why: str


@routes.page("/account/close")
def close_page(request: Request) -> Answer:
    """What will happen, line by line."""
    return _shown(request, {})


@routes.form("/account/close")
def close_account(request: Request) -> Answer:
    """Closes the account, once its password was given again."""
    account = request.account
    try:
        successor = _successor(account, request.form.get("to", ""))
        proving.require(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    closing.require_free(account)
    leaving = closing.leaving(account)
    kept = _kept(closing.ends_company(account))
    for one in leaving:
        _leave_meetings(one, successor, account)
    if closing.ends_company(account):
        _forget_company(account.company)
    closing.close(account)
    seclog.record("account_closed", "done", account.email, request.address)
    certificate = certificates.issue("account", f"account {account.id}", _places(leaving), kept)
    return Redirect(f"/certificates/{certificate}", [Cookie(sessions.SESSION, "")])


def require_closable(company: str) -> None:
    """Raises `Conflict` when a legal hold keeps something that would go with the company."""
    closing.require_company_free(company)


def close_company(company: str) -> str:
    """Ends a company against its will or at its wish by letter: what its last owner's leaving would do. Returns the
    certificate's id. Raises `Conflict`."""
    require_closable(company)
    leaving = members.accounts_of(company)
    for one in leaving:
        changes.cancel_all_of(one)
    _forget_company(company)
    closing.end_company(company)
    return certificates.issue("account", f"company {company}", _places(leaving), _kept(company_too=True))


def _forget_company(company: str) -> None:
    billing.company_ends(company)
    usage.erase(company)
    webhooks.erase(company)
    book.erase(company)


def _places(leaving: Iterable[Account]) -> list[str]:
    return [place for one in leaving for place in (str(one.pk), accounts.login_key(one.email))]


@routes.form("/company/members/{member}/remove")
def remove_member(request: Request, member: str) -> Answer:
    """Takes a member, or an invitation not yet accepted, out of the company."""
    admin = request.account
    try:
        members.withdraw(admin, member)
    except NotFound:
        colleague = members.colleague(admin, member)
        closing.require_free(colleague)
        try:
            successor = _successor(colleague, request.form.get("to", ""))
        except FormErrors as fault:
            return again(request, fault, lambda errors: _leaving_page(request, colleague, errors))
        _leave_meetings(colleague, successor, admin)
        closing.remove(admin, member)
        seclog.record("member_removed", "done", admin.email, request.address, colleague.email)
    return Redirect("/company?done=removed")


@routes.page("/company/members/{member}/leave")
def leave_page(request: Request, member: str) -> Answer:
    """What becomes of a colleague's meetings: chosen before the account ends."""
    return _leaving_page(request, members.colleague(request.account, member), {})


def _leaving_page(request: Request, colleague: Account, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "id": colleague.id,
        "name": f"{colleague.first_name} {colleague.name}",
        "meetings": len({one.meeting for one in scheduling.hosted(colleague)}),
        "successors": _successors(colleague),
        "you": request.account.id,
        "errors": errors,
    }
    return Page("pages/member_remove.html", values)


def _successors(leaving: Account) -> list[tuple[str, str]]:
    """Who can take meetings over: id and name."""
    others = (one for one in members.accounts_of(leaving.company) if one.id != leaving.id and not one.frozen)
    return sorted(((one.id, f"{one.first_name} {one.name}") for one in others), key=lambda pair: pair[1].casefold())


def _successor(leaving: Account, identifier: str) -> Account | None:
    """Who takes the meetings over; `None`: they are cancelled. Raises `FormErrors`: a colleague of the same company."""
    if not identifier:
        return None
    found = accounts.find(identifier) if identifier in dict(_successors(leaving)) else None
    if found is None:
        raise FormErrors({"to": _("Choisissez un collègue, ou l’annulation.")})
    return found


def _leave_meetings(leaving: Account, successor: Account | None, by: Account) -> None:
    if successor is None or successor.company != leaving.company or closing.ends_company(leaving):
        changes.cancel_all_of(leaving)
    else:
        changes.pass_all_on(leaving, successor, by)


def fates(account: Account, language: Language) -> list[Fate]:
    """What becomes of everything that is kept of a person who closes the account now."""
    now = clock.now()
    translated = pages.translate(language)

    def fate(row: Row, why: str, start: Event | None = None) -> Fate:
        due = clocks.due(row, {start: now}) if start else None
        return Fate(getattr(row.label, language), due, translated(why))

    found = [
        fate(ACCOUNT, _("Vous le fermez.")),
        fate(SESSION, _("Tous vos appareils sont déconnectés.")),
        fate(
            MEETING_ROW, _("Les réunions à venir sont transmises ou annulées, les invités prévenus."), Event.MEETING_END
        ),
        fate(DISCLOSURE, _("Il dit à qui une donnée a été communiquée."), Event.COLLECTED),
    ]
    if closing.ends_company(account):
        found += [
            fate(COMPANY, _("Personne ne peut la reprendre ; les comptes de ses membres ferment aussi.")),
            fate(CONTRACT, _("Archivée : preuve de la relation contractuelle."), Event.TERMINATED),
        ]
    return found


def _kept(company_too: bool) -> list[Kept]:
    """What outlives the account, and until when at the latest."""
    now = clock.now()
    found = [(MEETING_ROW, clocks.due(MEETING_ROW, {Event.MEETING_END: now}))]
    found.append((DISCLOSURE, clocks.due(DISCLOSURE, {Event.COLLECTED: now})))
    if company_too:
        found.append((CONTRACT, clocks.due(CONTRACT, {Event.TERMINATED: now})))
    return [Kept(row.key, due, _ground(row)) for row, due in found if due is not None]


def _ground(row: Row) -> str:
    """Basis and clause of the purpose that keeps a row longest."""
    last = row.clocks[-1]
    return f"GDPR art. {last.basis}; {last.clause}"


def _shown(request: Request, errors: dict[str, str]) -> Page:
    account = request.account
    values: dict[str, Any] = {
        "plan": fates(account, request.language),
        "last_admin": closing.ends_company(account),
        "meetings": len({one.meeting for one in scheduling.hosted(account)}),
        "successors": _successors(account),
        "to": request.form.get("to", "") if errors else "",
        "errors": errors,
        "factor": proving.asked(account),
    }
    return Page("pages/account_close.html", values)
