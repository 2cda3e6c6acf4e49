"""What expiry needs of the stores: find what is due, do what its clocks say, suspend it.

Works on items as the table holds them, so that a kind nobody remembers is deleted all the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.register import STORES, Phase, Row, UnknownKind, clocks, row_of
from chalicelib.register.stores import Store

from . import tombstones
from .items import SYSTEM, due_slot, stamps, table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Raw = dict[str, Any]
"""An item as the table holds it, as plain Python values."""

Outcome = Literal["deleted", "narrowed", "archived", "suspended", "kept"]
"""``suspended``: held or frozen, out of the index until it is released. ``kept``: gone or changed meanwhile."""

_UNCHANGED = "version = :version AND attribute_not_exists(#hold) AND frozen <> :yes"
_NAMES = {"#hold": "hold"}  # a word DynamoDB reserves
_REFUSED = ("ConditionalCheckFailedException", "TransactionCanceledException")
_DATES = ("delete_by", "ttl", "act_at", "due_slot")


@dataclass(frozen=True)
class Place:
    """Where an item is."""

    store: Store
    pk: str
    sk: str


def due_in_slot(store: Store, hour: int, shard: int, now: int) -> Iterator[Place]:
    """The items of ``store`` whose step falls in the hour that holds ``hour``, not after ``now``, page by page."""
    pages = (
        _client()
        .get_paginator("query")
        .paginate(
            TableName=table_name(store),
            IndexName="due",
            KeyConditionExpression="due_slot = :slot AND act_at <= :now",
            ExpressionAttributeValues={":slot": {"S": due_slot(hour, shard)}, ":now": {"N": str(now)}},
        )
    )
    for page in pages:
        yield from (Place(store, item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])


def due_by_scan(store: Store, now: int) -> Iterator[Place]:
    """The same without the index: every item of the table whose step is due by ``now``."""
    pages = (
        _client()
        .get_paginator("scan")
        .paginate(
            TableName=table_name(store),
            FilterExpression="act_at <= :now",
            ExpressionAttributeValues={":now": {"N": str(now)}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from (Place(store, item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])


def read(place: Place) -> Raw | None:
    """The item as the table holds it; `None` when there is none."""
    answer = _client().get_item(TableName=table_name(place.store), Key=_key(place), ConsistentRead=True)
    return _plain(answer["Item"]) if "Item" in answer else None


def partition(store: Store, pk: str, prefix: str = "") -> Iterator[Raw]:
    """The items of one partition as the table holds them, expired ones included."""
    pages = (
        _client()
        .get_paginator("query")
        .paginate(
            TableName=table_name(store),
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}} | ({":prefix": {"S": prefix}} if prefix else {}),
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from map(_plain, page["Items"])


def scan(store: Store) -> Iterator[Raw]:
    """Every item of a store, as plain Python values."""
    return scan_table(table_name(store))


def scan_table(name: str) -> Iterator[Raw]:
    """Every item of a table, whoever made it."""
    for page in _client().get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
        yield from map(_plain, page["Items"])


def remove(table: str, pk: str, sk: str) -> None:
    """Deletes an item of a table that is not in use, whatever it says."""
    _client().delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})


def tables() -> dict[str, Store | None]:
    """Every table under this installation's prefix, by name, with the store it is; `None`: no row has it."""
    known = {table_name(store): store for store in STORES}
    prefix = settings.get("TABLE_PREFIX") + "-"
    pages = _client().get_paginator("list_tables").paginate()
    return {name: known.get(name) for page in pages for name in page["TableNames"] if name.startswith(prefix)}


def step(place: Place, now: int, ending: Callable[[Raw], None]) -> Outcome:
    """Does what the item's clocks say at ``now``: deletes it, strips fields, moves it to the archive.

    ``ending`` is called with an item about to be deleted, first: what hangs on it goes before it. The write is
    conditional on the item being as read, and on no hold or freeze: safe to run twice at once.
    """
    item = read(place)
    if item is None:
        return "kept"
    if item.get("hold") or item.get("frozen"):
        return _suspend(place, item)
    try:
        row = row_of(item["kind"])
    except UnknownKind:
        return _delete(place, item)  # no row, no right to keep it
    events, limit = moments(item), _limit(item)
    ends = clocks.due(row, events, limit)
    if ends is not None and ends <= now:
        ending(item)
        return _delete_proved(place, item, ends)
    changed = _narrowed(row, item, now)
    if clocks.phase(row, events, now, limit) is Phase.ARCHIVE and row.archive not in (None, place.store):
        return _archive(place, item, changed, row)
    return _replace(place, item, changed) if changed != item else "kept"


def postpone(place: Place, until: int) -> None:
    """Puts an item whose step failed back into the index at a later hour; its ``delete_by`` stays."""
    item = read(place)
    if item is not None and not item.get("hold") and not item.get("frozen"):
        slot = due_slot(until, int(item["due_slot"].rpartition("#")[2]) if "due_slot" in item else 0)
        _replace(place, item, {**item, "act_at": until, "due_slot": slot})


