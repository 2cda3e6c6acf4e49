"""The hourly sweep: what has passed its time is hidden that second; here it goes.

Store by store, keys first, from the store's mark hour by hour to now. The mark moves only past hours in which nothing
due is left, so a run that stops half-way, at its bound or by a crash, loses nothing. Two runs at once do each other no
harm: every step is conditional on the item being as read.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from math import inf

from chalicelib import clock, log, storage
from chalicelib.register import ROWS, STORES, Row, Store
from chalicelib.register.events import Event
from chalicelib.register.stores import KEYS
from chalicelib.storage import AlreadyThere, Changed, expiry, holding, objects
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import SHARDS

from . import endings
from .models import SweepMark

HOUR = 3_600

AT_ONCE = 8
"""Steps under way at a time: each waits for the store most of its time (`python -m bench.sweep`)."""

REVISITED = 2 * HOUR
"""Before the mark, looked at again: the index trails writes, and clocks of machines differ."""

SCAN_AFTER = 48 * HOUR
"""A store that is further behind is read whole, once: cheaper than a question per hour and shard."""

TABLES = sorted((store for store in STORES if store.kind == "table"), key=lambda store: store is not KEYS)
"""Keys first: once they are gone, what they protected is unreadable wherever a copy lies."""

Span = tuple[int, Iterator[Place]]
"""What is due in some hours, and how far the mark may move once all of it is done."""


@dataclass
class Run:
    """One run of the sweep. ``most``: steps it may take; ``deadline``: seconds since 1970 at which it stops."""

    most: int
    deadline: float = inf
    outcomes: Counter[str] = field(default_factory=Counter)
    finished: bool = True

    @property
    def steps(self) -> int:
        """How many items and objects were looked at."""
        return self.outcomes.total()

    def may_go_on(self) -> bool:
        """Whether there is room for one more step; notes that the run is not finished when there is none."""
        if self.steps < self.most and clock.precise_now() < self.deadline:
            return True
        self.finished = False
        return False


def sweep(most: int = 200_000, deadline: float = inf) -> Run:
    """Brings every store up to date, as far as the bounds allow."""
    run = Run(most, deadline)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for store in TABLES:
            _sweep_table(store, run, pool)
    for row in ROWS:
        if row.objects is not None:
            _sweep_objects(row, run)
    log.info("sweep", finished=run.finished, **run.outcomes)
    return run


def marks() -> dict[str, int]:
    """When each table was last swept: store → seconds since 1970."""
    return {mark.sk: mark.moments()[Event.RENEWED] for mark in storage.query(SweepMark, "sweep")}


def _sweep_table(store: Store, run: Run, pool: ThreadPoolExecutor) -> None:
    now = clock.now()
    mark = storage.get(SweepMark, "sweep", store.key)
    reached: int | None = None
    for end, places in _spans(store, None if mark is None else int(mark.hour), now):
        if not _take_all(places, run, now, pool):
            break
        reached = end
    _note(mark, store, reached, now)


def _spans(store: Store, mark: int | None, now: int) -> Iterator[Span]:
    this_hour = now - now % HOUR
    if mark is None or this_hour - mark > SCAN_AFTER:
        yield this_hour, expiry.due_by_scan(store, now)
        return
    for hour in range(min(mark, this_hour) - REVISITED, this_hour + HOUR, HOUR):
        slots = (expiry.due_in_slot(store, hour, shard, now) for shard in range(SHARDS))
        yield min(hour + HOUR, this_hour), chain.from_iterable(slots)


def _take_all(places: Iterator[Place], run: Run, now: int, pool: ThreadPoolExecutor) -> bool:
    """Whether there was room for all of them."""
    while run.may_go_on():
        batch = list(islice(places, min(AT_ONCE, run.most - run.steps)))
        if not batch:
            return True
        run.outcomes.update(pool.map(lambda place: _take(place, now), batch))
    return False


def _take(place: Place, now: int) -> str:
    try:
        return expiry.step(place, now, endings.before)
    except Exception as fault:  # one item that can't go must not keep the others; it comes again in an hour
        log.fault("sweep_item", fault, store=place.store.key)
        expiry.postpone(place, now + HOUR)
        return "postponed"


def _note(mark: SweepMark | None, store: Store, reached: int | None, now: int) -> None:
    try:
        if mark is not None:
            moved = () if reached is None else (SweepMark.hour.set(reached),)
            storage.happened(mark, Event.RENEWED, now, *moved)
        elif reached is not None:
            storage.create(SweepMark("sweep", store.key, hour=reached), {Event.RENEWED: now})
    except (AlreadyThere, Changed):
        log.info("sweep_twice", store=store.key)  # the other run notes how far it came


def _sweep_objects(row: Row, run: Run) -> None:
    """Deletes the objects that wait for nothing any more, once what is held or frozen is copied apart."""
    if copied := holding.catch_up(row):
        run.outcomes["copied"] += copied
    for name in holding.unneeded(row, clock.now()):
        if not run.may_go_on():
            return
        objects.delete(row, name)
        run.outcomes["orphans"] += 1
