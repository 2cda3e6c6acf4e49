"""Lengths of time, written as the policy writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.register.period import Period, period


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("start", "keep", "end"),
    [
        ("2026-11-23T10:00:00", "28d", "2026-12-21T10:00:00"),
        ("2024-02-20T00:00:00", "36m - 7d", "2027-02-13T00:00:00"),
        ("2024-02-29T00:00:00", "60m", "2029-02-28T00:00:00"),
        ("2024-02-29T00:00:00", "60m - 7d", "2029-02-21T00:00:00"),
        ("2026-11-23T00:00:00", "6m - 2d", "2027-05-21T00:00:00"),
        ("2026-01-31T08:30:00", "1m", "2026-02-28T08:30:00"),
        ("2026-01-31T08:30:00", "90min", "2026-01-31T10:00:00"),
    ],
)
def test_months_follow_the_calendar_and_days_are_exact(start: str, keep: str, end: str) -> None:
    assert period(keep).after(at(start)) == at(end)


@pytest.mark.parametrize("text", ["", "soon", "28", "d28", "28 d x"])
def test_what_is_no_period_is_refused(text: str) -> None:
    if text == "":
        assert period(text) == Period()
    else:
        with pytest.raises(ValueError, match="not a period"):
            period(text)


@given(st.integers(0, 200), st.integers(-400, 4000), st.integers(0, 23))
def test_a_period_reads_back_what_it_writes(months: int, days: int, hours: int) -> None:
    length = Period(months, 86_400 * days + 3_600 * hours * (-1 if days < 0 else 1))
    if months == 0:
        length = Period(0, abs(length.seconds))  # a length before its start is not written anywhere
    assert period(str(length)) == length


def test_thirty_days_hold_twenty_eight_and_one_of_recovery() -> None:
    assert period("28d").within(period("30d"), margin=period("1d"))
    assert not period("28d").within(period("30d"), margin=period("3d"))


def test_three_years_hold_thirty_six_months_less_seven_days_whatever_the_start() -> None:
    assert period("36m - 7d").within(period("36m"), margin=period("7d"))
    assert not period("36m - 7d").within(period("36m"), margin=period("8d"))
    assert not period("1096d").within(period("36m"), margin=period("0d"))  # two leap days never fall in three years
