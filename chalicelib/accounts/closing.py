"""The end of an account, and of a company with its owner where nobody can take it over.

Their meetings are not known here: `chalicelib.privacy.closing` cancels them first.
"""

from chalicelib import clock, sessions, storage
from chalicelib.errors import Conflict
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import Changed, CompanyRules, Item, Transaction

from . import actions, factors, letters, links, ownership, roles, tokens
from .members import accounts_of, colleague
from .models import Account, Company, Contract, Federation, Login, Member, MemberInvitation, Subscription, Suspension

AT_ONCE = 25
"""Accounts that end in one transaction."""
HELD = _("Ce compte ne peut pas être fermé maintenant. Écrivez-nous : nous vous dirons pourquoi.")


def ends_company(account: Account) -> bool:
    """Whether nobody would be left to own the company."""
    return _heads(account) and ownership.heir(account, accounts_of(account.company)) is None


def _heads(account: Account) -> bool:
    """Whether the account owns its company; of one from before there were owners, whether it is administered."""
    if roles.known(account.role) == roles.ADMINISTRATOR:
        return not any(one.role == roles.OWNER for one in accounts_of(account.company))
    return account.role == roles.OWNER


def leaving(account: Account) -> list[Account]:
    """Whose accounts end when this one does: the account's own, or everybody's with the company.

    Raises `Conflict` when a legal hold keeps one of them.
    """
    others = accounts_of(account.company) if ends_company(account) else []
    found = [account, *(one for one in others if one.id != account.id)]
    if any(one.hold for one in found):
        raise Conflict(HELD)
    return found


def require_free(account: Account) -> None:
    """Raises `Conflict` when a legal hold keeps something that would go with the account: before anything is undone."""
    _require_none_held(leaving(account), account.company if ends_company(account) else None)


def require_company_free(company: str) -> None:
    """The same for a company with everybody in it."""
    _require_none_held(accounts_of(company), company)


def _require_none_held(accounts: list[Account], company: str | None) -> None:
    places = [place for one in accounts for place in _own(one)]
    if company is not None:
        places += [(Company, f"company#{company}", "company"), (Subscription, f"company#{company}", "subscription")]
    found = (storage.get(model, pk, sk, because="storage") for model, pk, sk in places)
    if any(item is not None and item.hold for item in found):
        raise Conflict(HELD)


def remove(admin: Account, identifier: str) -> None:
    """Takes a member out of the company: the account ends. Raises `Conflict`, `NotAllowed`, `NotFound`."""
    _end([colleague(admin, identifier)], None)


def close(account: Account) -> None:
    """Ends the account. An owner's company goes to its heir, or ends with its members' accounts. Raises `Conflict`."""
    if ends_company(account):
        _end(leaving(account), account.company)
    else:
        heir = ownership.heir(account, accounts_of(account.company)) if _heads(account) else None
        _end([account], None, heir)


def end_company(company: str) -> None:
    """Ends a company with all its members' accounts, its owner's last: a large one doesn't fit into one transaction.
    Raises `Conflict` when a legal hold keeps one of them."""
    *others, last = sorted(accounts_of(company), key=lambda one: one.role == roles.OWNER)
    for first in range(0, len(others), AT_ONCE):
        _end(others[first : first + AT_ONCE], None)
    _end([last], company)


def _end(accounts: list[Account], company: str | None, heir: Account | None = None) -> None:
    """All items go together, or none: what a legal hold protects stops the whole. Everybody concerned is told."""
    name = actions.company_name(accounts[0])
    try:
        with Transaction() as write:
            for account in accounts:
                _delete_account(write, account)
            if heir is not None:
                ownership.give(write, heir, ownership.member_of(heir), roles.OWNER)
            if company is not None:
                _end_company(write, company)
    except Changed as fault:
        raise Conflict(HELD) from fault
    for account in accounts:
        sessions.end_all(account.id)
        factors.clear(account.id)
        tokens.end_all(account)
        for purpose in (links.RESET, links.CHANGE_EMAIL):
            links.drop(account.id, purpose)
        letters.account_closed(account, name)
    if heir is not None:
        letters.owner_now(heir, accounts[0], name)
    if company is not None:
        for invitation in list(storage.listed(MemberInvitation, f"invited#{company}")):
            storage.delete(invitation)


def _delete_account(write: Transaction, account: Account) -> None:
    write.delete(account)
    for model, pk, sk in _own(account)[1:]:
        item = storage.get(model, pk, sk)
        if item is not None:
            write.delete(item)


def _own(account: Account) -> list[tuple[type[Item], str, str]]:
    """Where the account is, first itself."""
    return [
        (Account, account.pk, account.sk),
        (Login, actions.login_key(account.email), "login"),
        (Member, f"company#{account.company}", f"member#{account.id}"),
    ]


def _end_company(write: Transaction, identifier: str) -> None:
    """The company is deleted; of its contract the proof remains, until the clock that starts now has run out."""
    partition, now = f"company#{identifier}", clock.now()
    company = storage.get(Company, partition, "company")
    subscription = storage.get(Subscription, partition, "subscription")
    rules = storage.get(CompanyRules, partition, "rules")
    suspended = storage.get(Suspension, partition, "suspension")
    federation = storage.get(Federation, partition, "federation", because="storage")
    for item in (company, subscription, rules, suspended, federation):
        if item is not None:
            write.delete(item)
    for contract in storage.query(Contract, partition, "contract#"):
        if Event.TERMINATED not in contract.moments():
            write.update(contract, *storage.restamping(contract, Event.TERMINATED, now))
