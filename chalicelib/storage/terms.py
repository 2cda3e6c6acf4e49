"""How long a customer wants what its meetings leave to be kept: shorter than the register's clocks, never longer.

It stands here and not with accounts so that no write on a customer's behalf can forget it: `access` shortens each one.
"""

from collections.abc import Mapping

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib import clock
from chalicelib.register import Role, Row, clocks, row_of, stores
from chalicelib.register.events import Event

from .items import People

DAY = 86_400
TRUSTED = 30
"""Seconds for which a process believes what it read of a company."""
MOST_KNOWN = 5_000

_known: dict[str, tuple[int, int | None]] = {}


class CompanyRules(People, discriminator="company_rules"):
    """``company#<id>`` / ``rules``: what a company decides for all its meetings (`accounts.conduct`)."""

    recording = BooleanAttribute()
    lobby = UnicodeAttribute()
    keep = UnicodeAttribute()
    days = NumberAttribute()
    joiners = UnicodeAttribute()
    domains: ListAttribute[str] = ListAttribute()
    second_factor = BooleanAttribute(null=True)
    changed_at = NumberAttribute()


def limit_for(row: Row, controller: str | None, limit: int | None) -> int | None:
    """``limit``, or what the customer's rule makes of it: only for what Iboo keeps for customers, of its meetings."""
    if controller is None or row.store is not stores.USAGE or row.roles != {Role.PROCESSOR}:
        return limit
    wanted = _limit_of(controller)
    return limit if wanted is None else wanted if limit is None else min(wanted, limit)


def due(kind: str, events: Mapping[Event, int], controller: str) -> int | None:
    """When an item of this kind, written now for a customer, will be deleted at the latest."""
    row = row_of(kind)
    return clocks.due(row, {event.value: at for event, at in events.items()}, limit_for(row, controller, None))


def forget(company: str) -> None:
    """The company's rules have changed: they are read anew."""
    _known.pop(company, None)


def _limit_of(company: str) -> int | None:
    now = clock.now()
    read_at, limit = _known.get(company, (0, None))
    if now - TRUSTED < read_at <= now:
        return limit
    try:
        rules = CompanyRules.get(f"company#{company}", "rules", consistent_read=True)
        limit = int(rules.days) * DAY if isinstance(rules, CompanyRules) else None
    except CompanyRules.DoesNotExist:
        limit = None
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[company] = (now, limit)
    return limit
