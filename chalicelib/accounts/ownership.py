"""Whose a company is: exactly one owner at any time, and one heir when the owner goes.

Two at once can't be made: every change goes through the owner's account, in one transaction with the other's.
"""

from collections.abc import Iterable

from chalicelib import storage
from chalicelib.errors import Conflict
from chalicelib.storage import Changed, Transaction

from . import roles
from .models import Account, Member


def settled(account: Account) -> Account:
    """The account with a role of today.

    Companies from before there were owners get one: whoever has administered for the longest time. Nothing happens when
    somebody else does the same at this instant, or their data is restricted.
    """
    if account.role != roles.FORMER_ADMIN:
        return account
    admins = [(one, member) for one, member in _places(account.company) if one.role == roles.FORMER_ADMIN]
    owned = any(one.role == roles.OWNER for one, _ in _places(account.company))
    admins.sort(key=lambda pair: (pair[0].frozen, int(pair[1].joined_at), pair[0].id))
    try:
        with Transaction() as write:
            for number, (one, member) in enumerate(admins):
                role = roles.OWNER if number == 0 and not owned else roles.ADMINISTRATOR
                if not one.frozen and not member.frozen:
                    give(write, one, member, role)
    except Changed:
        return account  # another request of theirs does it
    return storage.get(Account, account.pk, account.sk, because="consent") or account


def heir(account: Account, others: Iterable[Account]) -> Account | None:
    """Who owns the company when ``account`` leaves it: the administrator for the longest time; `None`: nobody can."""
    joined = {member.account: int(member.joined_at) for _, member in _places(account.company)}
    able = [one for one in others if roles.known(one.role) == roles.ADMINISTRATOR and one.id != account.id]
    return min(able, key=lambda one: (bool(one.frozen), joined.get(one.id, 0), one.id), default=None)


def hand_over(owner: Account, to: Account) -> None:
    """``to`` owns the company from now on, who did administers it. Raises `Conflict`."""
    try:
        with Transaction() as write:
            give(write, owner, member_of(owner), roles.ADMINISTRATOR)
            give(write, to, member_of(to), roles.OWNER)
    except Changed as fault:
        raise Conflict from fault


def change_role(of: Account, role: str) -> None:
    """Raises `Conflict`."""
    try:
        with Transaction() as write:
            give(write, of, member_of(of), role)
    except Changed as fault:
        raise Conflict from fault


def give(write: Transaction, account: Account, member: Member, role: str) -> None:
    """Writes a role where it stands: with the account, and with the membership."""
    write.update(account, Account.role.set(role))
    write.update(member, Member.role.set(role))


def member_of(account: Account) -> Member:
    """The account's membership. Raises `Conflict` when it has ended this instant."""
    found = storage.get(Member, f"company#{account.company}", f"member#{account.id}")
    if found is None:
        raise Conflict
    return found


def _places(company: str) -> list[tuple[Account, Member]]:
    members = list(storage.query(Member, f"company#{company}", "member#", because="storage"))
    accounts = (storage.get(Account, f"account#{one.account}", "account", because="storage") for one in members)
    return [(account, member) for account, member in zip(accounts, members, strict=True) if account is not None]