def belongs(item: Mapping[str, Any], store: Store) -> bool:
    """Whether the register keeps items of this kind in ``store``."""
    try:
        row = row_of(str(item.get("kind")))
    except UnknownKind:
        return False
    return store in (row.store, row.archive)


def moments(item: Mapping[str, Any]) -> dict[str, int]:
    """The events that started an item's clocks."""
    return {name: int(at) for name, at in item.get("events", {}).items()}


def due(item: Mapping[str, Any]) -> int | None:
    """When an item's time is up by its events, held or not; `None`: none has started a clock that ends."""
    return clocks.due(row_of(item["kind"]), moments(item), _limit(item))


def rewrite(place: Place, item: Raw, changed: Raw) -> bool:
    """Writes ``changed`` in the place of ``item``, held or frozen or not; `False` when it is not as read any more."""
    stored = _stored({**changed, "version": item["version"] + 1})
    as_read = {"ConditionExpression": "version = :version", "ExpressionAttributeValues": {":version": _version(item)}}
    return _write("put_item", place, **as_read, Item=stored)


def redated(item: Raw, row: Row, now: int, swept: bool = False) -> Raw:
    """The item with the dates that follow from its events."""
    dates = stamps(row, item["pk"], moments(item), _limit(item), now, swept)
    return undated(item) | {name: value for name, value in dates.items() if value is not None}


def undated(item: Raw) -> Raw:
    """The item without dates: out of the due index, and with nothing for the table's own expiry."""
    return {name: value for name, value in item.items() if name not in _DATES}


def _narrowed(row: Row, item: Raw, now: int) -> Raw:
    """The item with the fields that a running clock still needs, and its next dates."""
    live = clocks.live_fields(row, item["kind"], moments(item), now, _limit(item))
    narrowed = {name: value for name, value in item.items() if name in SYSTEM or name in live}
    if "sealed" in item:
        narrowed["sealed"] = {name: value for name, value in item["sealed"].items() if name in live}
    return redated(narrowed, row, now, swept=True)


def _suspend(place: Place, item: Raw) -> Outcome:
    suspended = undated(item)
    return "suspended" if suspended == item or rewrite(place, item, suspended) else "kept"


def _delete(place: Place, item: Raw) -> Outcome:
    return "deleted" if _write("delete_item", place, **_as_read(item), Key=_key(place)) else "kept"


def _delete_proved(place: Place, item: Raw, due: int) -> Outcome:
    """Deletes an item whose time is up, together with writing its tombstone if its row leaves one."""
    why = item.get("released") or tombstones.DUE
    tombstone = tombstones.for_item(item["kind"], place.pk, place.sk, due, why)
    if tombstone is None:
        return _delete(place, item)
    put = {"TableName": table_name(tombstone.store), "Item": tombstone.serialize()}
    delete = {"TableName": table_name(place.store), "Key": _key(place), **_as_read(item)}
    return "deleted" if _both({"Put": put}, {"Delete": delete}) else "kept"


def _both(*writes: Any) -> bool:
    """Two writes that happen together; `False` when the item is not as it was read any more."""
    try:
        _client().transact_write_items(TransactItems=list(writes))
    except ClientError as fault:
        if fault.response["Error"]["Code"] in _REFUSED:
            return False
        raise
    return True


def _replace(place: Place, item: Raw, changed: Raw) -> Outcome:
    stored = _stored({**changed, "version": item["version"] + 1})
    return "narrowed" if _write("put_item", place, **_as_read(item), Item=stored) else "kept"


def _archive(place: Place, item: Raw, changed: Raw, row: Row) -> Outcome:
    assert row.archive is not None
    put = {"TableName": table_name(row.archive), "Item": _stored({**changed, "version": item["version"] + 1})}
    delete = {"TableName": table_name(place.store), "Key": _key(place), **_as_read(item)}
    return "archived" if _both({"Put": put}, {"Delete": delete}) else "kept"


def _write(verb: str, place: Place, **what: Any) -> bool:
    """`False` when the condition does not hold: the item changed meanwhile, and its new dates are in the index."""
    try:
        getattr(_client(), verb)(TableName=table_name(place.store), **what)
    except ClientError as fault:
        if fault.response["Error"]["Code"] in _REFUSED:
            return False
        raise
    return True


def _as_read(item: Raw) -> dict[str, Any]:
    """The condition that ``item`` is as it was read, and neither held nor frozen."""
    return {
        "ConditionExpression": _UNCHANGED,
        "ExpressionAttributeNames": _NAMES,
        "ExpressionAttributeValues": {":version": _version(item), ":yes": {"BOOL": True}},
    }


def _version(item: Raw) -> Any:
    return TypeSerializer().serialize(item["version"])


def _limit(item: Mapping[str, Any]) -> int | None:
    return None if item.get("limit") is None else int(item["limit"])


def _key(place: Place) -> dict[str, Any]:
    return {"pk": {"S": place.pk}, "sk": {"S": place.sk}}


def _plain(item: Mapping[str, Any]) -> Raw:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def _stored(item: Raw) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items() if value is not None}


@lru_cache(maxsize=1)
def _client() -> "DynamoDBClient":
    return boto3.client("dynamodb")
