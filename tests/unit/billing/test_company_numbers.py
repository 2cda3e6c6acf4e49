"""SIREN, SIRET, VAT numbers, and the numbers of invoices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.company_numbers import french_vat_number, siren, siret, vat_number
from chalicelib.billing.numbering import Number, accounting_year_end, read

DIGITS = st.text(st.sampled_from("0123456789"), min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("732829320", "732829320"),  # the example of fr.wikipedia.org, "Système d'identification du répertoire…"
        ("732 829 320", "732829320"),
        ("732\N{NO-BREAK SPACE}829\N{NARROW NO-BREAK SPACE}320", "732829320"),
        ("356000000", "356000000"),  # La Poste
        ("732829321", None),
        ("73282932", None),
        ("7328293200", None),
        ("73282932O", None),
        ("٧٣٢٨٢٩٣٢٠", None),
        ("", None),
    ],
)
def test_a_siren_has_nine_digits_of_which_the_last_fits(given: str, expected: str | None) -> None:
    assert siren(given) == expected


@given(DIGITS)
def test_of_ten_sirens_that_differ_in_the_last_digit_one_is_right(body: str) -> None:
    assert sum(siren(body + digit) is not None for digit in "0123456789") == 1


@given(DIGITS, st.integers(0, 7), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, other: str) -> None:
    right = next(found for digit in "0123456789" if (found := siren(body + digit)))
    wrong = right[:place] + other + right[place + 1 :]
    assert siren(wrong) == (right if wrong == right else None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("73282932000074", "73282932000074"),  # the example of fr.wikipedia.org
        ("732 829 320 00074", "73282932000074"),
        ("35600000049837", "35600000049837"),  # La Poste, an establishment: digits add up to a multiple of five
        ("35600000049838", None),
        ("73282932000075", None),
        ("7328293200007", None),
        ("73282932100074", None),
    ],
)
def test_a_siret_has_fourteen_digits_that_fit(given: str, expected: str | None) -> None:
    assert siret(given) == expected


@pytest.mark.parametrize(
    ("given", "country", "expected"),
    [
        ("FR 44 732 829 320", "FR", "FR44732829320"),
        ("fr44732829320", "FR", "FR44732829320"),
        ("FR45732829320", "FR", None),
        ("DE136695976", "DE", "DE136695976"),
        ("DE136695978", "DE", None),
        ("DE136695976", "FR", None),
        ("EL094259216", "GR", "EL094259216"),
        ("136695976", "DE", None),
        ("GB980780684", "GB", None),
        ("", "FR", None),
        ("FR", "FR", None),
    ],
)
def test_a_vat_number_is_of_its_countrys_form(given: str, country: str, expected: str | None) -> None:
    assert vat_number(given, country) == expected


@given(DIGITS)
def test_the_vat_number_of_a_siren_is_one(body: str) -> None:
    right = next(found for digit in "0123456789" if (found := siren(body + digit)))
    assert vat_number(french_vat_number(right), "FR") == french_vat_number(right)


@given(st.text(max_size=20), st.sampled_from(["FR", "DE", "GR", "NL", "IE", "ES"]))
def test_whatever_is_typed_is_answered(typed: str, country: str) -> None:
    siren(typed)
    siret(typed)
    vat_number(country + typed, country)


def test_there_is_no_vat_number_for_a_wrong_siren() -> None:
    with pytest.raises(ValueError, match="siren"):
        french_vat_number("732829321")


@given(st.integers(2000, 9999), st.integers(1, 999_999), st.integers(2000, 9999), st.integers(1, 999_999))
def test_invoice_numbers_are_read_as_written_and_sort_as_they_count(
    year: int, count: int, other_year: int, other: int
) -> None:
    first, second = Number(year, count), Number(other_year, other)
    assert read(str(first)) == first
    assert (str(first) < str(second)) == (first < second)


@pytest.mark.parametrize(
    "text", ["", "IB-2026-1", "IB-2026-0000001", "IB-2026-000000", "ib-2026-000001", "IB-1999-000001"]
)
def test_what_is_no_invoice_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read(text)


@pytest.mark.parametrize(
    ("day", "month", "end"),
    [
        (date(2026, 11, 23), 12, date(2026, 12, 31)),
        (date(2026, 12, 31), 12, date(2026, 12, 31)),
        (date(2026, 11, 23), 9, date(2027, 9, 30)),
        (date(2026, 9, 30), 9, date(2026, 9, 30)),
        (date(2027, 5, 1), 2, date(2028, 2, 29)),
    ],
)
def test_an_accounting_year_ends_with_its_month(day: date, month: int, end: date) -> None:
    assert accounting_year_end(day, month) == end


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(1, 12))
def test_every_day_is_in_one_accounting_year(day: date, month: int) -> None:
    end = accounting_year_end(day, month)
    assert day <= end < day + timedelta(days=367)
    assert accounting_year_end(end + timedelta(days=1), month) > end
