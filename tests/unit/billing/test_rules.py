"""What becomes of a subscription."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.billing.money import ZERO, rounded, share
from chalicelib.billing.offers import MOST_SEATS, OFFERS, Choice, Period
from chalicelib.billing.rules import (
    NextPaid,
    NotInTerm,
    Subscription,
    begun,
    cancelled,
    changed,
    reactivated,
    renewed,
    resumed,
    settled,
    subscribed,
)
from chalicelib.billing.terms import GRACE_DAYS, Standing, grace_end

CHOICES = st.builds(Choice, st.sampled_from(sorted(OFFERS)), st.sampled_from(Period), st.integers(1, MOST_SEATS))
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
SUBSCRIPTIONS = st.builds(Subscription, CHOICES, DAYS, st.integers(0, 40))

FIVE = Choice("essential", Period.MONTH, 5)
HELD = Subscription(FIVE, date(2026, 11, 1))
"""November 2026: thirty days."""
HALF = date(2026, 11, 16)
"""Fifteen days are left, this one among them."""


@st.composite
def held_within_its_term(draw: st.DrawFn) -> tuple[Subscription, date]:
    held = draw(SUBSCRIPTIONS)
    return held, held.begins + timedelta(days=draw(st.integers(0, held.days - 1)))


def test_a_first_term_is_paid_whole_and_begins_today() -> None:
    change = subscribed(FIVE, HALF)
    assert (change.charge, change.begins, change.ends) == (Decimal("49.50"), HALF, date(2026, 12, 16))
    assert change.subscription == Subscription(FIVE, HALF)


def test_seats_added_are_paid_for_the_days_left() -> None:
    change = changed(HELD, replace(FIVE, seats=7), HALF)
    assert change.charge == Decimal("9.90")  # two seats, half a month
    assert (change.begins, change.ends) == (HALF, date(2026, 12, 1))
    assert change.subscription.choice.seats == 7


def test_a_higher_offer_holds_at_once_and_is_paid_for_the_days_left() -> None:
    change = changed(HELD, replace(FIVE, offer="professional"), HALF)
    assert change.charge == Decimal("15.00")  # (79.50 − 49.50) / 2
    assert change.subscription.choice.offer == "professional"
    assert change.subscription.ends == HELD.ends


def test_seats_removed_stay_until_the_term() -> None:
    change = changed(HELD, replace(FIVE, seats=2), HALF)
    assert change.charge == ZERO
    assert change.subscription == replace(HELD, next=replace(FIVE, seats=2))
    following = renewed(change.subscription, HELD.ends)
    assert following is not None
    assert following.subscription.choice.seats == 2
    assert following.charge == Decimal("19.80")


def test_more_of_one_and_less_of_another_waits_for_the_term() -> None:
    wished = Choice("professional", Period.MONTH, 2)
    assert changed(HELD, wished, HALF).subscription == replace(HELD, next=wished)


def test_from_months_to_a_year_begins_a_year_today_less_what_is_left() -> None:
    change = changed(HELD, Choice("essential", Period.YEAR, 5), HALF)
    assert change.charge == Decimal("495.00") - Decimal("24.75")
    assert (change.begins, change.ends) == (HALF, date(2027, 11, 16))


def test_from_a_year_to_months_waits_for_the_term_and_begins_there() -> None:
    yearly = Subscription(Choice("essential", Period.YEAR, 5), date(2026, 1, 31))
    change = changed(yearly, FIVE, HALF)
    assert change.charge == ZERO
    following = renewed(change.subscription, yearly.ends)
    assert following is not None
    assert (following.begins, following.ends) == (date(2027, 1, 31), date(2027, 2, 28))


@given(held_within_its_term(), CHOICES)
def test_nothing_is_ever_given_back_and_nobody_loses_within_a_term(
    case: tuple[Subscription, date], wished: Choice
) -> None:
    held, today = case
    change = changed(held, wished, today)
    assert change.charge >= 0
    assert rounded(change.charge) == change.charge
    assert change.subscription.choice.gives_at_least(held.choice)
    assert change.subscription.ends >= held.ends
    assert change.subscription.standing(today).may_meet


@given(held_within_its_term(), CHOICES)
def test_nobody_pays_more_than_for_a_whole_term_of_what_he_wishes(
    case: tuple[Subscription, date], wished: Choice
) -> None:
    held, today = case
    assert changed(held, wished, today).charge <= wished.price


@given(held_within_its_term(), st.integers(1, MOST_SEATS), st.integers(1, MOST_SEATS))
def test_seats_added_in_two_steps_on_one_day_cost_what_they_cost_in_one(
    case: tuple[Subscription, date], some: int, all_of_them: int
) -> None:
    held, today = case
    some = max(some, held.choice.seats)
    all_of_them = max(all_of_them, some)
    first = changed(held, replace(held.choice, seats=some), today)
    second = changed(first.subscription, replace(held.choice, seats=all_of_them), today)
    at_once = changed(held, replace(held.choice, seats=all_of_them), today)
    assert first.charge + second.charge == at_once.charge
    assert second.subscription == at_once.subscription


@given(SUBSCRIPTIONS, st.integers(1, MOST_SEATS))
def test_seats_cost_less_the_later_they_are_added(held: Subscription, seats: int) -> None:
    assume(seats > held.choice.seats)
    wished = replace(held.choice, seats=seats)
    first, last = held.begins, held.ends - timedelta(days=1)
    assert changed(held, wished, first).charge == wished.price - held.choice.price
    assert ZERO < changed(held, wished, last).charge <= changed(held, wished, first).charge


@given(held_within_its_term(), CHOICES)
def test_wishing_again_what_one_has_undoes_a_wish_for_later(case: tuple[Subscription, date], wished: Choice) -> None:
    held, today = case
    change = changed(held, wished, today)
    assume(change.subscription.next is not None)
    undone = changed(change.subscription, held.choice, today)
    assert undone.subscription == held
    assert undone.charge == ZERO


@given(held_within_its_term())
def test_a_cancellation_holds_at_the_term_and_can_be_taken_back_until_then(case: tuple[Subscription, date]) -> None:
    held, today = case
    ending = cancelled(held, today)
    assert ending.standing(today) is Standing.ENDING
    assert ending.standing(held.ends) is Standing.ENDED
    assert renewed(ending, held.ends) is None
    assert reactivated(ending, today) == held


def test_adding_seats_takes_no_cancellation_back_but_wishing_for_the_next_term_does() -> None:
    ending = cancelled(HELD, HALF)
    assert changed(ending, replace(FIVE, seats=6), HALF).subscription.ending
    assert not changed(ending, replace(FIVE, seats=4), HALF).subscription.ending


@given(SUBSCRIPTIONS)
def test_outside_of_its_term_nothing_can_be_changed(held: Subscription) -> None:
    for day in (held.begins - timedelta(days=1), held.ends):
        with pytest.raises(NotInTerm):
            changed(held, held.choice, day)
        with pytest.raises(NotInTerm):
            cancelled(held, day)
        with pytest.raises(NotInTerm):
            reactivated(held, day)


@given(SUBSCRIPTIONS, st.integers(-14, GRACE_DAYS - 1), st.none() | CHOICES)
def test_a_term_paid_by_the_end_of_grace_follows_without_a_gap(
    held: Subscription, late: int, wished: Choice | None
) -> None:
    following = renewed(replace(held, next=wished), held.ends + timedelta(days=late))
    assert following is not None
    assert following.begins == held.ends
    turned = following.subscription.on(held.ends)
    assert (turned.begins, turned.ends, turned.next) == (held.ends, following.ends, None)
    assert following.subscription.paid_until == following.ends
    assert following.charge == (wished or held.choice).price
    if late < 0:
        assert following.subscription == replace(held, next=wished, prepaid=True)


@given(held_within_its_term(), CHOICES)
def test_while_the_next_term_is_paid_only_more_can_be_had_and_both_terms_are_paid_for(
    case: tuple[Subscription, date], wished: Choice
) -> None:
    held, today = case
    assume(wished != held.choice)
    ahead = replace(held, prepaid=True)
    if wished.period is not held.choice.period or not wished.gives_at_least(held.choice):
        with pytest.raises(NextPaid):
            changed(ahead, wished, today)
        return
    change = changed(ahead, wished, today)
    now = changed(held, wished, today).charge
    assert change.charge == now + wished.price - held.choice.price
    assert change.subscription == replace(ahead, choice=wished)
    assert change.ends == ahead.paid_until


@given(SUBSCRIPTIONS, st.none() | CHOICES)
def test_a_term_paid_ahead_begins_by_itself_and_a_cancellation_holds_at_its_end(
    held: Subscription, wished: Choice | None
) -> None:
    ahead = replace(held, next=wished, prepaid=True)
    last = held.ends - timedelta(days=1)
    assert ahead.on(last) == ahead
    assert ahead.on(held.ends).choice == (wished or held.choice)
    ending = cancelled(ahead, last)
    assert ending.standing(held.ends) is Standing.ENDING
    assert ending.on(held.ends).ending
    assert ending.standing(ahead.paid_until) is Standing.ENDED
    assert resumed(ending, last) == ahead
    assert renewed(ahead, last) is None


@given(SUBSCRIPTIONS, st.integers(0, 400))
def test_what_is_paid_after_a_gap_begins_on_the_day_it_is_paid(held: Subscription, later: int) -> None:
    today = grace_end(held.ends) + timedelta(days=later)
    ordered = renewed(held, held.ends)
    assert ordered is not None
    found = begun(held, ordered.subscription, today)
    assert (found.begins, found.choice) == (today, held.choice)
    assert begun(None, subscribed(held.choice, held.begins).subscription, today).begins == today
    assert begun(held, ordered.subscription, held.ends) == ordered.subscription


@given(held_within_its_term(), CHOICES, st.booleans())
def test_of_two_orders_paid_the_better_stands_and_a_person_looks(
    case: tuple[Subscription, date], wished: Choice, ending: bool
) -> None:
    held, today = case
    target = changed(held, wished, today).subscription
    assert settled(held, held, target) == (target, False)
    stands, doubtful = settled(replace(held, ending=ending), held, target)
    assert (stands, doubtful) == (replace(target, ending=ending) if ending != held.ending else target, False)
    other = Subscription(Choice("professional", Period.YEAR, MOST_SEATS), today)
    stands, doubtful = settled(other, held, target)
    assert doubtful
    assert (stands.paid_until, stands.choice.price) == max(
        (other.paid_until, other.choice.price), (target.paid_until, target.choice.price)
    )


@given(SUBSCRIPTIONS, st.integers(0, 400))
def test_a_term_paid_after_grace_begins_when_it_is_paid(held: Subscription, later: int) -> None:
    today = grace_end(held.ends) + timedelta(days=later)
    assert held.standing(today) is Standing.READ_ONLY
    following = renewed(held, today)
    assert following is not None
    assert following.begins == today
    assert following.charge == held.choice.price


@given(SUBSCRIPTIONS, st.integers(1, 30))
def test_renewed_term_after_term_no_day_is_paid_twice_or_missed(held: Subscription, terms: int) -> None:
    current = held
    for _ in range(terms):
        following = renewed(current, current.ends)
        assert following is not None
        assert following.begins == current.ends
        current = following.subscription
    assert current.anchor == held.anchor
    assert current.number == held.number + terms


@given(st.decimals(0, 10**6, places=2), st.integers(1, 366), st.data())
def test_shares_of_a_term_are_whole_cents_near_the_true_value(amount: Decimal, days: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, days))
    found = share(amount, part, days)
    assert abs(found - amount * part / days) <= Decimal("0.005")
    assert abs(found + share(amount, days - part, days) - amount) <= Decimal("0.01")


def test_half_a_cent_is_rounded_upwards() -> None:
    assert rounded(Decimal("0.005")) == Decimal("0.01")
    assert rounded(Decimal("2.675")) == Decimal("2.68")


@pytest.mark.parametrize(("part", "whole"), [(-1, 30), (31, 30), (0, 0)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="share"):
        share(Decimal(1), part, whole)
