"""The daily census: counts what is late in every table, index, bucket and log group there is, known to the register or
not, and by category for the public page. It must find nothing late.
"""

from collections import defaultdict

from pynamodb.expressions.update import Action

from chalicelib import clock, log, storage
from chalicelib.register.events import Event
from chalicelib.register.stores import STORES
from chalicelib.storage import AlreadyThere, counting
from chalicelib.storage.counting import UNKNOWN, Count, Counts
from chalicelib.storage.items import table_name

from .models import CensusResult

GRACE = 24 * 3_600
"""Seconds an item may be past its time before it counts as late."""

PLACES, ROWS = "census", "census-rows"


def census() -> dict[str, Count]:
    """Counts, notes the results for the public page and the officer, and raises the alarm. Place → what was found."""
    now = clock.now()
    stores = _stores(now - GRACE)
    found = {name: _total(counts) for name, counts in stores.items()}
    found |= _indexes(now - GRACE) | counting.logs()
    for missing in {table_name(store) for store in STORES} - found.keys():
        log.warning("census_no_store", store=missing)
    for name, count in found.items():
        if count.late:
            log.warning("census_late", store=name, late=count.late, items=count.items)
    _keep(PLACES, found, now)
    _keep(ROWS, {row or "unknown": count for row, count in _by_row(stores).items()}, now)
    log.info("census", stores=len(found), late=sum(count.late for count in found.values()))
    return found


def results() -> list[CensusResult]:
    """What the last census found, by place."""
    return list(storage.query(CensusResult, PLACES))


def by_category() -> dict[str, CensusResult]:
    """What it found, by row of the register; ``unknown``: what no row names. A row without anything is not in it."""
    return {result.sk: result for result in storage.query(CensusResult, ROWS)}


def _stores(before: int) -> dict[str, Counts]:
    found = {name: counting.table(name, store, before) for name, store in counting.tables().items()}
    return found | {name: counting.bucket(store, before) for name, store in counting.buckets().items()}


def _indexes(before: int) -> dict[str, Count]:
    return {
        f"{name}/index/{which}": counting.index(name, which, before)
        for name in counting.tables()
        for which in counting.indexes(name)
    }


def _total(counts: Counts) -> Count:
    return sum(counts.values(), Count())


def _by_row(stores: dict[str, Counts]) -> Counts:
    found: defaultdict[str, Count] = defaultdict(Count)
    for counts in stores.values():
        for row, count in counts.items():
            found[row] += count
    return {row: count for row, count in found.items() if count.items or count.late or row is not UNKNOWN}


def _keep(partition: str, found: dict[str, Count], now: int) -> None:
    """Two censuses at once count the same; the last one stands. What is no more leaves."""
    for name, count in found.items():
        values = {
            "counted": count.items,
            "late": count.late,
            "suspended": count.suspended,
            "oldest": count.oldest,
            "next": count.next,
            "at": now,
        }
        item = CensusResult(partition, name, **values)
        try:
            storage.create(item, {Event.RENEWED: now})
        except AlreadyThere:
            changes = [_set(name, value) for name, value in values.items()]
            storage.update(item, *storage.restamping(item, Event.RENEWED, now), *changes, always=True)
    for result in storage.query(CensusResult, partition):
        if result.sk not in found:
            storage.delete(result)


def _set(name: str, value: int | None) -> Action:
    attribute = getattr(CensusResult, name)
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action
