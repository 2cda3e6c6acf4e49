"""Signing in, and what becomes of a password."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from pynamodb.expressions.update import Action

from chalicelib import clock, sessions, storage
from chalicelib.errors import FormErrors, Gone
from chalicelib.errors import mark as _
from chalicelib.pages import Language
from chalicelib.storage import Changed

from . import actions, hashing, letters, links, tries
from .models import Account, OneTimeLink
from .rules import RESET_WITHIN, Checked, email_address

WRONG = _("L’adresse ou le mot de passe ne va pas.")
WRONG_CURRENT = _("Ce n’est pas votre mot de passe actuel.")


def sign_in(email: str, password: str) -> Account:
    """The account of this address and password. Raises `FormErrors`, `TooMany`.

    An unknown address costs the same time and gets the same answer as a wrong password.
    """
    address = _tidy(email)
    tries.on_account("signin", address)
    account = actions.by_email(address)
    if not hashing.matches(account.password_hash if account else None, password) or account is None:
        raise FormErrors({"": WRONG})
    if hashing.outdated(account.password_hash):
        with suppress(Changed):
            storage.update(account, Account.password_hash.set(hashing.hashed(password)))
    return account


def check(account: Account, field: str, password: str) -> None:
    """Asks for the password again before something grave. Raises `FormErrors` about ``field``, `TooMany`."""
    tries.on_account("password", account.id)
    if not hashing.matches(account.password_hash, password):
        raise FormErrors({field: WRONG_CURRENT})


def forgot(form: Mapping[str, str], language: Language) -> str:
    """Writes to the address in the form: the way to a new password, or that it has no account. Returns the address.

    Raises `FormErrors`, `TooMany`.
    """
    reading = Checked(form)
    email = reading.email("email")
    reading.done()
    tries.on_account("forgot", email)
    account = actions.by_email(email)
    if account is None:
        letters.no_account(email, language)
    else:
        letters.reset(account, links.issue(links.RESET, account.id, account.email, RESET_WITHIN))
    return email


def resettable(token: str) -> tuple[OneTimeLink, Account]:
    """The link to a new password, and whose. Raises `Gone`; also when the account's address is another by now."""
    link = links.find(token, links.RESET)
    account = actions.find(link.account)
    if account is None or account.email != link.email:
        raise Gone(links.USED_UP)
    return link, account


def reset(token: str, form: Mapping[str, str]) -> Account:
    """Sets a new password by a link from a mail, and signs the account out everywhere. Raises `FormErrors`, `Gone`."""
    link, account = resettable(token)
    password = _chosen(form, account)
    try:
        with storage.Transaction() as write:
            write.update(account, *_new_password(password))
            write.delete(link)
    except Changed as fault:
        raise Gone(links.USED_UP) from fault
    _after(account)
    return account


def change(account: Account, form: Mapping[str, str], prove: Callable[[Account, Mapping[str, str], str], None]) -> None:
    """Sets a new password by the current one, and signs the account out everywhere. ``prove``: `proving.require`.

    Raises `FormErrors`, `TooMany`.
    """
    password = _chosen(form, account)
    prove(account, form, "current")
    storage.update(account, *_new_password(password))
    _after(account)


def _chosen(form: Mapping[str, str], account: Account) -> str:
    reading = Checked(form)
    about = (account.first_name, account.name, account.email, actions.company_name(account))
    password = reading.new_password("password", about)
    reading.done()
    return password


def _new_password(password: str) -> tuple[Action, Action]:
    return Account.password_hash.set(hashing.hashed(password)), Account.sessions_since.set(clock.now())


def _after(account: Account) -> None:
    sessions.end_all(account.id)
    for purpose in (links.RESET, links.CHANGE_EMAIL):  # an intruder may have asked for them
        links.drop(account.id, purpose)
    letters.password_changed(account, clock.now())


def _tidy(email: str) -> str:
    try:
        return email_address(email)
    except ValueError:
        return email
