"""What a person changes of their own account."""

from collections.abc import Mapping
from dataclasses import dataclass

from pynamodb.expressions.update import Action

from chalicelib import clock, sessions, storage
from chalicelib.errors import Conflict, Gone
from chalicelib.errors import mark as _
from chalicelib.pages import LANGUAGES
from chalicelib.register.events import Event
from chalicelib.sessions import Session
from chalicelib.storage import Changed
from chalicelib.words import zones

from . import actions, letters, links, proving, tries
from .models import Account, Login, OneTimeLink
from .rules import RESET_WITHIN, VERIFY_WITHIN, Checked, first_name, last_name


@dataclass(frozen=True)
class Device:
    """A browser the account is signed in with. ``id`` says nothing of its cookie."""

    id: str
    device: str
    last_used_at: int
    current: bool


def change(account: Account, form: Mapping[str, str]) -> None:
    """Names, language, time zone. Raises `FormErrors`."""
    check = Checked(form)
    first, name = first_name(check), last_name(check)
    language = check.one_of("language", LANGUAGES, _("Choisissez une langue."))
    timezone = check.one_of("timezone", zones(), _("Choisissez un fuseau horaire."))
    check.done()
    _update(
        account,
        Account.first_name.set(first),
        Account.name.set(name),
        Account.language.set(language),
        Account.timezone.set(timezone),
    )


def speak(account: Account, language: str) -> None:
    """Changes the account's language."""
    storage.update(account, Account.language.set(language), always=True)


def ask_new_email(account: Account, form: Mapping[str, str]) -> str:
    """Writes to a new address: it is used once confirmed from there. Returns it. Raises `FormErrors`, `TooMany`.

    Whether somebody else has an account with that address shows in that mail only.
    """
    check = Checked(form)
    email = check.email("email")
    if not check.errors and email.casefold() == account.email.casefold():
        check.errors["email"] = _("C’est déjà votre adresse.")
    check.done()
    proving.require(account, form, "email_password", "email_code")
    tries.on_account("change_email", account.id)
    token = links.issue(links.CHANGE_EMAIL, account.id, email, VERIFY_WITHIN)
    other = actions.by_email(email)
    if other is None:
        letters.email_change(account, email, token)
    else:
        letters.already_registered(other, links.issue(links.RESET, other.id, other.email, RESET_WITHIN))
    return email


def pending_email(account: Account) -> str:
    """The new address that waits to be confirmed; empty when there is none."""
    return next((link.email for link in links.open_ones(account.id, links.CHANGE_EMAIL)), "")


def new_email(token: str) -> tuple[OneTimeLink, Account]:
    """The link that confirms a new address, and whose. Raises `Gone`."""
    link = links.find(token, links.CHANGE_EMAIL)
    account = actions.find(link.account)
    if account is None:
        raise Gone(links.USED_UP)
    return link, account


def confirm_new_email(token: str) -> Account:
    """The account uses its new address from now on; the old one is told. Raises `Gone`."""
    link, account = new_email(token)
    old_email = account.email
    old = storage.get(Login, actions.login_key(old_email), "login")
    new = Login(actions.login_key(link.email), "login", account=account.id)
    try:
        with storage.Transaction() as write:
            if old is not None:
                write.delete(old)
            write.create(new, {Event.LAST_USE: account.moments()[Event.LAST_USE]})
            write.update(account, Account.email.set(link.email))
            write.delete(link)
    except Changed as fault:  # used twice at once, or somebody registered with the address meanwhile
        raise Gone(links.USED_UP) from fault
    links.drop(account.id, links.RESET)
    letters.email_changed(account, old_email, clock.now())
    return account


def devices(account: Account, here: Session | None) -> list[Device]:
    """Where the account is signed in, newest first."""
    return [
        Device(_device_id(session), session.device, int(session.seen_at), here is not None and session.pk == here.pk)
        for session in sessions.of_account(account.id)
        if session.created_at >= account.sessions_since
    ]


def sign_out_device(account: Account, device: str) -> None:
    """Ends one of the account's sessions; nothing happens when it is over already."""
    for session in sessions.of_account(account.id):
        if _device_id(session) == device:
            sessions.end(session)


def _device_id(session: Session) -> str:
    return str(session.pk).partition("#")[2][:16]


def _update(account: Account, *changes: Action) -> None:
    try:
        storage.update(account, *changes)
    except Changed as fault:
        raise Conflict from fault
