"""Periods as Regulation 1182/71 counts them, with the holidays of France."""

from datetime import date, datetime

import pytest

from chalicelib.rights.deadlines import (
    PARIS,
    answer_due,
    day_of,
    easter,
    end_of,
    holidays,
    months_after,
    review_due,
    working_days_after,
)


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 11, 23), 3, date(2027, 2, 23)),
        (date(2026, 11, 25), 1, date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 12, 1), 1, date(2027, 1, 4)),  # New Year, then a weekend
        (date(2027, 1, 31), 1, date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2027, 2, 28), 1, date(2027, 3, 30)),  # Easter Sunday, Easter Monday
    ],
)
def test_f20_a_month_ends_on_the_same_date_or_the_next_working_day(received: date, months: int, due: date) -> None:
    assert months_after(received, months) == due


def test_easter_falls_where_the_calendar_has_it() -> None:
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25), 2285: (3, 22)}
    for year, (month, day) in known.items():
        assert easter(year) == date(year, month, day)


def test_france_has_eleven_holidays() -> None:
    assert len(holidays(2026)) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} < holidays(2026)


def test_what_arrives_at_night_belongs_to_the_day_in_paris() -> None:
    late = int(datetime(2026, 11, 23, 23, 59, tzinfo=PARIS).timestamp())
    assert day_of(late) == date(2026, 11, 23)
    assert answer_due(late) == end_of(date(2026, 12, 23))


def test_days_in_which_identity_was_awaited_are_added() -> None:
    received = int(datetime(2026, 11, 23, 10, tzinfo=PARIS).timestamp())
    assert answer_due(received, suspended_days=2) == end_of(date(2026, 12, 28))  # 25 December, then a weekend


def test_an_extension_counts_from_receipt() -> None:
    received = int(datetime(2026, 11, 23, 10, tzinfo=PARIS).timestamp())
    assert answer_due(received, extended=True) == end_of(date(2027, 2, 23))


def test_a_review_has_two_working_days() -> None:
    friday = int(datetime(2026, 12, 24, 10, tzinfo=PARIS).timestamp())
    assert working_days_after(date(2026, 12, 24), 2) == date(2026, 12, 29)
    assert review_due(friday) == end_of(date(2026, 12, 29))
