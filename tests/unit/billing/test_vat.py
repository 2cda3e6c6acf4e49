"""VAT cases and totals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.vat import CASES, EU, Case, NeedsAdvice, due, totals

CENTS = st.decimals(0, 10**5, places=2)


@pytest.mark.parametrize(
    ("country", "confirmed", "case"),
    [
        ("FR", False, Case.FRANCE),
        ("FR", True, Case.FRANCE),
        ("MC", False, Case.FRANCE),
        ("DE", True, Case.REVERSE_CHARGE),
        ("GR", True, Case.REVERSE_CHARGE),
        ("DE", False, Case.FRANCE),
        ("CH", False, Case.OUTSIDE),
        ("GB", True, Case.OUTSIDE),
        ("US", False, Case.OUTSIDE),
        ("PF", False, Case.OUTSIDE),
    ],
)
def test_the_case_follows_the_buyers_country_and_confirmed_number(country: str, confirmed: bool, case: Case) -> None:
    assert due(country, confirmed).case is case


@pytest.mark.parametrize("country", ["GP", "MQ", "RE", "GF", "YT"])
def test_overseas_departments_are_looked_at_by_a_person(country: str) -> None:
    with pytest.raises(NeedsAdvice):
        due(country, False)


def test_a_small_firm_charges_no_french_vat_and_says_so_only_where_it_would_be_due() -> None:
    assert due("FR", False, seller_is_small=True).case is Case.SMALL_FIRM
    assert due("DE", True, seller_is_small=True).case is Case.REVERSE_CHARGE
    assert due("US", False, seller_is_small=True).case is Case.OUTSIDE


def test_the_eu_has_twenty_seven_members() -> None:
    assert len(EU) == 27


def test_an_invoice_without_vat_says_why() -> None:
    for vat in CASES.values():
        assert (vat.rate == 0) == (vat.mention is not None) == bool(vat.reason)


def test_french_vat_is_a_fifth() -> None:
    found = totals([Decimal("49.50")], due("FR", False))
    assert (found.net, found.vat, found.gross) == (Decimal("49.50"), Decimal("9.90"), Decimal("59.40"))


@given(st.lists(CENTS, max_size=20), st.sampled_from(Case))
def test_totals_add_up_and_vat_is_rounded_once(lines: list[Decimal], case: Case) -> None:
    vat = CASES[case]
    found = totals(lines, vat)
    assert found.net == sum(lines)
    assert found.gross == found.net + found.vat
    assert abs(found.vat - found.net * vat.rate / 100) <= Decimal("0.005")


def test_a_line_of_broken_cents_is_refused() -> None:
    with pytest.raises(ValueError, match="cents"):
        totals([Decimal("0.001")], CASES[Case.FRANCE])
