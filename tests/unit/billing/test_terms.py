"""Days on which terms begin and end, reminders and grace."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.offers import Period
from chalicelib.billing.terms import (
    GRACE_DAYS,
    Standing,
    bound,
    grace_end,
    reminder_due,
    reminders,
    standing,
    trial_end,
)

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
ENDS = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("anchor", "period", "bounds"),
    [
        (date(2027, 1, 31), Period.MONTH, [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]),
        (date(2026, 11, 23), Period.MONTH, [date(2026, 11, 23), date(2026, 12, 23), date(2027, 1, 23)]),
        (date(2028, 2, 29), Period.YEAR, [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)]),
        (date(2028, 2, 29), Period.YEAR, [bound(date(2028, 2, 29), Period.YEAR, 0)]),
    ],
)
def test_terms_keep_the_day_of_the_month_where_there_is_one(anchor: date, period: Period, bounds: list[date]) -> None:
    assert [bound(anchor, period, number) for number in range(len(bounds))] == bounds


@given(DAYS, st.sampled_from(Period), st.integers(0, 60))
def test_terms_follow_each_other_and_have_the_length_of_a_month_or_a_year(
    anchor: date, period: Period, number: int
) -> None:
    days = (bound(anchor, period, number + 1) - bound(anchor, period, number)).days
    assert days in ({28, 29, 30, 31} if period is Period.MONTH else {365, 366})


@given(DAYS, st.integers(0, 60))
def test_twelve_monthly_terms_end_with_a_yearly_one(anchor: date, years: int) -> None:
    assert bound(anchor, Period.MONTH, 12 * years) == bound(anchor, Period.YEAR, years)


def test_the_standing_goes_from_active_over_grace_to_read_only() -> None:
    last_of_grace = ENDS + timedelta(days=GRACE_DAYS - 1)
    assert standing(ENDS, False, ENDS - timedelta(days=1)) is Standing.ACTIVE
    assert standing(ENDS, False, ENDS) is Standing.GRACE
    assert standing(ENDS, False, last_of_grace) is Standing.GRACE
    assert standing(ENDS, False, grace_end(ENDS)) is Standing.READ_ONLY


def test_a_cancelled_subscription_has_no_grace() -> None:
    assert standing(ENDS, True, ENDS - timedelta(days=1)) is Standing.ENDING
    assert standing(ENDS, True, ENDS) is Standing.ENDED


@given(DAYS, DAYS, st.booleans())
def test_who_has_paid_may_meet(ends: date, today: date, ending: bool) -> None:
    if today < ends:
        assert standing(ends, ending, today).may_meet
    if today >= grace_end(ends):
        assert not standing(ends, ending, today).may_meet


def test_a_trial_lasts_thirty_days() -> None:
    assert trial_end(date(2026, 11, 23)) == date(2026, 12, 23)


def told_on(ends: date, looked: list[date]) -> list[date]:
    """The days on which a reminder goes out, when somebody looks on these days."""
    told: list[date] = []
    for today in looked:
        if reminder_due(ends, told[-1] if told else None, today):
            told.append(today)
    return told


def test_reminders_go_out_on_their_days_once_each() -> None:
    every_day = [ENDS + timedelta(days=day) for day in range(-30, 40)]
    assert told_on(ENDS, [day for day in every_day for _ in range(3)]) == list(reminders(ENDS))


@given(st.sets(st.integers(-30, 40)))
def test_days_nobody_looked_at_are_made_good_with_one_reminder(days: set[int]) -> None:
    looked = [ENDS + timedelta(days=day) for day in sorted(days)]
    told = told_on(ENDS, looked)
    assert len(told) <= len(reminders(ENDS))
    assert set(told) <= set(looked)
    assert all(reminders(ENDS)[0] <= day < grace_end(ENDS) for day in told)
    for day in looked:
        passed = [one for one in reminders(ENDS) if one <= day]
        if passed and day < grace_end(ENDS):
            assert any(passed[-1] <= one <= day for one in told)
