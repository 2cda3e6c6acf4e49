"""The daily census: counts what is late in every table and bucket there is, known to the register or not.

It must find nothing. It does not ask the index that the sweep uses, it reads the stores themselves.
"""

from chalicelib import clock, log, storage
from chalicelib.register import ROWS, Row, Store
from chalicelib.register.events import Event
from chalicelib.register.stores import STORES
from chalicelib.storage import AlreadyThere, expiry, objects
from chalicelib.storage.expiry import Count
from chalicelib.storage.items import table_name

from .models import CensusResult
from .sweep import has_owner

GRACE = 24 * 3_600
"""Seconds an item may be past its time before it counts as late."""


def census() -> dict[str, Count]:
    """Counts, notes the result for the public page, and raises the alarm. Table or bucket → what was found."""
    now = clock.now()
    found = {name: expiry.census(name, store, now - GRACE) for name, store in expiry.tables().items()}
    known = {table_name(store): store for store in STORES}
    found |= {name: _bucket(known.get(name)) for name in objects.buckets()}
    for missing in known.keys() - found.keys():
        log.warning("census_no_store", store=missing)
    for name, count in found.items():
        _note(name, count, now)
        if count.late:
            log.warning("census_late", store=name, late=count.late, items=count.items)
    for result in results():
        if result.sk not in found:
            storage.delete(result)  # a table that is no more
    log.info("census", stores=len(found), late=sum(count.late for count in found.values()))
    return found


def results() -> list[CensusResult]:
    """What the last census found, by table or bucket."""
    return list(storage.query(CensusResult, "census"))


def _bucket(store: Store | None) -> Count:
    """An object is late when no row has its prefix, or its item is gone. A bucket no row names is late itself."""
    if store is None:
        return Count(items=0, late=1, oldest=None)
    rows = [row for row in ROWS if row.objects is store]
    names = objects.everything(store)
    return Count(items=len(names), late=sum(not _has_owner(rows, name) for name in names), oldest=None)


def _has_owner(rows: list[Row], name: str) -> bool:
    return any(name.startswith(row.prefix) and has_owner(row, name.removeprefix(row.prefix)) for row in rows)


def _note(name: str, count: Count, now: int) -> None:
    """Two censuses at once count the same; the last one stands."""
    item = CensusResult("census", name, counted=count.items, late=count.late, oldest=count.oldest, at=now)
    try:
        storage.create(item, {Event.RENEWED: now})
    except AlreadyThere:
        oldest = CensusResult.oldest.remove() if count.oldest is None else CensusResult.oldest.set(count.oldest)
        changes = CensusResult.counted.set(count.items), CensusResult.late.set(count.late), CensusResult.at.set(now)
        storage.update(item, *storage.restamping(item, Event.RENEWED, now), *changes, oldest, always=True)
