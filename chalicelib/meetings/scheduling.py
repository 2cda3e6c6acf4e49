"""Planning, changing and cancelling meetings."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from pynamodb.expressions.update import Action

from chalicelib import clock, keyed, log, storage, throttle
from chalicelib.accounts import plans
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.fleet import load
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Item

from . import chat, invitations
from .addresses import Address
from .models import Meeting, Occurrence, Reminder
from .rules import Plan, is_over
from .times import EARLY

REMIND_BEFORE = 3_600
"""Seconds before the start at which everybody is reminded."""
TOO_LONG = _(
    "Votre offre permet des réunions de %(hours)d h au plus. Choisissez une durée plus courte, ou une offre plus "
    "grande à la page « Abonnement »."
)
AT_ONCE = 20
"""Unplanned meetings one person may begin in an hour."""
RUN_FOR = 45.0
"""Seconds a run of the schedule of every minute reminds."""
MEET_NOW = 60 * 60
"""Seconds an unplanned meeting is taken to last."""


@dataclass(frozen=True)
class Planned:
    """A meeting with its date."""

    meeting: Meeting
    occurrence: Occurrence


def plan(account: Account, wanted: Plan, invitees: Iterable[Address]) -> Planned:
    """Plans a meeting and invites people; the host gets a confirmation. Raises `FormErrors` past the plan's limits."""
    guests = list(invitees)
    plans.may_meet(account.company)
    _fits_the_plan(account, wanted)
    invitations.count(account, len(guests))
    now = clock.now()
    identifier = keyed.new_id()
    meeting = Meeting(
        f"meeting#{identifier}",
        "meeting",
        title=wanted.title,
        host=account.id,
        company=account.company,
        timezone=wanted.timezone,
        sequence=0,
        created_at=now,
    )
    occurrence = Occurrence(
        meeting.pk,
        "occurrence#1",
        meeting=identifier,
        title=wanted.title,
        host=account.id,
        company=account.company,
        timezone=wanted.timezone,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        keep=wanted.keep,
    )
    occurrence.list_pk, occurrence.list_sk = f"host#{account.id}", _list_sk(wanted.ends_at, occurrence)
    reminder = _reminder(occurrence, now)
    ends = {Event.MEETING_END: wanted.ends_at}
    with storage.Transaction() as write:
        for item in (meeting, occurrence, reminder):
            write.create(item, ends, controller=account.company)
    planned = Planned(meeting, occurrence)
    invitations.start(planned, account, guests)
    return planned


def meet_now(account: Account, title: str) -> Planned:
    """A meeting that begins at once; nobody is invited yet. Raises `TooMany`."""
    throttle.hit("meet_now", account.id, AT_ONCE, 3_600)
    now = clock.now()
    return plan(account, Plan(title, now, now + MEET_NOW, account.timezone), ())


def change(account: Account, planned: Planned, wanted: Plan) -> None:
    """New title or time; everybody invited is told, and every clock follows. Raises `Conflict`, `FormErrors`,
    `NotFound`."""
    meeting, occurrence = planned.meeting, planned.occurrence
    if _closed(occurrence):
        raise NotFound
    _fits_the_plan(account, wanted)
    # What was written was written on that word; a form of a meeting that has begun says nothing of it.
    keep = occurrence.keep if occurrence.started_at else wanted.keep
    before = (meeting.title, int(occurrence.starts_at), int(occurrence.ends_at), meeting.timezone, occurrence.keep)
    if before == (wanted.title, wanted.starts_at, wanted.ends_at, wanted.timezone, keep):
        return invitations.move_clocks(meeting, wanted.ends_at)  # a change that broke off half-way is made good
    reminder = _reminder(occurrence, clock.now(), wanted.starts_at)
    same = Meeting.title.set(wanted.title), Meeting.timezone.set(wanted.timezone)
    dates = (
        Occurrence.title.set(wanted.title),
        Occurrence.timezone.set(wanted.timezone),
        Occurrence.starts_at.set(wanted.starts_at),
        Occurrence.ends_at.set(wanted.ends_at),
        Occurrence.keep.set(keep),
        Occurrence.host_told_at.remove(),
        Occurrence.list_sk.set(_list_sk(wanted.ends_at, occurrence)),
    )
    remind: tuple[Action, ...] = (Reminder.list_pk.remove(), Reminder.list_sk.remove())
    if reminder.list_pk:
        remind = (Reminder.list_pk.set(reminder.list_pk), Reminder.list_sk.set(reminder.list_sk))
    _write(
        (meeting, (*same, Meeting.sequence.set(int(meeting.sequence) + 1))),
        (occurrence, dates),
        (_present_reminder(occurrence), (Reminder.remind_at.set(reminder.remind_at), *remind)),
        meeting_end=wanted.ends_at,
    )
    invitations.move_clocks(meeting, wanted.ends_at)
    invitations.tell_change(find(account, meeting.id), account)


