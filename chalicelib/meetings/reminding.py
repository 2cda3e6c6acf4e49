"""Reminding people of what is near, each date of a meeting by itself."""

import time
from collections.abc import Callable

from pynamodb.expressions.update import Action

from chalicelib import clock, log, storage
from chalicelib.accounts.models import Account
from chalicelib.fleet import load
from chalicelib.storage import Changed

from . import invitations, scheduling, timetable
from .models import Occurrence, Reminder
from .timetable import is_closed

RUN_FOR = 45.0
"""Seconds a run of the schedule of every minute reminds."""


def remind_due(timer: Callable[[], float] = time.monotonic) -> int:
    """Reminds everybody of each meeting whose hour has come. Returns how many meetings.

    What a run can't do in `RUN_FOR` the next one does: at eight o'clock a sixth of the day's meetings are due.
    """
    begun, told = timer(), 0
    for reminder in storage.listed(Reminder, "reminders", until=f"{clock.now():012d}\uffff"):
        if timer() - begun > RUN_FOR:
            break
        told += 1
        number = int(reminder.number)
        try:
            storage.update(reminder, *_following(reminder))
        except Changed:
            continue  # another run took it
        try:
            _remind(f"{reminder.meeting}-{number}")
        except Exception as fault:  # one meeting that can't be reminded of must not keep the others
            log.fault("reminder", fault, meeting=reminder.meeting)
    return told


def _following(reminder: Reminder) -> tuple[Action, ...]:
    """What makes it the reminder of the date after; it is so before anybody is reminded, so that nobody is twice."""
    dates = timetable.as_they_are(storage.query(Occurrence, reminder.pk, "occurrence#"))
    return timetable.next_reminder(reminder.meeting, dates, clock.now())


def _remind(date: str) -> None:
    planned = scheduling.read(date)
    host = storage.get(Account, f"account#{planned.meeting.host}", "account")
    if host is not None and not is_closed(planned.occurrence, clock.now()):
        load.expect(int(planned.occurrence.starts_at), 1 + invitations.number(planned.meeting.id))
        invitations.remind(planned, host)
