"""Create, read, update, delete: the only ways in and out of a table.

Reads hide what has passed its ``delete_by`` and blank the fields no running clock needs, that second. Existing items
are changed by conditional updates, never written whole. Frozen items are not read or changed unless the caller gives
a lawful reason; held ones are not deleted.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Literal, TypeVar

from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import clock
from chalicelib.register import clocks
from chalicelib.register.events import Event

from . import terms, tombstones
from .items import SYSTEM, Frozen, Item, kind_name, shared_connection, stamp, stamps
from .sealing import DataKey, seal, unseal

T = TypeVar("T", bound=Item)

Reason = Literal["consent", "legal claim", "rights of another", "public interest", "storage"]
"""What art. 18 (2) GDPR still allows with restricted data."""


class AlreadyThere(Exception):
    """An item with this key exists."""


class Changed(Exception):
    """The item is no longer as it was read, or the condition does not hold."""


class Held(Exception):
    """A legal hold or a freeze stands in the way of deletion."""


def create(
    item: Item,
    starts: Mapping[Event, int],
    *,
    controller: str | None = None,
    limit: int | None = None,
    key: DataKey | None = None,
) -> None:
    """Writes a new item with its clocks.

    ``starts``: the events that have happened, with their moments. ``controller``: the customer on whose behalf Iboo
    holds it. ``limit``: seconds after which this item goes, if sooner than its row. ``key``: seals its content.
    What has passed its ``delete_by`` is not there any more, swept or not. Raises `AlreadyThere`, `Refused`.
    """
    _prepare(item, starts, controller, limit, key)
    try:
        item.save(_vacant())
    except PutError as fault:
        if _condition_failed(fault):
            raise AlreadyThere(item.kind_name) from fault
        raise


def get(model: type[T], pk: str, sk: str, *, because: Reason | None = None, key: DataKey | None = None) -> T | None:
    """The item, read consistently; `None` when it is not there or has passed its time. Raises `Frozen`."""
    try:
        item = model.get(pk, sk, consistent_read=True)
    except model.DoesNotExist:
        return None
    return _seen(item, clock.now(), because, key) if isinstance(item, model) else None


def query(
    model: type[T],
    pk: str,
    prefix: str = "",
    *,
    after: str | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    because: Reason | None = None,
    key: DataKey | None = None,
) -> Iterator[T]:
    """The items of one partition, in the order of their sort keys; expired and frozen ones are left out and don't count
    against ``limit``.

    ``prefix``: of the sort key; ``after``: only sort keys beyond this one (and below the prefix's end).
    """
    span: Condition | None = Item.sk.startswith(prefix) if prefix else None
    if after is not None:
        span = Item.sk.between(after + "\0", prefix + "\uffff")
    found = model.query(pk, span, consistent_read=True, scan_index_forward=not newest_first, page_size=limit)
    yield from islice(_all_seen(found, because, key), limit)


def listed(
    model: type[T],
    list_pk: str,
    *,
    since: str = "",
    until: str = "\uffff",
    newest_first: bool = False,
    limit: int | None = None,
    because: Reason | None = None,
) -> Iterator[T]:
    """Items by the list index, ``since`` ≤ list_sk ≤ ``until``. The index trails writes by moments."""
    span = Item.list_sk.between(since or "\0", until)
    found = model.by_list.query(list_pk, span, scan_index_forward=not newest_first, page_size=limit)
    kind = kind_name(model)
    yield from islice(_all_seen((item for item in found if item.kind_name == kind), because, None), limit)


def update(
    item: Item,
    *actions: Action,
    condition: Condition | None = None,
    always: bool = False,
    because: Reason | None = None,
) -> None:
    """Changes an existing item and brings ``item`` up to date.

    The item must be as it was read (``version``), unless ``always`` is set: for counters and signs of life, where the
    last word counts. Raises `Changed`, `Frozen`.
    """
    _thaw(item, because)
    try:
        item.update(*_update_arguments(item, actions, condition, always))
    except UpdateError as fault:
        if _condition_failed(fault):
            raise Changed(item.kind_name) from fault
        raise


def happened(
    item: Item,
    event: Event,
    at: int,
    *actions: Action,
    condition: Condition | None = None,
    because: Reason | None = None,
) -> None:
    """An event that starts one of the item's clocks: its dates follow. ``actions``: what else changes with it.

    Raises `Changed`, `Frozen`.
    """
    update(item, *restamping(item, event, at), *actions, condition=condition, because=because)


def restamping(item: Item, event: Event, at: int) -> list[Action]:
    """The changes an event makes to an item's clocks, for an update or a transaction."""
    events = item.moments() | {event.value: at}
    dates = stamps(item.row, item.pk, events, None if item.limit is None else int(item.limit), clock.now())
    moments: Any = Item.events
    actions: list[Action] = [moments[event.value].set(at)]
    if item.hold or item.frozen:
        return actions  # dates stay suspended until the hold or freeze ends
    for name, value in dates.items():
        attribute = getattr(Item, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions


def delete(item: Item, why: str = tombstones.ASKED) -> None:
    """Deletes an item before its time. Raises `Held`; nothing happens when it is gone already.

    ``why``: for the tombstone that rows of the policy leave.
    """
    tombstone = _tombstone(item, why)
    if tombstone is not None:
        _delete_proved(item, tombstone)
        return
    try:
        item.delete(Item.pk.does_not_exist() | _free())
    except DeleteError as fault:
        if _condition_failed(fault):
            raise Held(item.kind_name) from fault
        raise


def _tombstone(item: Item, why: str) -> Item | None:
    due = None if item.delete_by is None else int(item.delete_by)
    return tombstones.for_item(item.kind_name, item.pk, item.sk, due, why)


def _delete_proved(item: Item, tombstone: Item) -> None:
    item._get_connection()
    write: Any = TransactWrite(connection=shared_connection())
    write.save(tombstone, Item.pk.does_not_exist())
    write.delete(item, Item.pk.exists() & _free())
    try:
        write.__exit__(None, None, None)
    except TransactWriteError as fault:
        if fault.cause_response_code != "TransactionCanceledException":
            raise
        if _is_there(item):
            raise Held(item.kind_name) from fault


def _is_there(item: Item) -> bool:
    try:
        type(item).get(item.pk, item.sk, consistent_read=True)
    except item.DoesNotExist:
        return False
    return True


class Transaction:
    """Up to 100 writes that all happen or none. Leaving the ``with`` block commits; raises `Changed`."""

    def __init__(self) -> None:
        self._write: Any = TransactWrite(connection=shared_connection())

    def __enter__(self) -> "Transaction":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        try:
            self._write.__exit__(None, None, None)
        except TransactWriteError as fault:
            if fault.cause_response_code == "TransactionCanceledException":
                raise Changed("transaction") from fault
            raise

    def create(
        self,
        item: Item,
        starts: Mapping[Event, int],
        *,
        controller: str | None = None,
        limit: int | None = None,
        key: DataKey | None = None,
    ) -> None:
        """As `create`."""
        _prepare(item, starts, controller, limit, key)
        item._get_connection()
        self._write.save(item, _vacant())

    def update(self, item: Item, *actions: Action, condition: Condition | None = None, always: bool = False) -> None:
        """As `update`; ``item`` itself is not brought up to date."""
        _thaw(item, None)
        item._get_connection()
        changes, holds = _update_arguments(item, actions, condition, always)
        self._write.update(item, changes, holds)

    def delete(self, item: Item, why: str = tombstones.ASKED) -> None:
        """As `delete`, of an item as it was read. Of rows of the policy it is two writes."""
        item._get_connection()
        tombstone = _tombstone(item, why)
        if tombstone is not None:
            self._write.save(tombstone, Item.pk.does_not_exist())
        self._write.delete(item, (Item.version == item.version) & _free())


def _prepare(
    item: Item, starts: Mapping[Event, int], controller: str | None, limit: int | None, key: DataKey | None
) -> None:
    limit = terms.limit_for(item.row, controller, limit)
    stamp(item, starts, controller, limit, clock.now())
    plain: dict[str, str] = item.__dict__.get("_plain", {})
    if plain and key is None:
        raise ValueError(f"{item.kind_name}: content needs a key")
    if key is not None:
        item.data_key = key.owner
        item.sealed = {name: seal(key, _place(item), name, value.encode()) for name, value in plain.items()}


def _update_arguments(
    item: Item, actions: tuple[Action, ...], condition: Condition | None, always: bool
) -> tuple[list[Action], Condition]:
    holds = Item.pk.exists() if always else Item.version == item.version
    if condition is not None:
        holds &= condition
    return [*actions, Item.version.add(1)], holds


def _vacant() -> Condition:
    """Nobody sees an item under this key: there is none, or only the sweep still has to come by."""
    vacant: Condition = Item.pk.does_not_exist() | ((Item.delete_by <= clock.now()) & _free())
    return vacant


def _free() -> Condition:
    free: Condition = Item.hold.does_not_exist() & (Item.frozen == False)  # noqa: E712 - an expression, not a test
    return free


def _seen(item: T, now: int, because: Reason | None, key: DataKey | None) -> T | None:
    limit = None if item.limit is None else int(item.limit)
    due = clocks.due(item.row, item.moments(), limit)
    if due is not None and due <= now:
        return None
    _thaw(item, because)
    live = clocks.live_fields(item.row, item.kind_name, item.moments(), now, limit)
    for name in set(item.get_attributes()) - SYSTEM - live:
        item.attribute_values.pop(name, None)
    if key is not None and item.sealed is not None:
        for name, value in item.sealed.as_dict().items():
            if name in live:
                setattr(item, name, unseal(key, _place(item), name, value).decode())
    return item


def _all_seen(found: Iterator[Item], because: Reason | None, key: DataKey | None) -> Iterator[Any]:
    now = clock.now()
    for item in found:
        if item.frozen and because is None:
            continue
        seen = _seen(item, now, because, key)
        if seen is not None:
            yield seen


def _thaw(item: Item, because: Reason | None) -> None:
    if item.frozen and because is None:
        raise Frozen(item.kind_name)


def _place(item: Item) -> str:
    return "\0".join((item.kind_name, item.pk, item.sk))


def _condition_failed(fault: PutError | UpdateError | DeleteError) -> bool:
    return fault.cause_response_code == "ConditionalCheckFailedException"
