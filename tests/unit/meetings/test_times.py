"""What people mean by a date and a time."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.meetings.times import NoSuchTime, starts_at, typed

ZONES = sorted(available_timezones())


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_a_time_is_that_of_its_zone() -> None:
    assert starts_at("2026-11-23", "10:00", "Europe/Paris") == utc("2026-11-23T09:00")
    assert starts_at("2026-11-23", "10:00", "America/New_York") == utc("2026-11-23T15:00")
    assert starts_at("2026-07-14", "10:00", "Europe/Paris") == utc("2026-07-14T08:00")


def test_where_clocks_go_forward_the_hour_between_does_not_exist() -> None:
    for hour in ("02:00", "02:30", "02:59"):
        with pytest.raises(NoSuchTime):
            starts_at("2027-03-28", hour, "Europe/Paris")
    assert starts_at("2027-03-28", "01:59", "Europe/Paris") == utc("2027-03-28T00:59")
    assert starts_at("2027-03-28", "03:00", "Europe/Paris") == utc("2027-03-28T01:00")


def test_where_clocks_go_back_the_first_of_the_two_is_meant() -> None:
    assert starts_at("2027-10-31", "02:30", "Europe/Paris") == utc("2027-10-31T00:30")
    assert starts_at("2027-10-31", "03:00", "Europe/Paris") == utc("2027-10-31T02:00")


@pytest.mark.parametrize(
    "zone", ["", "Paris", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "\ud800", "x" * 300]
)
def test_a_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        starts_at("2026-11-23", "10:00", zone)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("", "10:00"),
        ("2026-02-30", "10:00"),
        ("23/11/2026", "10:00"),
        ("2026-11-23", ""),
        ("2026-11-23", "25:00"),
        ("2026-11-23", "dix heures"),
    ],
)
def test_what_is_no_date_or_time_is_refused(day: str, hour: str) -> None:
    with pytest.raises(ValueError):
        starts_at(day, hour, "Europe/Paris")


@pytest.mark.parametrize(
    ("day", "hour", "zone"),
    [("0001-01-01", "00:00", "Asia/Tokyo"), ("9999-12-31", "23:59", "America/New_York")],
)
def test_a_date_at_the_end_of_the_calendar_is_refused(day: str, hour: str, zone: str) -> None:
    with pytest.raises(ValueError):
        starts_at(day, hour, zone)


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(ZONES) | st.text(max_size=12))
def test_nonsense_is_refused_and_nothing_else_happens(day: str, hour: str, zone: str) -> None:
    with suppress(ValueError):
        starts_at(day, hour, zone)


@given(st.integers(utc("2000-01-01"), utc("2060-01-01")).map(lambda at: at - at % 60), st.sampled_from(ZONES))
def test_what_a_form_shows_means_the_same_moment_again(at: int, zone: str) -> None:
    again = starts_at(*typed(at, zone), zone)
    assert again == at or typed(again, zone) == typed(at, zone), "the later of two equal times is shown as the first"
