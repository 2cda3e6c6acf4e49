"""The form of the payment page."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways.monetico import Billing, CardOnFile, Order, Terminal, Unsendable, payment_form, seal

from .builders import BILLING, KEY, ORDER, TERMINAL


def test_the_form_is_what_the_protocol_wants() -> None:
    form = payment_form(TERMINAL, ORDER)
    context = form.fields.pop("contexte_commande")
    mac = form.fields.pop("MAC")
    assert form.action == "https://p.monetico-services.com/test/paiement.cgi"
    assert form.fields == {
        "version": "3.0",
        "TPE": "1234567",
        "societe": "iboo",
        "date": "23/11/2026:10:00:00",
        "montant": "62.70EUR",
        "reference": "IB7K2M9QX4",
        "lgue": "FR",
        "mail": "anne@example.org",
        "url_retour_ok": "https://iboo.live/paiement/merci",
        "url_retour_err": "https://iboo.live/paiement/reprendre",
    }
    assert json.loads(base64.b64decode(context)) == {
        "billing": {
            "addressLine1": "12 rue de la République",
            "city": "Lyon",
            "postalCode": "69002",
            "country": "FR",
        }
    }
    assert mac == seal(form.fields | {"contexte_commande": context}, KEY)


def test_production_differs_by_its_address_alone() -> None:
    live = payment_form(Terminal(tpe="1234567", societe="iboo", key=KEY, test=False), ORDER)
    assert live.action == "https://p.monetico-services.com/paiement.cgi"
    assert live.fields == payment_form(TERMINAL, ORDER).fields


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 1, 15, 13, 5, 9, tzinfo=UTC), "15/01/2026:14:05:09"),
        (datetime(2026, 8, 4, 22, 0, 0, tzinfo=UTC), "05/08/2026:00:00:00"),
        (datetime(2026, 12, 31, 23, 30, 0, tzinfo=UTC), "01/01/2027:00:30:00"),
    ],
)
def test_times_are_those_of_paris_and_midnight_is_zero(at: datetime, written: str) -> None:
    assert payment_form(TERMINAL, replace(ORDER, at=at)).fields["date"] == written


def test_a_stored_card_needs_a_recorded_wish() -> None:
    assert "aliascb" not in payment_form(TERMINAL, ORDER).fields
    wished = replace(ORDER, card_on_file=CardOnFile(alias="a1B2", wish="consent#7"))
    assert payment_form(TERMINAL, wished).fields["aliascb"] == "a1B2"
    assert "forcesaisiecb" not in payment_form(TERMINAL, wished).fields
    other = replace(ORDER, card_on_file=CardOnFile(alias="a1B2", wish="consent#7", replace=True))
    assert payment_form(TERMINAL, other).fields["forcesaisiecb"] == "1"
    with pytest.raises(Unsendable, match="aliascb"):
        payment_form(TERMINAL, replace(ORDER, card_on_file=CardOnFile(alias="a1B2", wish="")))


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("montant", {"amount": Decimal(0)}),
    ("montant", {"amount": Decimal("-1")}),
    ("montant", {"amount": Decimal("1.005")}),
    ("montant", {"amount": Decimal("Infinity")}),
    ("montant", {"amount": Decimal(10) ** 12}),
    ("montant", {"currency": "eur"}),
    ("date", {"at": datetime(2026, 11, 23, 9, 0)}),
    ("reference", {"reference": ""}),
    ("reference", {"reference": "é"}),
    ("reference", {"reference": "x" * 51}),
    ("reference", {"reference": "a\nb"}),
    ("lgue", {"language": "fr"}),
    ("mail", {"mail": ""}),
    ("mail", {"mail": "anne@exämple.org"}),
    ("mail", {"mail": "anne@example.org\r\n"}),
    ("url_retour_ok", {"return_ok": "/merci"}),
    ("url_retour_err", {"return_error": ORDER.return_ok}),
    ("texte-libre", {"free_text": "réunion"}),
    ("texte-libre", {"free_text": "x" * 3201}),
    ("ThreeDSecureChallenge", {"challenge": "please"}),
    ("libelleMonetique", {"statement": "IBOO-LIVE"}),
    ("aliascb", {"card_on_file": CardOnFile(alias="a-b", wish="w")}),
    ("contexte_commande.billing.city", {"billing": replace(BILLING, city=" ")}),
    ("contexte_commande.billing.addressLine1", {"billing": replace(BILLING, address="x" * 51)}),
    ("contexte_commande.billing.country", {"billing": replace(BILLING, country="France")}),
    ("contexte_commande.billing.stateOrProvince", {"billing": replace(BILLING, country="US")}),
    ("contexte_commande.billing.lastName", {"billing": replace(BILLING, last_name="a\x00b")}),
]


@pytest.mark.parametrize(("field", "change"), BROKEN)
def test_what_the_protocol_cant_carry_is_our_fault_and_names_its_field(field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Unsendable) as fault:
        payment_form(TERMINAL, replace(ORDER, **change))
    assert fault.value.field == field


def test_a_fault_does_not_repeat_the_value() -> None:
    with pytest.raises(Unsendable) as fault:
        payment_form(TERMINAL, replace(ORDER, mail="secret name@example.org"))
    assert "secret" not in str(fault.value)


TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)


@given(
    st.builds(
        Order,
        reference=st.from_regex("[A-Z0-9]{1,12}", fullmatch=True),
        amount=st.decimals("0.01", 999999, places=2),
        at=st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1900 < at.year < 9999),
        billing=st.builds(Billing, address=TEXT, city=TEXT, postal_code=TEXT, country=st.just("FR"), last_name=TEXT),
        return_ok=st.just(ORDER.return_ok),
        return_error=st.just(ORDER.return_error),
        mail=st.just(ORDER.mail),
        free_text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    )
)
def test_no_posted_field_is_empty_or_beyond_ascii(order: Order) -> None:
    fields = payment_form(TERMINAL, order).fields
    assert all(value and value.isascii() and "\n" not in value for value in fields.values())
    assert Decimal(fields["montant"].removesuffix("EUR")) == order.amount
