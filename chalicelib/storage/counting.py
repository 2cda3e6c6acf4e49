"""What a census counts: every table, index, bucket and log group under this installation's prefix, known or not.

It reads the stores themselves and asks no index what the sweep uses; the indexes are counted like any other copy.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3

from chalicelib import settings
from chalicelib.register import LOGS, ROWS, STORES, row_of
from chalicelib.register.stores import Store

from . import expiry, holding, objects
from .expiry import Raw
from .items import table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_logs import CloudWatchLogsClient

INDEXES = ("due", "list")
"""The indexes every table has (`infra.data.table`)."""

UNKNOWN = ""
"""Stands for the row of what no row of the register names."""


@dataclass(frozen=True)
class Count:
    """``late``: past its time by more than the grace, or nothing the register gives a right to be there. ``suspended``:
    held or frozen. ``oldest``: when the first clock of the oldest item started; ``next``: the earliest date of deletion
    among what is late, or among all when nothing is. Moments in seconds since 1970; `None`: none.
    """

    items: int = 0
    late: int = 0
    suspended: int = 0
    oldest: int | None = None
    next: int | None = None

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        dated = (self, other) if bool(self.late) == bool(other.late) else (self,) if self.late else (other,)
        return Count(
            self.items + other.items,
            self.late + other.late,
            self.suspended + other.suspended,
            min((one.oldest for one in (self, other) if one.oldest is not None), default=None),
            min((one.next for one in dated if one.next is not None), default=None),
        )


Counts = dict[str, Count]
"""By row of the register; `UNKNOWN` for what none names."""


def table(name: str, store: Store | None, before: int) -> Counts:
    """A table's items; late are those whose ``delete_by`` lies before ``before``, and all where no row belongs.

    A table that no row names (``store`` is `None`) is late itself, even empty.
    """
    found = _tally(_of_item(item, store, before) for item in expiry.scan_table(name))
    if store is None and not found:
        found = {UNKNOWN: Count(late=1)}
    return found


def indexes(name: str) -> list[str]:
    """The indexes of a table, declared or not."""
    described = _dynamodb().describe_table(TableName=name)["Table"]
    return sorted(one["IndexName"] for one in described.get("GlobalSecondaryIndexes", []))


def index(name: str, which: str, before: int) -> Count:
    """The entries of an index; late are those due before ``before``. An index nobody declared is late itself."""
    if which not in INDEXES:
        return Count(late=1)
    late = "act_at < :before" if which == "due" else "delete_by < :before"
    pages = (
        _dynamodb()
        .get_paginator("scan")
        .paginate(
            TableName=name,
            IndexName=which,
            Select="COUNT",
            FilterExpression=late,
            ExpressionAttributeValues={":before": {"N": str(before)}},
        )
    )
    total = Count()
    for page in pages:
        total += Count(page["ScannedCount"], page["Count"])
    return total


def bucket(store: Store | None, before: int) -> Counts:
    """A bucket's objects; late are those under a prefix no row has, and those that waited for nothing ``before``."""
    if store is None:
        return {UNKNOWN: Count(late=1)}
    rows = [row for row in ROWS if row.objects is store]
    names = objects.everything(store)
    found = {row.key: Count(sum(name.startswith(row.prefix) for name in names)) for row in rows}
    for row in rows:
        found[row.key] += Count(late=sum(1 for _ in holding.unneeded(row, before)))
    strange = sum(not any(name.startswith(row.prefix) for row in rows) for name in names)
    return found | ({UNKNOWN: Count(strange, strange)} if strange else {})


def logs() -> dict[str, Count]:
    """The log groups of this installation, by name; late is one that no row names, or that keeps its lines longer than
    its row: its lines themselves are deleted by the carrier."""
    prefix = f"/{settings.get('TABLE_PREFIX')}/"
    found = {}
    for page in _logs().get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
        for group in page["logGroups"]:
            most = LOGS.get(group["logGroupName"].removeprefix(prefix))
            kept = group.get("retentionInDays")
            found[group["logGroupName"]] = Count(1, int(most is None or kept is None or kept > most))
    return found


def tables() -> dict[str, Store | None]:
    """Every table under this installation's prefix, by name, with the store it is; `None`: no row has it."""
    return expiry.tables()


def buckets() -> dict[str, Store | None]:
    """The same of buckets."""
    known = {table_name(store): store for store in STORES}
    return {name: known.get(name) for name in objects.buckets()}


def _tally(counted: Iterator[tuple[str, Count]]) -> Counts:
    found: defaultdict[str, Count] = defaultdict(Count)
    for row, count in counted:
        found[row] += count
    return dict(found)


def _of_item(item: Raw, store: Store | None, before: int) -> tuple[str, Count]:
    if store is None or not expiry.belongs(item, store):
        return UNKNOWN, Count(1, 1)
    started = min((at for at in expiry.moments(item).values()), default=None)
    key, ends = row_of(str(item["kind"])).key, item.get("delete_by")
    if item.get("hold") or item.get("frozen"):
        return key, Count(1, 0, 1, started)
    late = int(ends is not None and ends < before)
    return key, Count(1, late, 0, started, None if ends is None else int(ends))


@lru_cache(maxsize=1)
def _dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@lru_cache(maxsize=1)
def _logs() -> "CloudWatchLogsClient":
    return boto3.client("logs")
