"""What is for sale."""

from decimal import Decimal
from itertools import pairwise

import pytest

from chalicelib.billing.money import rounded
from chalicelib.billing.offers import MOST_SEATS, OFFERS, Choice, Period


def test_prices_are_whole_cents_and_a_year_costs_no_more_than_twelve_months_nor_less_than_one() -> None:
    for offer in OFFERS.values():
        assert rounded(offer.monthly) == offer.monthly
        assert rounded(offer.yearly) == offer.yearly
        assert offer.monthly <= offer.yearly <= 12 * offer.monthly


def test_a_higher_offer_costs_more_and_allows_at_least_as_much() -> None:
    ranked = sorted(OFFERS.values(), key=lambda offer: offer.rank)
    assert len({offer.rank for offer in ranked}) == len(ranked)
    for lower, higher in pairwise(ranked):
        assert lower.monthly < higher.monthly
        assert lower.yearly < higher.yearly
        assert lower.limits.people <= higher.limits.people
        assert lower.limits.minutes <= higher.limits.minutes
        assert lower.limits.recording <= higher.limits.recording
        assert lower.limits.invitations_per_day <= higher.limits.invitations_per_day


def test_offers_are_filed_under_their_keys() -> None:
    assert all(offer.key == key for key, offer in OFFERS.items())


@pytest.mark.parametrize(("offer", "seats"), [("gold", 1), ("essential", 0), ("essential", MOST_SEATS + 1)])
def test_what_is_not_for_sale_cant_be_chosen(offer: str, seats: int) -> None:
    with pytest.raises(ValueError, match=r"offer|seats"):
        Choice(offer, Period.MONTH, seats)


def test_a_terms_price_is_that_of_its_seats() -> None:
    assert Choice("essential", Period.MONTH, 3).price == 3 * OFFERS["essential"].monthly
    assert Choice("essential", Period.YEAR, 3).price == 3 * OFFERS["essential"].yearly
    assert isinstance(Choice("essential", Period.YEAR, 3).price, Decimal)
