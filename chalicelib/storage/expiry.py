"""What expiry needs of the stores: find what is due, do what its clocks say, count what is late.

Works on items as the table holds them, so that a kind nobody remembers is deleted all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from chalicelib.register import Phase, Row, UnknownKind, clocks, row_of
from chalicelib.register.stores import Store

from .items import SHARDS, SYSTEM, due_slot, stamps, table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Outcome = Literal["deleted", "narrowed", "archived", "kept"]
_CONDITION_FAILED = "ConditionalCheckFailedException"


@dataclass(frozen=True)
class Due:
    """An item whose next step is due, as the index shows it."""

    store: Store
    pk: str
    sk: str


@dataclass(frozen=True)
class Count:
    """What a census found in one store. ``late``: items past their time by more than the grace. ``oldest``: the
    earliest ``delete_by`` among them, or among all when none is late (`None`: nothing has one)."""

    items: int
    late: int
    oldest: int | None


def due_in_hour(store: Store, hour: int, now: int, limit: int) -> list[Due]:
    """At most ``limit`` items of ``store`` whose step falls in the hour that holds ``hour``, and not after ``now``."""
    found: list[Due] = []
    for shard in range(SHARDS):
        if len(found) >= limit:
            break
        answer = _client().query(
            TableName=table_name(store),
            IndexName="due",
            KeyConditionExpression="due_slot = :slot AND act_at <= :now",
            ExpressionAttributeValues={":slot": {"S": due_slot(hour, shard)}, ":now": {"N": str(now)}},
            Limit=limit - len(found),
        )
        found += [Due(store, item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"]]
    return found


def read(due: Due) -> dict[str, Any] | None:
    """The item as the table holds it, as plain Python values."""
    answer = _client().get_item(TableName=table_name(due.store), Key=_key(due), ConsistentRead=True)
    return _plain(answer["Item"]) if "Item" in answer else None


def step(due: Due, now: int) -> Outcome:
    """Does what the item's clocks say at ``now``: deletes it, strips fields, moves it to the archive.

    Conditional on its dates being as read, and on no hold or freeze: safe to run twice at once.
    """
    item = read(due)
    if item is None or item.get("hold") or item.get("frozen"):
        return "kept"
    events = {name: int(at) for name, at in item.get("events", {}).items()}
    limit = None if item.get("limit") is None else int(item["limit"])
    try:
        row = row_of(item["kind"])
    except UnknownKind:
        return _delete(due, item)  # no row, no right to keep it
    ends = clocks.due(row, events, limit)
    if ends is not None and ends <= now:
        return _delete(due, item)
    live = clocks.live_fields(row, item["kind"], events, now, limit)
    stripped = {name: value for name, value in item.items() if name in SYSTEM or name in live}
    if "sealed" in item:
        stripped["sealed"] = {name: value for name, value in item["sealed"].items() if name in live}
    if clocks.phase(row, events, now, limit) is Phase.ARCHIVE and row.archive not in (None, due.store):
        return _archive(due, item, _restamped(row, stripped, events, limit, now), row)
    restamped = _restamped(row, stripped, events, limit, now)
    return _put(due, item, restamped, "narrowed") if restamped != item else "kept"


def census(store: Store, before: int) -> Count:
    """Counts every item of a table; late are those whose ``delete_by`` lies before ``before``, held ones apart."""
    items = late = 0
    oldest: int | None = None
    oldest_late: int | None = None
    for item in scan(store):
        items += 1
        delete_by = item.get("delete_by")
        if delete_by is None or item.get("hold") or item.get("frozen"):
            continue
        oldest = min(oldest or int(delete_by), int(delete_by))
        if delete_by < before:
            late += 1
            oldest_late = min(oldest_late or int(delete_by), int(delete_by))
    return Count(items, late, oldest_late if late else oldest)


def scan(store: Store) -> Iterator[dict[str, Any]]:
    """Every item of a table, as plain Python values."""
    for page in _client().get_paginator("scan").paginate(TableName=table_name(store), ConsistentRead=True):
        yield from map(_plain, page["Items"])


def _delete(due: Due, item: dict[str, Any]) -> Outcome:
    return _write("delete_item", due, item, "deleted", Key=_key(due))


def _put(due: Due, item: dict[str, Any], changed: dict[str, Any], outcome: Outcome) -> Outcome:
    return _write("put_item", due, item, outcome, Item=_stored(changed))


def _archive(due: Due, item: dict[str, Any], changed: dict[str, Any], row: Row) -> Outcome:
    assert row.archive is not None
    _client().put_item(TableName=table_name(row.archive), Item=_stored(changed))  # first: a crash leaves both, not none
    return "archived" if _delete(due, item) == "deleted" else "kept"


def _write(verb: str, due: Due, item: dict[str, Any], outcome: Outcome, **what: Any) -> Outcome:
    try:
        getattr(_client(), verb)(
            TableName=table_name(due.store),
            ConditionExpression="version = :version AND attribute_not_exists(hold) AND frozen <> :yes",
            ExpressionAttributeValues={":version": TypeSerializer().serialize(item["version"]), ":yes": {"BOOL": True}},
            **what,
        )
    except ClientError as fault:
        if fault.response["Error"]["Code"] == _CONDITION_FAILED:
            return "kept"  # changed meanwhile: its new dates are in the index
        raise
    return outcome


def _restamped(row: Row, item: dict[str, Any], events: clocks.Events, limit: int | None, now: int) -> dict[str, Any]:
    dates = stamps(row, item["pk"], events, limit, now)
    return {**item, **{name: value for name, value in dates.items() if value is not None}}


def _key(due: Due) -> dict[str, Any]:
    return {"pk": {"S": due.pk}, "sk": {"S": due.sk}}


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def _stored(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


@lru_cache(maxsize=1)
def _client() -> "DynamoDBClient":
    return boto3.client("dynamodb")
