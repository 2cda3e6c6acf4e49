"""A company whose rooms are closed by an operator, after abuse. Its people still read, export, erase what is theirs."""

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotFound, Suspended
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from .models import Suspension


def of(company: str) -> Suspension | None:
    """Since when and why, if it is."""
    return storage.get(Suspension, f"company#{company}", "suspension")


def require_none(company: str) -> None:
    """Raises `Suspended`."""
    if of(company) is not None:
        raise Suspended


def suspend(company: str, cause: str) -> None:
    """From now on nobody enters its rooms, and it invites nobody. Raises `Conflict` when it is so already."""
    now = clock.now()
    try:
        storage.create(Suspension(f"company#{company}", "suspension", since=now, cause=cause), {Event.LAST_USE: now})
    except AlreadyThere as fault:
        raise Conflict from fault


def lift(company: str) -> None:
    """It is no more. Raises `NotFound`."""
    found = of(company)
    if found is None:
        raise NotFound
    storage.delete(found)
