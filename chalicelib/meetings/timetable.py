"""What is written when the dates of a meeting change: all at once, each clock and the next reminder with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.register.events import Event
from chalicelib.storage import Changed

from .models import Meeting, MeetingRole, Occurrence, Reminder
from .rules import is_over

REMIND_BEFORE = 3_600
"""Seconds before the start at which everybody is reminded."""


@dataclass(frozen=True)
class Dated:
    """What becomes of a date: when it begins, until when its clock counts, whether people can still come; ``actions``:
    what else changes."""

    starts_at: int
    end: int
    open: bool
    actions: tuple[Action, ...] = ()


def new_date(meeting: Meeting, number: int, starts_at: int, ends_at: int, **more: Any) -> Occurrence:
    """A date of a meeting, not written yet. ``more``: its other fields."""
    occurrence = Occurrence(
        meeting.pk,
        f"occurrence#{number}",
        meeting=meeting.id,
        title=meeting.title,
        host=meeting.host,
        company=meeting.company,
        timezone=meeting.timezone,
        starts_at=starts_at,
        ends_at=ends_at,
        **more,
    )
    occurrence.list_pk, occurrence.list_sk = f"host#{meeting.host}", list_sk(ends_at, occurrence)
    return occurrence


def create(meeting: Meeting, dates: Iterable[Occurrence], roles: Iterable[MeetingRole] = ()) -> None:
    """Writes a new meeting with its dates and roles: all or nothing."""
    written = list(dates)
    last = max(int(one.ends_at) for one in written)
    found = _next(((one.number, _new(one)) for one in written), clock.now())
    number, remind_at = found or (1, int(written[0].starts_at) - REMIND_BEFORE)
    reminder = Reminder(meeting.pk, "reminder#1", meeting=meeting.id, remind_at=remind_at, number=number)
    if found:
        reminder.list_pk, reminder.list_sk = "reminders", f"{remind_at:012d}#{meeting.id}-{number}"
    with storage.Transaction() as write:
        for one in written:
            write.create(one, {Event.MEETING_END: int(one.ends_at)}, controller=meeting.company)
        for item in (meeting, reminder, *roles):
            write.create(item, {Event.MEETING_END: last}, controller=meeting.company)


def write(
    meeting: Meeting,
    dates: Iterable[Occurrence],
    changed: Mapping[int, Dated],
    *actions: Action,
    new: Iterable[Occurrence] = (),
) -> int:
    """Changes a meeting (``actions``) and some of its dates, by number. Returns the end its clocks count from: the last
    of its dates'. Raises `Conflict`, `NotFound`."""
    rows, added = list(dates), list(new)
    after = {one.number: changed.get(one.number) or _as_is(one) for one in rows}
    after |= {one.number: _new(one) for one in added}
    last = max(one.end for one in after.values())
    reminder = reminder_of(meeting)
    try:
        with storage.Transaction() as transaction:
            transaction.update(meeting, *storage.restamping(meeting, Event.MEETING_END, last), *actions)
            remind = next_reminder(meeting.id, after, clock.now())
            transaction.update(reminder, *storage.restamping(reminder, Event.MEETING_END, last), *remind)
            for one in rows:
                if one.number in changed:
                    so = changed[one.number]
                    listed = Occurrence.list_sk.set(list_sk(so.end, one))
                    stamps = storage.restamping(one, Event.MEETING_END, so.end)
                    transaction.update(one, *stamps, listed, *so.actions)
            for one in added:
                transaction.create(one, {Event.MEETING_END: int(one.ends_at)}, controller=meeting.company)
    except Changed as fault:
        raise Conflict from fault
    return last


def next_reminder(meeting: str, dates: Mapping[int, Dated], now: int) -> tuple[Action, ...]:
    """The changes that make the reminder of a meeting (its id) that of its next date; ``dates`` by number."""
    found = _next(dates.items(), now)
    if found is None:
        return Reminder.list_pk.remove(), Reminder.list_sk.remove()
    number, remind_at = found
    return (
        Reminder.number.set(number),
        Reminder.remind_at.set(remind_at),
        Reminder.list_pk.set("reminders"),
        Reminder.list_sk.set(f"{remind_at:012d}#{meeting}-{number}"),
    )


def reminder_of(meeting: Meeting) -> Reminder:
    """The meeting's reminder. Raises `NotFound`."""
    reminder = storage.get(Reminder, meeting.pk, "reminder#1")
    if reminder is None:
        raise NotFound
    return reminder


def as_they_are(dates: Iterable[Occurrence]) -> dict[int, Dated]:
    """The dates by their number, when nothing becomes of them."""
    return {one.number: _as_is(one) for one in dates}


def with_actions(so: Dated, *actions: Action) -> Dated:
    """The same date, with what else changes."""
    return replace(so, actions=actions)


def end_of(one: Occurrence) -> int:
    """From when the clocks of a date count: its planned end, or when it was ended or cancelled."""
    return one.moments().get(Event.MEETING_END, int(one.ends_at))


def last_end(dates: Iterable[Occurrence]) -> int:
    """From when the clocks of the meeting itself count: the last of its dates' ends."""
    return max(_as_is(one).end for one in dates)


def list_sk(ends_at: int, occurrence: Occurrence) -> str:
    """Where a date stands in its host's list."""
    return f"{ends_at:012d}#{occurrence.id}"


def is_closed(occurrence: Occurrence, now: int) -> bool:
    """Ended or cancelled, or long past its planned end."""
    ended = None if occurrence.ended_at is None else int(occurrence.ended_at)
    cancelled = None if occurrence.cancelled_at is None else int(occurrence.cancelled_at)
    return is_over(int(occurrence.ends_at), ended, cancelled, now)


def _new(one: Occurrence) -> Dated:
    return Dated(int(one.starts_at), int(one.ends_at), True)


def _as_is(one: Occurrence) -> Dated:
    return Dated(int(one.starts_at), end_of(one), not is_closed(one, clock.now()))


def _next(dates: Iterable[tuple[int, Dated]], now: int) -> tuple[int, int] | None:
    """Number and moment of the next reminder."""
    coming = ((one.starts_at - REMIND_BEFORE, number) for number, one in dates if one.open)
    found = min(((at, number) for at, number in coming if at > now), default=None)
    return (found[1], found[0]) if found else None
