"""The mails of accounts, each in the language of who reads it."""

from chalicelib import clock, pages
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.pages import Language

from .links import address
from .models import Account
from .rules import JOIN_WITHIN, RESET_WITHIN, VERIFY_WITHIN

_HOURS = VERIFY_WITHIN // 3_600


def verify(email: str, language: Language, token: str) -> None:
    """To who registers: confirm the address."""
    _send("verify", email, language, link_to=address(f"/verify/{token}"), hours=_HOURS)


def already_registered(account: Account, token: str) -> None:
    """To who has an account, when somebody registers with the same address. ``token``: of a link to a new password."""
    reset_link = address(f"/reset/{token}")
    _send("already_registered", account.email, _language(account), link_to=address("/signin"), reset_link=reset_link)


def reset(account: Account, token: str) -> None:
    """The way to a new password."""
    link_to = address(f"/reset/{token}")
    _send("reset", account.email, _language(account), link_to=link_to, minutes=RESET_WITHIN // 60)


def no_account(email: str, language: Language) -> None:
    """To who asks for a new password and has no account."""
    _send("no_account", email, language, link_to=address("/signup"))


def password_changed(account: Account, at: int) -> None:
    """After every change of password."""
    link_to, zone = address("/forgot"), account.timezone
    _send("password_changed", account.email, _language(account), zone, link_to=link_to, at=at)


def email_change(account: Account, email: str, token: str) -> None:
    """To the new address: confirm it."""
    link_to = address(f"/account/email/{token}")
    _send("email_change", email, _language(account), link_to=link_to, hours=_HOURS)


def email_changed(account: Account, old_email: str, at: int) -> None:
    """To the old address, once the new one is in use."""
    _send("email_changed", old_email, _language(account), account.timezone, at=at)


def member_invitation(email: str, inviter: Account, company: str, token: str) -> None:
    """To a colleague. The language is the inviter's: they work together."""
    name = f"{inviter.first_name} {inviter.name}"
    link_to, days = address(f"/join/{token}"), JOIN_WITHIN // 86_400
    _send("member_invitation", email, _language(inviter), link_to=link_to, company=company, inviter=name, days=days)


def account_closed(account: Account, company: str) -> None:
    """To whose account has just ended: by their own act, an administrator's, or with the company."""
    _send("account_closed", account.email, _language(account), company=company)


def owner_now(account: Account, before: Account, company: str) -> None:
    """To who owns a company from now on. ``before``: who did."""
    name = f"{before.first_name} {before.name}"
    _send("owner_now", account.email, _language(account), company=company, before=name, link_to=address("/company"))


def factor_changed(account: Account, what: str) -> None:
    """After every change of the second factor. ``what``: added, removed, passkey (one more), less (others are left),
    reset (by who administers), us, recovery (a code was used)."""
    at, link_to = clock.now(), address("/account/security")
    _send("factor_changed", account.email, _language(account), account.timezone, what=what, at=at, link_to=link_to)


def _language(account: Account) -> Language:
    return pages.pick_language(None, None, account.language)


def _send(name: str, email: str, language: Language, timezone: str | None = None, **values: object) -> None:
    letter = pages.render_mail(name, [pages.Reader(language, timezone)], **values)
    mailing.post([Mail(to=email, letter=letter, purpose=name)])
