"""Calendar files, as a calendar reads them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from chalicelib.meetings.calendar import Attendee, Entry, Method, calendar_file
from chalicelib.meetings.times import starts_at

SENDER = "Iboo <reunion@iboo.live>"
NOW = int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
ENTRY = Entry(
    meeting="abc",
    title="Point projet",
    starts_at=NOW + 3600,
    ends_at=NOW + 7200,
    sequence=0,
    host_name="Anne Dupont",
    description="https://example.org/i/x",
    link="https://example.org/i/x",
)
ANNE = Attendee("anne@example.fr", "Anne Dupont")


def read(method: Method = "REQUEST", entry: Entry = ENTRY, attendee: Attendee = ANNE) -> tuple[Calendar, Any]:
    """The file and its one event."""
    calendar = Calendar.from_ical(calendar_file(method, entry, attendee, SENDER, NOW))
    assert isinstance(calendar, Calendar)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_request_is_what_calendars_offer_to_add() -> None:
    calendar, event = read()
    assert (calendar["method"], calendar["version"], event["status"]) == ("REQUEST", "2.0", "CONFIRMED")
    assert event["summary"] == "Point projet"
    assert event["url"] == event["location"] == "https://example.org/i/x"


def test_only_the_guest_is_in_it_and_the_organiser_is_iboo() -> None:
    _, event = read()
    assert event["attendee"] == "mailto:anne@example.fr"
    assert event["attendee"].params["cn"] == "Anne Dupont"
    assert event["attendee"].params["partstat"] == "NEEDS-ACTION"
    assert event["organizer"] == "mailto:reunion@iboo.live"
    assert "Anne Dupont" in event["organizer"].params["cn"]


def test_the_hosts_own_entry_is_accepted_from_the_start() -> None:
    _, event = read(attendee=replace(ANNE, organises=True))
    assert event["attendee"].params["partstat"] == "ACCEPTED"


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    first, second = read()[1], read(entry=replace(ENTRY, title="Autre", sequence=1))[1]
    assert first["uid"] == second["uid"] == "abc@iboo.live"
    assert (first["sequence"], second["sequence"]) == (0, 1)


def test_a_cancellation_takes_it_out_of_the_calendar() -> None:
    calendar, event = read("CANCEL", replace(ENTRY, sequence=2))
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert event["uid"] == read()[1]["uid"]


@pytest.mark.parametrize(
    ("day", "utc_hour"), [("2027-03-27", 9), ("2027-03-28", 8), ("2027-10-30", 8), ("2027-10-31", 9)]
)
def test_ten_o_clock_is_ten_o_clock_on_both_sides_of_a_change_of_clocks(day: str, utc_hour: int) -> None:
    start = starts_at(day, "10:00", "Europe/Paris")
    _, event = read(entry=replace(ENTRY, starts_at=start, ends_at=start + 3600))
    assert event["dtstart"].dt.astimezone(UTC).hour == utc_hour
    assert event["dtstart"].dt.astimezone(ZoneInfo("Europe/Paris")).hour == 10
    assert (event["dtend"].dt - event["dtstart"].dt).total_seconds() == 3600


def test_a_meeting_over_a_change_of_clocks_has_its_real_length() -> None:
    start = starts_at("2027-10-31", "01:30", "Europe/Paris")
    _, event = read(entry=replace(ENTRY, starts_at=start, ends_at=start + 7200))
    assert (event["dtend"].dt - event["dtstart"].dt).total_seconds() == 7200
    assert event["dtend"].dt.astimezone(ZoneInfo("Europe/Paris")).strftime("%H:%M") == "02:30"


printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).map(str.strip)


@given(printable, printable)
def test_titles_and_names_of_any_signs_arrive(title: str, name: str) -> None:
    if title and name:
        _, event = read(
            entry=replace(ENTRY, title=title, host_name=name), attendee=Attendee("zoe+iboo@example.fr", name)
        )
        assert event["summary"] == title
        assert event["attendee"] == "mailto:zoe+iboo@example.fr"
        assert event["attendee"].params["cn"] == name.replace("\\", "/")


def test_lines_are_short_enough_for_every_calendar() -> None:
    content = calendar_file("REQUEST", replace(ENTRY, title="é" * 120), ANNE, SENDER, NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "RFC 5545, 3.1"
