"""What people do with their account and their company."""

from chalicelib import clock, storage
from chalicelib.register.events import Event
from chalicelib.sessions import Session

from .models import Account, Company

USED_EVERY = 86_400
"""Seconds between two notes of an account's use."""


def signed_in(session: Session) -> Account | None:
    """Whose session this is, if it is still good; the account's and company's use is noted, once a day."""
    account = storage.get(Account, f"account#{session.account}", "account")
    if account is None or session.created_at < account.sessions_since:
        return None
    now = clock.now()
    if now - account.moments()[Event.LAST_USE] >= USED_EVERY:
        storage.happened(account, Event.LAST_USE, now)
        company = storage.get(Company, f"company#{account.company}", "company")
        if company is not None:
            storage.happened(company, Event.LAST_USE, now)
    return account


def company_name(account: Account) -> str:
    """The name of the account's company."""
    company = storage.get(Company, f"company#{account.company}", "company")
    return company.name if company else ""