def cancel(account: Account, planned: Planned) -> None:
    """Cancels; everybody invited is told, links stop, the 28 days start now. Raises `Conflict`, `NotFound`."""
    meeting, occurrence = planned.meeting, planned.occurrence
    if _closed(occurrence):
        raise NotFound
    now = clock.now()
    end = min(now, int(occurrence.ends_at))
    _write(
        (meeting, (Meeting.cancelled_at.set(now), Meeting.sequence.set(int(meeting.sequence) + 1))),
        (occurrence, (Occurrence.cancelled_at.set(now), Occurrence.list_sk.set(_list_sk(end, occurrence)))),
        (_present_reminder(occurrence), (Reminder.list_pk.remove(), Reminder.list_sk.remove())),
        meeting_end=end,
    )
    fleet.end(occurrence.id)
    chat.forget(occurrence)
    invitations.move_clocks(meeting, end)
    invitations.tell_cancellation(find(account, meeting.id), account)


def cancel_all_of(account: Account) -> int:
    """Cancels every future meeting of an account that closes. Returns how many."""
    cancelled = 0
    for meeting in [item.meeting for item in upcoming(account)]:
        with suppress(NotFound):  # over this instant
            cancel(account, find(account, meeting))
            cancelled += 1
    return cancelled


def find(account: Account, meeting: str) -> Planned:
    """A meeting of this host. Raises `NotFound`: also for other people's meetings, which look like none."""
    planned = read(meeting)
    if planned.meeting.host != account.id:
        raise NotFound
    return planned


def read(meeting: str) -> Planned:
    """A meeting with its date. Raises `NotFound`."""
    item = storage.get(Meeting, f"meeting#{meeting}", "meeting")
    occurrence = storage.get(Occurrence, f"meeting#{meeting}", "occurrence#1")
    if item is None or occurrence is None:
        raise NotFound
    return Planned(item, occurrence)


def occurrence_of(identifier: str) -> Occurrence:
    """An occurrence by its id. Raises `NotFound`."""
    meeting, _, number = identifier.rpartition("-")
    if not number.isdecimal() or len(identifier) > 60:
        raise NotFound
    occurrence = storage.get(Occurrence, f"meeting#{meeting}", f"occurrence#{int(number)}")
    if occurrence is None:
        raise NotFound
    return occurrence


def upcoming(account: Account) -> list[Occurrence]:
    """The host's meetings that are not over, soonest first."""
    now = clock.now()
    items = storage.listed(Occurrence, f"host#{account.id}", since=f"{now:012d}")
    return [item for item in items if not is_closed(item, now)]


def past(account: Account) -> list[Occurrence]:
    """The host's meetings that are over or cancelled, latest first, as long as they are kept."""
    now = clock.now()
    items = storage.listed(Occurrence, f"host#{account.id}", newest_first=True)
    return [item for item in items if is_closed(item, now) or int(item.ends_at) < now]


def find_open(account: Account, meeting: str) -> Planned:
    """As `find`, for what makes sense before the end only. Raises `NotFound`."""
    planned = find(account, meeting)
    if _closed(planned.occurrence):
        raise NotFound
    return planned


def started(occurrence: Occurrence) -> None:
    """Somebody joins: the meeting's minutes count from the first time."""
    if not occurrence.started_at:
        storage.update(occurrence, Occurrence.started_at.set(clock.now()), always=True)


def end(occurrence: Occurrence) -> None:
    """Over for everybody: the host ended it, or its time is used up. The 28 days count from now. Raises `Conflict`."""
    if not _closed(occurrence):
        meeting, now = read(occurrence.meeting).meeting, clock.now()
        list_sk = _list_sk(min(now, int(occurrence.ends_at)), occurrence)
        _write(
            (meeting, ()),
            (occurrence, (Occurrence.ended_at.set(now), Occurrence.list_sk.set(list_sk))),
            (_present_reminder(occurrence), (Reminder.list_pk.remove(), Reminder.list_sk.remove())),
            meeting_end=now,
        )
        invitations.move_clocks(meeting, now)
    fleet.end(occurrence.id)
    chat.forget(occurrence)


