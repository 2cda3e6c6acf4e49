"""Reading the calendar of a mail."""

from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from tests.functional.mailbox import Received


def calendar_parts(mail: Received) -> list[EmailMessage]:
    return [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]


def calendar_of(mail: Received) -> Calendar:
    """The calendar in a mail's one calendar part."""
    (part,) = calendar_parts(mail)
    calendar = Calendar.from_ical(part.get_content())
    assert isinstance(calendar, Calendar)
    assert part.get_param("method") == calendar["method"]
    return calendar


def event_of(mail: Received) -> Any:
    (event,) = calendar_of(mail).walk("VEVENT")
    return event
