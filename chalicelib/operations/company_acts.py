"""What an operator does for a company or to it, besides payments: each act with a reason the company may read."""

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import factors, tries
from chalicelib.accounts.models import Account, Subscription
from chalicelib.accounts.plans import meets_until
from chalicelib.accounts.rules import TRIAL
from chalicelib.billing.acts import Operator
from chalicelib.errors import Conflict, NotFound
from chalicelib.meetings import limits

from . import letters

DAY = 86_400
LONGEST_EXTENSION = 60
"""Days that a trial may be prolonged at a time. Our choice."""
MOST_INVITATIONS = 2_000
"""A day, that may be allowed."""
LONGEST_ALLOWANCE = 30
"""Days for which more invitations may be allowed at a time. Our choice."""
ENTRANCES = ("signin", "second", "password")
"""Acts whose tries shut out somebody who mistypes."""


def extend_trial(by: Operator, company: str, days: int) -> None:
    """The trial lasts so many days from now, or from its end when that is later. Raises `Conflict` for a company that
    has subscribed; `NotFound`."""
    item = storage.get(Subscription, f"company#{company}", "subscription", because="consent")
    if item is None:
        raise NotFound
    if item.plan != TRIAL:
        raise Conflict
    until = max(clock.now(), meets_until(item)) + days * DAY
    by.note("extend_trial", company, str(days), company)
    storage.update(item, Subscription.until.set(until))
    letters.trial_extended(company, until)


def allow_invitations(by: Operator, company: str, number: int, days: int) -> None:
    """The company may invite so many people a day, for so many days; what stopped it so far today does no more. Raises
    `NotFound`."""
    item = storage.get(Subscription, f"company#{company}", "subscription", because="consent")
    if item is None:
        raise NotFound
    by.note("allow_invitations", company, str(number), company)
    until = clock.now() + days * DAY
    storage.update(item, Subscription.invitations.set(number), Subscription.invitations_until.set(until))
    limits.lift(company)


def unlock(by: Operator, company: str, email: str) -> None:
    """A member who mistyped too often may sign in again at once. Raises `NotFound`."""
    account = _member(company, email)
    by.note("unlock", account.id, company=company)
    for act in ENTRANCES:
        tries.forget(act, account.email)
        tries.forget(act, account.id)


def reset_factor(by: Operator, company: str, email: str) -> None:
    """For an owner who lost phone and recovery codes, once it is certain who asks: they are signed out and told by
    mail. Raises `NotFound`."""
    account = _member(company, email)
    if not factors.has(account.id):
        raise NotFound
    by.note("reset_factor", account.id, company=company)
    factors.reset(account, "us")


def _member(company: str, email: str) -> Account:
    account = accounts.by_email(email.strip())
    if account is None or account.company != company:
        raise NotFound
    return account
