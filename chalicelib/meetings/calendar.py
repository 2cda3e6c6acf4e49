"""Calendar files (RFC 5545, RFC 5546): one per person, with that person as the only attendee.

Replies go to an address of Iboo's own, that of this person alone (`replies`); no other address is in the file. A series
is one file under one UID: the rule, the dates left out, and each date that is otherwise than the rule says. What
concerns one date alone names it by its RECURRENCE-ID.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from .time_zone import time_zone

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Entry:
    """What a calendar shows. Times in seconds since 1970; ``sequence`` rises with each change.

    Of a series ``timezone`` is where its time of day is the same; of one of its dates ``slot`` is where the rule has
    it; of the whole ``rule`` is the recurrence rule and ``gaps`` are the dates left out.
    """

    meeting: str
    title: str
    starts_at: int
    ends_at: int
    sequence: int
    host_name: str
    description: str
    link: str
    timezone: str = ""
    slot: int | None = None
    rule: str = ""
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True)
class Moved:
    """A date of a series that is otherwise than its rule says."""

    slot: int
    title: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class Attendee:
    """Whose calendar it is for. ``organises``: the host's own entry, accepted from the start."""

    email: str
    name: str = ""
    organises: bool = False


def calendar_file(
    method: Method,
    entry: Entry,
    attendee: Attendee,
    sender: str,
    now: int,
    moved: Iterable[Moved] = (),
    answers_to: str = "",
) -> bytes:
    """The iCalendar file for one person. ``sender``: the address mails come from; ``answers_to``: where the person's
    calendar answers, else there too.

    Times are UTC, so that no reader's zone rules matter; those of a series are local, with the rules of its zone: ten
    o'clock stays ten o'clock.
    """
    address = parseaddr(sender)[1]
    organiser = _organiser(entry, address, answers_to)
    dates = [replace(entry, rule="", gaps=(), **vars(date)) for date in moved]
    calendar = Calendar()
    calendar.add("prodid", "-//Iboo//Iboo//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if entry.timezone:
        known = [at for one in (entry, *dates) for at in (one.starts_at, one.slot or one.starts_at)]
        calendar.add_component(time_zone(entry.timezone, min(known), max(*known, *entry.gaps, entry.starts_at)))
    for one in (entry, *dates):
        event = _event(method, one, attendee, now)
        event.add("uid", f"{entry.meeting}@{address.rpartition('@')[2]}")
        event["organizer"] = organiser
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(method: Method, entry: Entry, attendee: Attendee, now: int) -> Event:
    event = Event()
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(now))
    _add_times(event, entry)
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    if method == "REQUEST":
        event.add("description", entry.description)
        event.add("location", entry.link)
        event.add("url", entry.link)
    event["attendee"] = _attendee(attendee)
    return event


def _organiser(entry: Entry, address: str, answers_to: str) -> vCalAddress:
    """Programs answer to it, and compare it with who sends the mail: another address is said to send for it (RFC 6047,
    2.3)."""
    organiser = vCalAddress(f"mailto:{answers_to or address}")
    organiser.params["cn"] = _name(f"{entry.host_name} (Iboo)")
    if answers_to:
        organiser.params["sent-by"] = vText(f"mailto:{address}")
    return organiser


def _add_times(event: Event, entry: Entry) -> None:
    event.add("dtstart", _at(entry.starts_at, entry.timezone))
    event.add("dtend", _at(entry.ends_at, entry.timezone))
    if entry.slot is not None:
        event.add("recurrence-id", _at(entry.slot, entry.timezone))
    if entry.rule:
        event.add("rrule", vRecur.from_ical(entry.rule))
    if entry.gaps:
        event.add("exdate", [_at(gap, entry.timezone) for gap in entry.gaps])


def _attendee(attendee: Attendee) -> vCalAddress:
    person = vCalAddress(f"mailto:{attendee.email}")
    if attendee.name:
        person.params["cn"] = _name(attendee.name)
    person.params["role"] = vText("REQ-PARTICIPANT")
    person.params["partstat"] = vText("ACCEPTED" if attendee.organises else "NEEDS-ACTION")
    person.params["rsvp"] = vText("FALSE" if attendee.organises else "TRUE")
    return person


def _name(name: str) -> vText:
    """A name as a parameter, where RFC 5545 (3.1) knows no escape: some readers take a backslash for one."""
    return vText(name.replace("\\", "/"))


def _at(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone)) if zone else _utc(at)


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