def remind_due(timer: Callable[[], float] = time.monotonic) -> int:
    """Reminds everybody of each meeting whose hour has come. Returns how many meetings.

    What a run can't do in `RUN_FOR` the next one does: at eight o'clock a sixth of the day's meetings are due.
    """
    begun, told = timer(), 0
    for reminder in storage.listed(Reminder, "reminders", until=f"{clock.now():012d}\uffff"):
        if timer() - begun > RUN_FOR:
            break
        told += 1
        try:
            storage.update(reminder, Reminder.list_pk.remove(), Reminder.list_sk.remove())
        except Changed:
            continue  # another run took it
        try:
            _remind(reminder.meeting)
        except Exception as fault:  # one meeting that can't be reminded of must not keep the others
            log.fault("reminder", fault, meeting=reminder.meeting)
    return told


def _remind(meeting: str) -> None:
    planned = read(meeting)
    host = storage.get(Account, f"account#{planned.meeting.host}", "account")
    if host is not None and not _closed(planned.occurrence):
        load.expect(int(planned.occurrence.starts_at), 1 + invitations.number(planned.meeting.id))
        invitations.remind(planned, host)


def end_overdue() -> int:
    """Ends the live meetings that have used up their plan's minutes. Returns how many."""
    ended = 0
    for room in fleet.live_rooms():
        try:
            ended += _end_if_overdue(room.occurrence)
        except Conflict:
            continue  # changed this instant: the next minute ends it
        except Exception as fault:  # one meeting that can't be ended must not keep the others live
            log.fault("overdue", fault, occurrence=room.occurrence)
    return ended


def _end_if_overdue(identifier: str) -> bool:
    now = clock.now()
    try:
        occurrence = occurrence_of(identifier)
    except NotFound:
        fleet.end(identifier)
        return False
    if is_closed(occurrence, now):
        fleet.end(identifier)  # somebody joined while it was being ended
        return False
    if occurrence.started_at is None or now < _minutes_used_up(occurrence):
        return False
    end(occurrence)
    return True


def _fits_the_plan(account: Account, wanted: Plan) -> None:
    """Told while planning, not by a meeting that ends in mid-sentence. Raises `FormErrors`."""
    allowed = plans.of(account.company).minutes
    if wanted.ends_at - wanted.starts_at > 60 * allowed:
        raise FormErrors({"length": TOO_LONG}, hours=allowed // 60)


def _minutes_used_up(occurrence: Occurrence) -> int:
    """When the plan's minutes are over. Who tries the room days before uses none of them."""
    begun = max(int(occurrence.started_at or 0), int(occurrence.starts_at) - EARLY)
    return begun + 60 * plans.of(occurrence.company).minutes


def is_closed(occurrence: Occurrence, now: int) -> bool:
    """Ended or cancelled, or long past its planned end."""
    ended = None if occurrence.ended_at is None else int(occurrence.ended_at)
    cancelled = None if occurrence.cancelled_at is None else int(occurrence.cancelled_at)
    return is_over(int(occurrence.ends_at), ended, cancelled, now)


def _closed(occurrence: Occurrence) -> bool:
    return is_closed(occurrence, clock.now())


def _reminder(occurrence: Occurrence, now: int, start: int | None = None) -> Reminder:
    remind_at = (int(occurrence.starts_at) if start is None else start) - REMIND_BEFORE
    number = str(occurrence.sk).partition("#")[2]
    reminder = Reminder(occurrence.pk, f"reminder#{number}", meeting=occurrence.meeting, remind_at=remind_at)
    if remind_at > now:
        reminder.list_pk, reminder.list_sk = "reminders", f"{remind_at:012d}#{occurrence.id}"
    return reminder


def _present_reminder(occurrence: Occurrence) -> Reminder:
    number = str(occurrence.sk).partition("#")[2]
    reminder = storage.get(Reminder, occurrence.pk, f"reminder#{number}")
    if reminder is None:
        raise NotFound
    return reminder


def _write(*changes: tuple[Item, tuple[Action, ...]], meeting_end: int) -> None:
    """All changes of a meeting at once, each item's clock with them. Raises `Conflict`."""
    try:
        with storage.Transaction() as write:
            for item, actions in changes:
                write.update(item, *storage.restamping(item, Event.MEETING_END, meeting_end), *actions)
    except Changed as fault:
        raise Conflict from fault


def _list_sk(ends_at: int, occurrence: Occurrence) -> str:
    return f"{ends_at:012d}#{occurrence.id}"
