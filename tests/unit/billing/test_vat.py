"""VAT cases and totals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.vat import CASES, EU, Case, NeedsAdvice, Totals, due, part_of, totals

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


@given(st.decimals("0.01", 10**5, places=2), st.sampled_from(Case), st.data())
def test_parts_of_an_invoice_add_up_to_it_and_each_bears_its_vat(net: Decimal, case: Case, data: st.DataObject) -> None:
    vat = CASES[case]
    whole = left = totals([net], vat)
    for drawn in data.draw(st.lists(st.decimals("0.01", net, places=2), max_size=8)):
        gross = min(drawn, left.gross)
        if not gross:
            break
        part = part_of(whole, gross, left)
        assert part.gross == gross == part.net + part.vat
        assert min(part.net, part.vat) >= 0
        assert abs(part.vat - part.net * vat.rate / 100) <= Decimal("0.02")
        left = Totals(left.net - part.net, left.vat - part.vat, left.gross - part.gross)
    if left.gross:
        assert part_of(whole, left.gross, left) == left


@pytest.mark.parametrize("gross", ["0", "-1", "59.41", "0.001"])
def test_no_more_is_given_back_than_is_left(gross: str) -> None:
    whole = totals([Decimal("49.50")], CASES[Case.FRANCE])
    with pytest.raises(ValueError, match="part"):
        part_of(whole, Decimal(gross), whole)
