"""Changing and cancelling what is planned: one date of a series, it and those that follow, or all."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Literal

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.accounts import conduct, house, suspension
from chalicelib.accounts.models import Account
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet

from . import chat, invitations, organisers, series, timetable
from .models import Meeting, Occurrence
from .organisers import Organisers
from .rules import Plan
from .scheduling import Planned, find, fits_the_plan, hosted, read
from .timetable import Dated, is_closed

Scope = Literal["one", "following", "all"]
ORDER = _(
    "Les dates d’une série restent dans leur ordre, une par jour au plus : les calendriers n’en lisent pas d’autre."
)


def change(account: Account, planned: Planned, wanted: Plan, scope: Scope = "one") -> None:
    """New title, time or rhythm; everybody invited is told, and every clock follows.

    ``scope``: ``all`` with another rhythm as long as no date has been; else ``all`` are those to come. Raises
    `Conflict`, `FormErrors`, `NotFound`, `Suspended`.
    """
    if is_closed(planned.occurrence, clock.now()):
        raise NotFound
    suspension.require_none(account.company)
    fits_the_plan(account, wanted)
    allowed = conduct.keepings(house.of(account.company))
    wanted = wanted if wanted.keep in allowed else replace(wanted, keep=allowed[0])
    if not planned.is_series or scope == "one":
        _change_one(account, planned, wanted)
    elif scope == "all" and not planned.has_begun():
        _change_all(account, planned, wanted)
    else:
        _change_following(account, planned, wanted, planned.open_dates()[0] if scope == "all" else planned.occurrence)


def cancel(account: Account, planned: Planned, scope: Scope = "one") -> None:
    """Cancels; everybody invited is told, links stop when nothing is left, the 28 days of each date start now. Raises
    `Conflict`, `NotFound`."""
    if is_closed(planned.occurrence, clock.now()):
        raise NotFound
    dates, begun = planned.open_dates(), planned.has_begun()
    if scope == "following" or (scope == "all" and begun):
        first = dates[0].number if scope == "all" else planned.occurrence.number
        dates = [date for date in dates if date.number >= first]
    if planned.is_series and scope == "one":
        dates = [planned.occurrence]
    everything = {date.number for date in planned.dates if not date.cancelled_at} == {date.number for date in dates}
    if not planned.is_series or (everything and not planned.has_been_held()):
        _cancel_whole(account, planned, dates)
    elif scope == "one":
        _cancel_one(account, planned)
    else:
        _cancel_rest(account, planned, dates)


def cancel_all_of(account: Account) -> int:
    """Cancels every future meeting of an account that closes, and ends its roles in others. Returns how many."""
    cancelled = 0
    for meeting in dict.fromkeys(item.meeting for item in hosted(account)):
        with suppress(NotFound):  # over this instant
            cancel(account, find(account, meeting), "all")
            cancelled += 1
    organisers.forget(account)
    return cancelled


def pass_all_on(account: Account, to: Account, by: Account) -> int:
    """Somebody leaves: their future meetings become a colleague's, guests and calendars are told, their roles in others
    end. ``by``: who does it. Returns how many. Raises `Conflict`: what is passed on stays so; do it again."""
    passed = 0
    for meeting in dict.fromkeys(item.meeting for item in hosted(account)):
        with suppress(NotFound):  # over this instant
            planned = find(account, meeting)
            before = organisers.of(planned.meeting)
            gone = (account.id, to.id)
            cohosts = tuple(one for one in (before.cohosts if before else ()) if one.id not in gone)
            planner = before.planner if before and before.planner and before.planner.id not in gone else None
            organisers.write(planned, Organisers(to, cohosts, planner))
            invitations.tell_handed_over(read(planned.occurrence.id), by, before)
            passed += 1
    organisers.forget(account)
    return passed


def hand_over(account: Account, planned: Planned, form: Mapping[str, str]) -> None:
    """Another host or other co-hosts, as a form asks; who comes and who goes is told. Raises `Conflict`,
    `FormErrors`."""
    before = organisers.of(planned.meeting)
    wanted = organisers.read(account, form, planner=(before.planner if before else None) or account)
    if before == wanted:
        return
    organisers.write(planned, wanted)
    invitations.tell_organisers(read(planned.occurrence.id), account, before)


def _change_one(account: Account, planned: Planned, wanted: Plan) -> None:
    meeting, date = planned.meeting, planned.occurrence
    if planned.is_series:
        _in_order(planned, {date.number: wanted.starts_at}, wanted.timezone)
    so = _changed(date, wanted, wanted.starts_at, wanted.ends_at)
    if so is None:  # a change that broke off half-way is made good
        return invitations.move_clocks(meeting, timetable.last_end(planned.dates))
    same = () if planned.is_series else (Meeting.title.set(wanted.title), Meeting.timezone.set(wanted.timezone))
    before = int(date.starts_at)
    _write(planned, {date.number: so}, *same)
    again = read(date.id)
    invitations.tell_change(again, account, date=again.occurrence, before=before)


def _change_following(account: Account, planned: Planned, wanted: Plan, first: Occurrence) -> None:
    """The times of those that follow change as that of the first does; what is only renamed keeps its own time."""
    dates = [date for date in planned.open_dates() if date.number >= first.number]
    zone, length = wanted.timezone, wanted.ends_at - wanted.starts_at
    was = int(first.starts_at), int(first.ends_at), first.timezone
    starts = {date.number: int(date.starts_at) for date in dates}
    if was != (wanted.starts_at, wanted.ends_at, zone):
        days = series.day_of(wanted.starts_at, zone) - series.day_of(int(first.starts_at), zone)
        starts = {date.number: _moved(date, days, wanted) for date in dates}
        starts[first.number] = wanted.starts_at
        _in_order(planned, starts, zone)
    changed: dict[int, Dated] = {}
    for date in dates:
        keeps = starts[date.number] == int(date.starts_at) and was == (wanted.starts_at, wanted.ends_at, zone)
        end = int(date.ends_at) if keeps else starts[date.number] + length
        so = _changed(date, wanted, starts[date.number], end)
        if so is not None:
            changed[date.number] = so
    if not changed:
        return invitations.move_clocks(planned.meeting, timetable.last_end(planned.dates))
    _write(planned, changed)
    invitations.tell_change(read(first.id), account)


def _change_all(account: Account, planned: Planned, wanted: Plan) -> None:
    """Another rhythm, hour or title for a series of which no date has been. Dates cancelled one by one stay so."""
    meeting, plan = planned.meeting, wanted.series
    if plan is None:
        raise FormErrors({"repeat": _("Choisissez comment la réunion se répète.")})
    length = wanted.ends_at - wanted.starts_at
    rhythm = plan.rule, wanted.starts_at, length, wanted.timezone
    if rhythm == (meeting.rule, int(meeting.first_at or 0), int(meeting.length or 0), meeting.timezone):
        return _rename_all(account, planned, wanted)
    left_out = {series.day_of(gap, meeting.timezone) for gap in meeting.left_out}
    gaps = [slot for slot in plan.starts if series.day_of(slot, wanted.timezone) in left_out]
    slots = [slot for slot in plan.starts if slot not in gaps]
    if not slots:
        raise FormErrors({"date": _("Toutes ces dates ont été annulées une par une. Choisissez-en d’autres.")})
    open_dates, now = planned.open_dates(), clock.now()
    changed = {
        date.number: Dated(slot, slot + length, True, _fields(date, wanted, slot, slot + length, slot))
        for date, slot in zip(open_dates, slots, strict=False)
    }
    for date in open_dates[len(slots) :]:
        changed[date.number] = Dated(int(date.starts_at), now, False, (Occurrence.cancelled_at.set(now),))
    master = _master(wanted, plan.rule, length, gaps)
    meeting_as_new = Meeting(
        meeting.pk, "meeting", title=wanted.title, host=meeting.host, company=meeting.company, timezone=wanted.timezone
    )
    after = planned.dates[-1].number
    new = [
        timetable.new_date(meeting_as_new, after + extra, slot, slot + length, keep=wanted.keep, planned_at=slot)
        for extra, slot in enumerate(slots[len(open_dates) :], 1)
    ]
    _write(planned, changed, *master, new=new)
    invitations.tell_change(read(meeting.id), account)


def _rename_all(account: Account, planned: Planned, wanted: Plan) -> None:
    """The time is the same: dates moved one by one stay where they are."""
    changed = {}
    for date in planned.open_dates():
        so = _changed(date, wanted, int(date.starts_at), int(date.ends_at), date.timezone)
        if so is not None:
            changed[date.number] = so
    if not changed:
        return invitations.move_clocks(planned.meeting, timetable.last_end(planned.dates))
    _write(planned, changed, Meeting.title.set(wanted.title))
    invitations.tell_change(read(planned.meeting.id), account)


def _cancel_whole(account: Account, planned: Planned, dates: Sequence[Occurrence]) -> None:
    now = clock.now()
    _write(planned, {date.number: _cancelled(date, now) for date in dates}, Meeting.cancelled_at.set(now))
    _close_rooms(dates)
    invitations.tell_cancellation(read(planned.occurrence.id), account)


def _cancel_one(account: Account, planned: Planned) -> None:
    meeting, date = planned.meeting, planned.occurrence
    gaps = " ".join(str(gap) for gap in sorted({*meeting.left_out, int(date.planned_at or 0)}))
    _write(planned, {date.number: _cancelled(date, clock.now())}, Meeting.gaps.set(gaps))
    _close_rooms([date])
    again = read(date.id)
    invitations.tell_cancellation(again, account, date=again.occurrence)


def _cancel_rest(account: Account, planned: Planned, dates: Sequence[Occurrence]) -> None:
    """The series ends before the first of ``dates``: its rule is cut, and calendars drop what comes after."""
    meeting, now, first = planned.meeting, clock.now(), int(dates[0].planned_at or 0)
    slots = series.starts(str(meeting.rule), int(meeting.first_at or 0), meeting.timezone)
    rule = series.cut(str(meeting.rule), sum(slot < first for slot in slots))
    gaps = " ".join(str(gap) for gap in meeting.left_out if gap < first)
    left = Meeting.gaps.set(gaps) if gaps else Meeting.gaps.remove()
    _write(planned, {date.number: _cancelled(date, now) for date in dates}, Meeting.rule.set(rule), left)
    _close_rooms(dates)
    invitations.tell_change(read(meeting.id), account, stops_before=int(dates[0].starts_at))


def _close_rooms(dates: Sequence[Occurrence]) -> None:
    for date in dates:
        fleet.end(date.id)
        chat.forget(date)


def _cancelled(date: Occurrence, now: int) -> Dated:
    end = min(now, int(date.ends_at))
    return Dated(int(date.starts_at), end, False, (Occurrence.cancelled_at.set(now),))


def _changed(date: Occurrence, wanted: Plan, starts_at: int, ends_at: int, zone: str = "") -> Dated | None:
    """What becomes of a date; `None` when nothing does."""
    # What was written was written on that word; a form of a meeting that has begun says nothing of it.
    keep = date.keep if date.started_at else wanted.keep
    before = (date.title, int(date.starts_at), int(date.ends_at), date.timezone, date.keep)
    if before == (wanted.title, starts_at, ends_at, zone or wanted.timezone, keep):
        return None
    return Dated(starts_at, ends_at, True, _fields(date, wanted, starts_at, ends_at, zone=zone))


def _fields(
    date: Occurrence, wanted: Plan, starts_at: int, ends_at: int, slot: int | None = None, zone: str = ""
) -> tuple[Action, ...]:
    return (
        Occurrence.title.set(wanted.title),
        Occurrence.timezone.set(zone or wanted.timezone),
        Occurrence.starts_at.set(starts_at),
        Occurrence.ends_at.set(ends_at),
        Occurrence.keep.set(date.keep if date.started_at else wanted.keep),
        Occurrence.host_told_at.remove(),
        *([Occurrence.planned_at.set(slot)] if slot is not None else []),
    )


def _master(wanted: Plan, rule: str, length: int, gaps: Sequence[int]) -> tuple[Action, ...]:
    return (
        Meeting.title.set(wanted.title),
        Meeting.timezone.set(wanted.timezone),
        Meeting.rule.set(rule),
        Meeting.first_at.set(wanted.starts_at),
        Meeting.length.set(length),
        Meeting.gaps.set(" ".join(map(str, gaps))) if gaps else Meeting.gaps.remove(),
    )


def _moved(date: Occurrence, days: timedelta, wanted: Plan) -> int:
    return series.shifted(int(date.planned_at or 0), days, wanted.starts_at, wanted.timezone)


def _in_order(planned: Planned, starts: dict[int, int], zone: str) -> None:
    """Raises `FormErrors` where a date would come to stand on or past the day of another: Outlook refuses that."""
    days = [
        series.day_of(starts.get(date.number, int(date.starts_at)), zone)
        for date in planned.dates
        if not date.cancelled_at
    ]
    if any(after <= before for before, after in pairwise(days)):
        raise FormErrors({"date": ORDER})


def _write(planned: Planned, changed: dict[int, Dated], *actions: Action, new: Sequence[Occurrence] = ()) -> None:
    meeting = planned.meeting
    sequence = int(meeting.sequence) + 1
    told = Meeting.sequence.set(sequence)
    for date in planned.dates:
        so = changed.get(date.number)
        if so is not None and so.open and (so.starts_at, so.end) != (int(date.starts_at), int(date.ends_at)):
            changed[date.number] = replace(so, actions=(*so.actions, Occurrence.sequence.set(sequence)))
    last = timetable.write(meeting, planned.dates, changed, told, *actions, new=new)
    invitations.move_clocks(meeting, last)
