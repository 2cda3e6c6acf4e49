"""The erasure of what Iboo itself answers for: planned row by row, shown, then done (GDPR art. 17)."""

from chalicelib import clock, keyed, log, storage
from chalicelib.accounts import closing
from chalicelib.accounts.models import Account, Subscription
from chalicelib.billing import cards
from chalicelib.meetings import changes
from chalicelib.privacy import own_data
from chalicelib.register import ROWS, Role
from chalicelib.register.events import Event
from chalicelib.register.working import DISCLOSURE
from chalicelib.storage import Item, expiry

from .rules import Fate, fate

OF_COMPANY = frozenset(
    {
        "company",
        "company_rules",
        "usage_month",
        "subscription",
        "contract",
        "billing_profile",
        "card_on_file",
        "order",
        "invoice",
    }
)
"""Kinds that belong to the company: they stay while somebody else administers it."""


def plan(account: Account, *, terminated: bool) -> list[Fate]:
    """What an erasure would do to each row in which something is kept. ``terminated``: the contract ends with it."""
    running = not terminated and under_contract(account)
    by_row: dict[str, list[Item]] = {}
    for item in _found(account):
        by_row.setdefault(item.row.key, []).append(item)
    fates = [_of_row(items, running=running, terminated=terminated) for items in by_row.values()]
    if DISCLOSURE.key not in by_row:
        fates.append(fate(DISCLOSURE, {Event.COLLECTED: clock.now()}, running=running, held=False))  # of the answer
    return fates


def under_contract(account: Account) -> bool:
    """Whether the account's company has a subscription that runs."""
    subscription = storage.get(Subscription, f"company#{account.company}", "subscription", because="consent")
    return subscription is not None and (subscription.until is None or subscription.until > clock.now())


def carry_out(account: Account) -> list[Fate]:
    """Ends the account and, with its last administrator's, the company's contract; what the plan said happens now.

    Raises `Conflict` when a legal hold keeps the account.
    """
    closing.require_free(account)
    fates = plan(account, terminated=True)
    gone = {fate.row for fate in fates if fate.erased}
    items = [item for item in _found(account) if item.row.key in gone]
    ends_company = closing.ends_company(account)
    for leaving in closing.leaving(account):
        changes.cancel_all_of(leaving)
    closing.close(account)
    if ends_company:
        cards.remove(account.company, "closed")
    for item in items:
        storage.delete(item)  # what did not go with the account; nothing happens where it did
    if left := remaining(account) & gone:
        log.warning("erasure_incomplete", rows=" ".join(sorted(left)))
    return fates


def erasable(account: Account) -> list[tuple[str, str, str]]:
    """Kind and primary key of what an erasure deletes."""
    gone = {fate.row for fate in plan(account, terminated=True) if fate.erased}
    return [(item.kind_name, item.pk, item.sk) for item in _found(account) if item.row.key in gone]


def remaining(account: Account) -> set[str]:
    """Rows in which something of the person is left, past its time or not: a census of one person.

    Found again the way it was found before, and in the partitions that are the person's own.
    """
    digest = keyed.email_hash(account.email)
    own = (f"account#{account.id}", f"packages#{account.id}", f"login#{digest}")
    by_address = (f"subscriber#{digest}", f"contact#{digest}", f"suppression#{digest}")
    stores = {row.store for row in ROWS if row.store and row.store.kind == "table"}
    kinds = {
        str(item["kind"]) for store in stores for pk in (*own, *by_address) for item in expiry.partition(store, pk)
    }
    kinds |= {item.kind_name for item in _found(account) if item is not account}  # it is not looked up, but given
    return {row.key for row in ROWS if kinds & row.kinds.keys()}


def _found(account: Account) -> list[Item]:
    """What Iboo keeps of the person for itself; the company's only where it would end with them."""
    ends_company = closing.ends_company(account)
    return [
        item
        for kind, items in own_data.of(account).items()
        if ends_company or kind not in OF_COMPANY
        for item in items
        if not item.controller and Role.CONTROLLER in item.row.roles
    ]


def _of_row(items: list[Item], *, running: bool, terminated: bool) -> Fate:
    """The row's fate: that of the item that is kept longest."""
    fates = []
    for item in items:
        events = item.moments()
        if terminated and any(clock.start is Event.TERMINATED for clock in item.row.clocks):
            events = {Event.TERMINATED.value: clock.now(), **events}
        fates.append(fate(item.row, events, running=running, held=bool(item.hold)))
    return max(fates, key=lambda one: (not one.erased, one.until or 0))
