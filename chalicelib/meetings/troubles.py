"""Entries that failed for want of a worker, of room or of sense: counted by company and day, naming nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from chalicelib import clock, log, storage
from chalicelib.errors import BadOffer, NoWorker, RoomFull
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from .models import JoinTrouble


@contextmanager
def counted(company: str) -> Iterator[None]:
    """Counts what fails inside, and lets it fail."""
    try:
        yield
    except (BadOffer, NoWorker, RoomFull) as fault:
        _count(company, fault.code)
        raise


def of(company: str) -> list[JoinTrouble]:
    """Those kept of a company, newest day first."""
    return sorted(storage.query(JoinTrouble, f"troubles#{company}"), key=lambda one: one.sk, reverse=True)


def _count(company: str, code: str) -> None:
    now = clock.now()
    item = JoinTrouble(f"troubles#{company}", f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}#{code}", times=1)
    try:
        try:
            storage.create(item, {Event.COLLECTED: now})
        except AlreadyThere:
            storage.update(item, JoinTrouble.times.add(1), always=True)
    except Exception as fault:  # a count that can't be kept must not take the place of what went wrong
        log.fault("join_trouble", fault)
