"""A series as two calendar programs read it: icalendar with recurring-ical-events, and vobject with dateutil.

The two share neither parser nor expansion; the zone's rules are read from the file by each in its own way.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import recurring_ical_events
import vobject
from icalendar import Calendar


@dataclass(frozen=True, order=True)
class Date:
    """One date as a calendar shows it; times in UTC."""

    start: datetime
    end: datetime
    title: str


def by_icalendar(content: str) -> list[Date]:
    """All dates of a file, by icalendar and recurring-ical-events."""
    calendar = Calendar.from_ical(content)
    found = recurring_ical_events.of(calendar).between(
        datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    )
    return sorted(
        Date(event["dtstart"].dt.astimezone(UTC), event["dtend"].dt.astimezone(UTC), str(event["summary"]))
        for event in found
    )


def by_vobject(content: str) -> list[Date]:
    """All dates of a file, by vobject: the rule's, each replaced by the component that names it, if there is one."""
    events = vobject.readOne(content).vevent_list
    (master,) = [event for event in events if not hasattr(event, "recurrence_id")]
    length: timedelta = master.dtend.value - master.dtstart.value
    moved = {event.recurrence_id.value.astimezone(UTC): event for event in events if hasattr(event, "recurrence_id")}
    dates = []
    for slot in _expanded(master):
        event = moved.pop(slot.astimezone(UTC), None)
        start, end = (slot, slot + length) if event is None else (event.dtstart.value, event.dtend.value)
        dates.append(Date(start.astimezone(UTC), end.astimezone(UTC), (event or master).summary.value))
    assert not moved, "a RECURRENCE-ID that the rule does not have"
    return sorted(dates)


def _expanded(master: Any) -> list[datetime]:
    zone = master.dtstart.value.tzinfo
    return [slot if slot.tzinfo else slot.replace(tzinfo=zone) for slot in master.getrruleset(addRDate=True)]
