"""What a calendar program answers to an invitation (RFC 5546, METHOD:REPLY). Pure; strangers wrote the bytes.

Nothing is expanded and nothing fetched: of each event only who answers what about which date is read. What is not as
the standards say is left out, and so is what is too much.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage, Message
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDDDTypes

Answer = Literal["accepted", "declined", "tentative"]
ANSWERS: dict[str, Answer] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}

LARGEST = 100_000
"""Bytes of a calendar file."""
MOST_PARTS = 30
"""Parts of a mail that are looked at."""
MOST_EVENTS = 90
"""Events of a file: no series has more dates."""

MOST_RULES = 20
"""Rules of time zones that are kept."""

_FOLD = re.compile(rb"\r?\n[ \t]")
_RULE = re.compile(rb"^\s*RRULE\b.*$", re.IGNORECASE | re.MULTILINE)
_OF_A_ZONE = re.compile(
    rb"\s*RRULE:FREQ=YEARLY(;(INTERVAL=1|UNTIL=\w{8,16}|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=[-\d,]{1,25}"
    rb"|WKST=[A-Z]{2}))*\s*",
    re.IGNORECASE,
)
_METHOD = re.compile(rb"^METHOD:REPLY\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Read:
    """One answer. ``slot``: the date it is about, where the rule has it (seconds since 1970), or the ``day`` of that
    date where no time is said; neither: the whole meeting. ``stamped_at``: when the program wrote it, 0 when it does
    not say."""

    uid: str
    attendee: str
    answer: Answer
    sequence: int
    stamped_at: int
    slot: int | None = None
    day: date | None = None


def calendar_files(message: EmailMessage) -> Iterator[bytes]:
    """The calendar files of a mail that are replies, none larger than `LARGEST`."""
    for part in _parts(message):
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and len(content) <= LARGEST and _METHOD.search(content):
                yield content


def read(content: bytes, zone: str) -> list[Read]:
    """The answers of a reply. ``zone``: where a time without one is meant. Raises `ValueError` for what is no calendar
    file."""
    try:
        calendar = Calendar.from_ical(_tame(content))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as fault:
        raise ValueError("no calendar file") from fault
    if not isinstance(calendar, Calendar) or str(calendar.get("method", "")).upper() != "REPLY":
        return []
    events = [one for one in calendar.subcomponents if isinstance(one, Event)][:MOST_EVENTS]
    return [found for event in events for found in _answers(event, zone)]


def _tame(content: bytes) -> bytes:
    """Without rules but those of time zones that come once a year: icalendar expands the rules of a zone, and one for
    every second since 1970 would keep it busy for ever. Events need none here."""
    kept = 0

    def keep(line: re.Match[bytes]) -> bytes:
        nonlocal kept
        kept += 1
        return line[0] if kept <= MOST_RULES and _OF_A_ZONE.fullmatch(line[0]) else b"X-LEFT:OUT"

    return _RULE.sub(keep, _FOLD.sub(b"", content))


def _answers(event: Event, zone: str) -> Iterator[Read]:
    about = event.get("recurrence-id")
    if about is not None and not isinstance(about, vDDDTypes):
        return
    try:
        slot, day = _date(about.dt if about else None, zone)
        stamped, sequence = _stamp(event), int(str(event.get("sequence", 0)))
    except (OverflowError, ValueError):
        return
    for attendee in _several(event.get("attendee"))[:2]:
        answer = ANSWERS.get(str(attendee.params.get("partstat", "")).upper())
        if answer is not None:
            address = re.sub(r"(?i)^mailto:", "", str(attendee)).strip()
            yield Read(str(event.get("uid", "")), address, answer, max(0, sequence), stamped, slot, day)


def _date(when: Any, zone: str) -> tuple[int | None, date | None]:
    """Raises `ValueError` for what is neither a time nor a day."""
    if isinstance(when, datetime):
        return int((when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).timestamp()), None
    if when is not None and not isinstance(when, date):
        raise ValueError("no date")
    return None, when


def _stamp(event: Event) -> int:
    found = event.get("dtstamp")
    stamped = found.dt if isinstance(found, vDDDTypes) else None
    if not isinstance(stamped, datetime):
        return 0
    return max(0, int((stamped if stamped.tzinfo else stamped.replace(tzinfo=UTC)).timestamp()))


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _parts(message: EmailMessage) -> list[Message]:
    found: list[Message] = []
    for part in message.walk():
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found
