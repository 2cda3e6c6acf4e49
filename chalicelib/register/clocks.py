"""What the clocks of a row say about one item. Pure functions over the item's events (name → seconds since 1970)."""

from collections.abc import Mapping

from .model import Clock, Phase, Row

Events = Mapping[str, int]


def end(clock: Clock, events: Events, limit: int | None = None) -> int | None:
    """When ``clock`` runs out; `None` while its event has not happened.

    ``limit``: seconds after the event, for an item kept shorter than its row; a longer one changes nothing.
    """
    start = events.get(clock.start)
    if start is None:
        return None
    keep = clock.before if clock.before is not None and start < clock.effective else clock.keep
    due = keep.after(start)
    return due if limit is None else min(due, start + limit)


def due(row: Row, events: Events, limit: int | None = None) -> int | None:
    """When the item must be gone: the last of its clocks; `None` while one of them is open."""
    ends = [end(clock, events, limit) for clock in row.clocks]
    known = [moment for moment in ends if moment is not None]
    return max(known) if known and len(known) == len(ends) else None


def next_step(row: Row, events: Events, now: int, limit: int | None = None) -> int | None:
    """The next moment at which the item loses fields, moves to the archive, or goes; `None` if not yet known."""
    ends = [moment for clock in row.clocks if (moment := end(clock, events, limit)) is not None]
    later = [moment for moment in ends if moment > now]
    return min(later) if later else max(ends, default=None)


def running(row: Row, events: Events, now: int, limit: int | None = None) -> tuple[Clock, ...]:
    """The clocks that have not run out at ``now``, open ones included."""
    ends = ((clock, end(clock, events, limit)) for clock in row.clocks)
    return tuple(clock for clock, moment in ends if moment is None or moment > now)


def live_fields(row: Row, kind: str, events: Events, now: int, limit: int | None = None) -> frozenset[str]:
    """The fields some running clock still needs."""
    fields: frozenset[str] = frozenset()
    for clock in running(row, events, now, limit):
        fields |= clock.fields & row.kinds[kind] if clock.fields else row.kinds[kind]
    return fields


def phase(row: Row, events: Events, now: int, limit: int | None = None) -> Phase:
    """Active while any running clock is of the active phase, archive afterwards."""
    clocks = running(row, events, now, limit)
    return Phase.ARCHIVE if clocks and all(clock.phase is Phase.ARCHIVE for clock in clocks) else Phase.ACTIVE
