"""The erasure of what Iboo itself answers for: planned row by row, shown, then done (GDPR art. 17)."""

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import closing
from chalicelib.accounts.models import Account, Subscription
from chalicelib.errors import Conflict
from chalicelib.meetings import scheduling
from chalicelib.privacy import own_data
from chalicelib.register import ROWS, Role
from chalicelib.register.events import Event
from chalicelib.storage import Item, expiry
from chalicelib.storage.expiry import Place

from .rules import RUNNING, Fate, fate


def plan(account: Account, *, terminated: bool) -> list[Fate]:
    """What an erasure would do to each row in which something is kept. ``terminated``: the contract ends with it."""
    found = own_data.of(account)
    running = not terminated and under_contract(account)
    fates = []
    for row in ROWS:
        if Role.CONTROLLER not in row.roles:
            continue
        items = [item for kind in row.kinds for item in found.get(kind, []) if not item.controller]
        if items:
            fates.append(_of_row(items, running=running, terminated=terminated))
    return fates


def under_contract(account: Account) -> bool:
    """Whether the account's company has a subscription that runs."""
    subscription = storage.get(Subscription, f"company#{account.company}", "subscription", because="consent")
    return subscription is not None and (subscription.until is None or subscription.until > clock.now())


def carry_out(account: Account) -> list[Fate]:
    """Ends the account and, with its last administrator's, the company's contract; what the plan said happens now.

    Raises `Conflict` when a legal hold keeps the account.
    """
    fates = plan(account, terminated=True)
    for leaving in closing.leaving(account):
        scheduling.cancel_all_of(leaving)
    closing.close(account)
    return fates


def erasable(account: Account) -> list[tuple[str, str, str]]:
    """Kind and primary key of what an erasure deletes."""
    found = own_data.of(account)
    gone = {fate.row for fate in plan(account, terminated=True) if fate.erased}
    items = (item for of_kind in found.values() for item in of_kind)
    return [(item.kind_name, item.pk, item.sk) for item in items if item.row.key in gone and not item.controller]


def remaining(account: Account) -> set[str]:
    """Rows in which something of the person is left: what the census of a person finds after an erasure."""
    own = (f"account#{account.id}", f"directive#{account.id}", f"packages#{account.id}")
    places = [Place(row.store, pk, "") for row in ROWS if row.store for pk in (*own, accounts.login_key(account.email))]
    found = {str(item["kind"]) for place in places for item in expiry.partition(place.store, place.pk)}
    return {row.key for row in ROWS if found & row.kinds.keys()}


def unless_running(fates: list[Fate]) -> None:
    """Raises `Conflict` when the plan keeps something for a running contract: its end must be confirmed first."""
    if any(one.ground == RUNNING for one in fates):
        raise Conflict(RUNNING)


def _of_row(items: list[Item], *, running: bool, terminated: bool) -> Fate:
    """The row's fate: that of the item that is kept longest."""
    fates = []
    for item in items:
        events = item.moments()
        if terminated and any(clock.start is Event.TERMINATED for clock in item.row.clocks):
            events = {Event.TERMINATED.value: clock.now(), **events}
        fates.append(fate(item.row, events, running=running, held=bool(item.hold)))
    return max(fates, key=lambda one: (not one.erased, one.until or 0))
