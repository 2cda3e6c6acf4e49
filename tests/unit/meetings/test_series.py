"""Which dates a form asks for."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.meetings import series
from chalicelib.meetings.series import Series
from chalicelib.meetings.times import starts_at

PARIS = "Europe/Paris"


def asked(day: str, hour: str = "10:00", zone: str = PARIS, **form: str) -> Series:
    errors: dict[str, str] = {}
    found = series.read({"ends": "count", "count": "4", **form}, starts_at(day, hour, zone), zone, errors)
    assert found is not None and errors == {}, errors
    return found


def wrong(day: str, **form: str) -> set[str]:
    errors: dict[str, str] = {}
    assert series.read(form, starts_at(day, "10:00", PARIS), PARIS, errors) is None
    return set(errors)


def days(found: Series, zone: str = PARIS) -> list[str]:
    return [f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%m-%d %H:%M}" for at in found.starts]


@pytest.mark.parametrize(
    ("day", "form", "expected"),
    [
        ("2027-03-22", {"repeat": "weekly"}, ["03-22", "03-29", "04-05", "04-12"]),
        ("2027-03-22", {"repeat": "weekly", "day_0": "yes", "day_3": "yes"}, ["03-22", "03-25", "03-29", "04-01"]),
        ("2027-03-23", {"repeat": "weekly", "day_0": "yes"}, ["03-29", "04-05", "04-12", "04-19"]),
        ("2027-03-22", {"repeat": "fortnightly"}, ["03-22", "04-05", "04-19", "05-03"]),
        ("2027-03-26", {"repeat": "workdays"}, ["03-26", "03-29", "03-30", "03-31"]),
        ("2027-03-27", {"repeat": "workdays"}, ["03-29", "03-30", "03-31", "04-01"]),
        ("2027-03-28", {"repeat": "monthly_day"}, ["03-28", "04-28", "05-28", "06-28"]),
        ("2027-03-09", {"repeat": "monthly_weekday"}, ["03-09", "04-13", "05-11", "06-08"]),
        ("2027-03-29", {"repeat": "monthly_weekday"}, ["03-29", "04-26", "05-31", "06-28"]),
    ],
)
def test_the_dates_of_each_rhythm_keep_their_hour_over_the_change_of_clocks(
    day: str, form: dict[str, str], expected: list[str]
) -> None:
    assert days(asked(day, **form)) == [f"{one} 10:00" for one in expected]


def test_an_hour_that_clocks_leap_over_is_held_that_much_later() -> None:
    assert days(asked("2027-03-26", "02:30", repeat="weekly", day_4="yes", day_6="yes"))[:3] == [
        "03-26 02:30",
        "03-28 03:30",
        "04-02 02:30",
    ]


def test_until_counts_the_last_day_itself() -> None:
    found = asked("2027-03-22", repeat="weekly", ends="until", until="2027-04-12")
    assert len(found.starts) == 4 and found.rule.endswith("COUNT=4")


@pytest.mark.parametrize(
    ("day", "form", "field"),
    [
        ("2027-03-22", {"repeat": "hourly"}, "repeat"),
        ("2027-03-31", {"repeat": "monthly_day", "count": "3"}, "repeat"),
        ("2027-03-22", {"repeat": "weekly"}, "count"),
        ("2027-03-22", {"repeat": "weekly", "count": "1"}, "count"),
        ("2027-03-22", {"repeat": "weekly", "count": "91"}, "count"),
        ("2027-03-22", {"repeat": "weekly", "count": "-3"}, "count"),
        ("2027-03-22", {"repeat": "weekly", "count": "٣"}, ""),
        ("2027-03-22", {"repeat": "weekly", "count": "60"}, "count"),
        ("2027-03-22", {"repeat": "weekly", "ends": "until"}, "until"),
        ("2027-03-22", {"repeat": "weekly", "ends": "until", "until": "demain"}, "until"),
        ("2027-03-22", {"repeat": "weekly", "ends": "until", "until": "2027-03-01"}, "until"),
        ("2027-03-22", {"repeat": "weekly", "ends": "until", "until": "2027-03-28"}, "until"),
        ("2027-03-22", {"repeat": "workdays", "ends": "until", "until": "2028-03-01"}, "until"),
        ("2027-03-22", {"repeat": "weekly", "ends": "until", "until": "9999-12-31"}, "until"),
    ],
)
def test_what_makes_no_series_is_said_beside_its_field(day: str, form: dict[str, str], field: str) -> None:
    if field:
        assert wrong(day, **form) == {field}
    else:  # digits of another script are digits
        assert series.read(form, starts_at(day, "10:00", PARIS), PARIS, {}) is not None


@pytest.mark.parametrize("repeat", series.KINDS)
def test_the_fields_of_a_rule_ask_for_the_same_rule(repeat: str) -> None:
    found = asked("2027-03-24", repeat=repeat, day_2="yes", day_4="yes")
    errors: dict[str, str] = {}
    assert series.read(series.fields(found.rule), found.starts[0], PARIS, errors) == found


def test_a_rule_cut_short_keeps_its_first_dates() -> None:
    found = asked("2027-03-22", repeat="weekly")
    assert series.starts(series.cut(found.rule, 2), found.starts[0], PARIS) == found.starts[:2]


def test_a_shift_takes_the_hour_of_its_model() -> None:
    like = starts_at("2027-03-23", "14:30", PARIS)
    moved = series.shifted(starts_at("2027-03-29", "10:00", PARIS), date(2027, 3, 23) - date(2027, 3, 22), like, PARIS)
    assert moved == starts_at("2027-03-30", "14:30", PARIS)
