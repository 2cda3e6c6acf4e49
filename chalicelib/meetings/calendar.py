"""Calendar files (RFC 5545, RFC 5546): one per person, with that person as the only attendee.

Replies go to Iboo's own address; no other address is in the file.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Entry:
    """What a calendar shows. Times in seconds since 1970; ``sequence`` rises with each change."""

    meeting: str
    title: str
    starts_at: int
    ends_at: int
    sequence: int
    host_name: str
    description: str
    link: str


@dataclass(frozen=True)
class Attendee:
    """Whose calendar it is for. ``organises``: the host's own entry, accepted from the start."""

    email: str
    name: str = ""
    organises: bool = False


def calendar_file(method: Method, entry: Entry, attendee: Attendee, sender: str, now: int) -> bytes:
    """The iCalendar file for one person. ``sender``: the address mails come from, "Iboo <reunion@iboo.live>".

    Times are UTC, so that no reader's zone rules matter (a single date needs no VTIMEZONE).
    """
    address = parseaddr(sender)[1]
    event = Event()
    event.add("uid", f"{entry.meeting}@{address.rpartition('@')[2]}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(now))
    event.add("dtstart", _utc(entry.starts_at))
    event.add("dtend", _utc(entry.ends_at))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    if method == "REQUEST":
        event.add("description", entry.description)
        event.add("location", entry.link)
        event.add("url", entry.link)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["cn"] = _name(f"{entry.host_name} (Iboo)")
    event["organizer"] = organiser
    event["attendee"] = _attendee(attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Iboo//Iboo//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


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


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
