"""A zone's rules in a calendar file, read by another library than wrote them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from chalicelib.meetings.time_zone import time_zone

FIRST = int(datetime(2027, 1, 10, tzinfo=UTC).timestamp())
LAST = int(datetime(2028, 1, 10, tzinfo=UTC).timestamp())
ZONES = (
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Martinique",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Africa/Casablanca",
    "Indian/Reunion",
)


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_the_series_is_the_same_by_the_file_as_by_the_zone(zone: str) -> None:
    block = time_zone(zone, FIRST, LAST).to_ical().decode()
    read = tzical(StringIO(block)).get(zone)
    where = ZoneInfo(zone)
    hour = datetime.fromtimestamp(FIRST, UTC)
    while hour.timestamp() < LAST:
        local = hour.astimezone(where).replace(tzinfo=None)
        if not _comes_twice_or_never(local, where):
            assert local.replace(tzinfo=read).utcoffset() == local.replace(tzinfo=where).utcoffset(), local
        hour += timedelta(hours=1)


@pytest.mark.parametrize(("zone", "yearly"), [("Europe/Paris", True), ("Africa/Casablanca", False)])
def test_a_change_of_the_same_sunday_each_year_is_a_rule(zone: str, yearly: bool) -> None:
    assert (b"RRULE" in time_zone(zone, FIRST, LAST).to_ical()) == yearly


def test_summer_time_begins_by_the_clock_as_it_was() -> None:
    """RFC 5545, 3.6.5: the onset in local time, by the offset from."""
    block = time_zone("Europe/Paris", FIRST, LAST).to_ical().decode()
    assert "DTSTART:20260329T020000" in block and "DTSTART:20261025T030000" in block


def _comes_twice_or_never(local: datetime, where: ZoneInfo) -> bool:
    return local.replace(tzinfo=where, fold=0).utcoffset() != local.replace(tzinfo=where, fold=1).utcoffset()
