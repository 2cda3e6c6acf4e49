"""Who is calling, and for whom: the account and its company."""

from collections.abc import Iterator
from contextlib import suppress

from chalicelib import clock, keyed, storage
from chalicelib.consents import newsletter
from chalicelib.register.events import Event
from chalicelib.sessions import Session
from chalicelib.storage import Changed, CompanyRules, Frozen, Item, Reason

from . import ownership
from .factor_models import Authenticator, Passkey, RecoveryCode
from .models import Account, Company, Federation, Login, Member, Subscription, Suspension

USED_EVERY = 86_400
"""Seconds between two notes of an account's use."""


def signed_in(session: Session) -> Account | None:
    """Whose session this is, if it is still good; the account's and company's use is noted, once a day."""
    account = find(session.account, because="consent")  # their own act: art. 18 (2)
    if account is None or session.created_at < account.sessions_since:
        return None
    if clock.now() - account.moments()[Event.LAST_USE] >= USED_EVERY:
        used(account)
    return ownership.settled(account)


def find(identifier: str, because: Reason | None = None) -> Account | None:
    """The account with this id. Raises `Frozen`, unless ``because`` is a lawful reason to use restricted data."""
    return storage.get(Account, f"account#{identifier}", "account", because=because)


def by_email(email: str) -> Account | None:
    """The account of this address, for who uses it: frozen data answers its own person (art. 18 (2)).

    The same reads are made whether there is one or not.
    """
    login = storage.get(Login, login_key(email), "login", because="consent")
    return find(login.account if login else "nobody", because="consent")


def login_key(email: str) -> str:
    """The key under which an address is looked up."""
    return f"login#{keyed.email_hash(email)}"


def company_of(account: Account) -> Company | None:
    """The account's company, for its own members: also while restricted (art. 18 (2))."""
    return storage.get(Company, f"company#{account.company}", "company", because="consent")


def company_name(account: Account) -> str:
    """The name of the account's company."""
    company = company_of(account)
    return company.name if company else ""


def used(account: Account) -> None:
    """The account, and with it its company, was used now: everything kept for them lives on from here."""
    now = clock.now()
    newsletter.used(account.email)
    for item in _kept_for(account):
        with suppress(Changed, Frozen):  # another request notes the same use; what is restricted keeps its dates
            storage.happened(item, Event.LAST_USE, now)


def _kept_for(account: Account) -> Iterator[Item]:
    """What lives as long as the account is used; the account itself last, so that a break is made good next time."""
    partition = f"company#{account.company}"
    found: tuple[Item | None, ...] = (
        company_of(account),
        storage.get(Subscription, partition, "subscription", because="storage"),
        storage.get(Member, partition, f"member#{account.id}", because="storage"),
        storage.get(CompanyRules, partition, "rules", because="storage"),
        storage.get(Suspension, partition, "suspension", because="storage"),
        storage.get(Federation, partition, "federation", because="storage"),
        storage.get(Authenticator, account.pk, "factor#totp", because="storage"),
        *storage.query(Passkey, account.pk, "factor#passkey#", because="storage"),
        *storage.query(RecoveryCode, account.pk, "factor#recovery#", because="storage"),
        storage.get(Login, login_key(account.email), "login", because="storage"),
        account,
    )
    yield from (item for item in found if item is not None)
