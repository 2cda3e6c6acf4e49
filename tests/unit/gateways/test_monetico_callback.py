"""What a callback means, and that only a sealed one means anything."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.gateways.monetico import (
    ACKNOWLEDGED,
    NOT_ACKNOWLEDGED,
    Authentication,
    BadSeal,
    Callback,
    Nonsense,
    Outcome,
    Refusal,
    read_callback,
)
from chalicelib.gateways.monetico.card_numbers import holds_card_number, luhn

from .builders import KEY, PAID, TERMINAL, sealed

CARD_NUMBER = "4111111111111111"
"""A test number that no bank issues."""


def read(**changes: str) -> Callback:
    """The callback of a paid order with these fields changed; ``_`` in a name stands for ``-``."""
    return read_callback(TERMINAL, sealed(PAID | {name.replace("_", "-"): value for name, value in changes.items()}))


def test_a_paid_order_is_read() -> None:
    callback = read()
    assert callback.outcome is Outcome.PAID
    assert (callback.tpe, callback.reference) == ("1234567", "IB7K2M9QX4")
    assert (callback.amount, callback.currency) == (Decimal("62.70"), "EUR")
    assert callback.at == datetime(2026, 11, 23, 9, 2, 11, tzinfo=UTC)
    assert (callback.authorisation, callback.brand, callback.last4) == ("949104", "CB", "90")
    assert callback.payer_ip == "192.0.2.7"
    assert callback.refusal is None
    assert not callback.alarms


def test_the_acknowledgements_are_byte_for_byte_those_of_the_kits() -> None:
    assert ACKNOWLEDGED.encode() == b"version=2\ncdr=0\n"
    assert NOT_ACKNOWLEDGED.encode() == b"version=2\ncdr=1\n"


@pytest.mark.parametrize(
    ("code", "outcome", "instalment"),
    [
        ("paiement", Outcome.PAID, 1),
        ("payetest", Outcome.TEST_PAID, 1),
        ("Annulation", Outcome.REFUSED, 1),
        ("annulation", Outcome.REFUSED, 1),
        ("paiement_pf2", Outcome.PAID, 2),
        ("Annulation_pf4", Outcome.REFUSED, 4),
        ("paiement_pf9", Outcome.UNKNOWN, 1),
        ("remboursement", Outcome.UNKNOWN, 1),
        ("", Outcome.UNKNOWN, 1),
    ],
)
def test_the_return_code_tells_the_outcome_in_any_case(code: str, outcome: Outcome, instalment: int) -> None:
    callback = read(code_retour=code)
    assert (callback.outcome, callback.instalment) == (outcome, instalment)


def test_a_test_payment_pays_on_a_terminal_in_test_only() -> None:
    live = replace(TERMINAL, test=False)
    tested, real = sealed(PAID | {"code-retour": "payetest"}), sealed(PAID)
    assert read_callback(TERMINAL, tested).paid
    assert not read_callback(live, tested).paid
    assert read_callback(live, real).paid
    assert not read(code_retour="Annulation").paid
    assert not read(code_retour="remboursement").paid


def test_a_soft_decline_asks_for_the_holder_and_a_critical_one_is_final() -> None:
    soft = read(code_retour="Annulation", motifrefus="Refus", motifrefusautorisation="Refus repli VADS").refusal
    assert soft == Refusal("Refus", "Refus repli VADS", "")
    assert soft.needs_authentication
    assert not soft.final
    hard = read(code_retour="Annulation", motifrefus="Refus", motifrefusautorisation="Refus critique").refusal
    assert hard is not None
    assert hard.final
    none = read(code_retour="Annulation", motifrefus="3DSecure", motifrefusautorisation="-", filtragecause="4-").refusal
    assert none == Refusal("3DSecure", "", "4-")


def authentication(said: object) -> Authentication:
    return read(authentification=base64.b64encode(json.dumps(said).encode()).decode()).authentication


def test_authentication_results_nobody_has_seen_yet_are_kept_as_they_are() -> None:
    said = {"status": "brand_new", "protocol": "4DSecure", "version": "9.9", "details": {"liabilityShift": "MAYBE"}}
    assert authentication(said) == Authentication("brand_new", "4DSecure", "9.9", "MAYBE")


@pytest.mark.parametrize("said", [None, [], 7, "text", {}, {"status": 3}, {"details": []}, {"details": None}])
def test_authentication_results_of_another_shape_are_as_if_absent(said: object) -> None:
    assert authentication(said) == Authentication()


@pytest.mark.parametrize("value", ["", "bnVsbAo=", "!!!", "AAAA", "ewo", base64.b64encode(b"[" * 20_000).decode()])
def test_authentication_results_that_are_no_json_are_as_if_absent(value: str) -> None:
    assert read(authentification=value).authentication == Authentication()


def test_a_plus_sign_that_became_a_blank_on_the_way_is_restored() -> None:
    said = base64.b64encode(json.dumps({"status": "authenticated", "x": "~~~>>>"}).encode()).decode()
    assert "+" in said
    body = sealed(PAID | {"authentification": said}).replace(b"%2B", b"+")
    assert read_callback(TERMINAL, body).authentication.status == "authenticated"


@pytest.mark.parametrize("name", ["texte-libre", "motifrefus"])
def test_a_field_that_is_there_but_empty_is_sealed(name: str) -> None:
    assert PAID[name] == ""
    body = sealed(PAID).replace(f"{name}=&".encode(), b"")
    with pytest.raises(BadSeal):
        read_callback(TERMINAL, body)


def test_fields_nobody_has_seen_yet_are_sealed_too_and_forgotten() -> None:
    assert read(nouveauchamp="surprise") == read()
    with pytest.raises(BadSeal):
        read_callback(TERMINAL, sealed(PAID) + b"&nouveauchamp=surprise")


def test_only_what_may_be_kept_is_kept() -> None:
    kept = repr(read()) + read().payer_ip + read().last4
    for name in ("vld", "bincb", "hpancb", "cbmasquee", "authentification"):
        assert PAID[name] not in kept


@pytest.mark.parametrize(
    ("masked", "last4"),
    [
        ("00000100******02", "02"),
        ("123456******7890", "7890"),
        ("1234XXXXXXXXXXX1234", "1234"),
        ("123456*123456789", "6789"),
        ("123456", ""),
        ("", ""),
    ],
)
def test_of_a_masked_card_the_last_digits_are_kept(masked: str, last4: str) -> None:
    assert read(cbmasquee=masked).last4 == last4


@pytest.mark.parametrize("name", ["texte_libre", "numauto", "brand", "nouveau", "ipclient", "cbmasquee"])
def test_a_whole_card_number_raises_the_alarm_and_is_not_kept(name: str) -> None:
    callback = read(**{name: CARD_NUMBER})
    assert callback.alarms == {name.replace("_", "-")}
    assert callback.outcome is Outcome.PAID
    assert CARD_NUMBER not in repr(callback) + callback.payer_ip + callback.last4


def test_amounts_and_times_that_cant_be_read_are_missing_and_nothing_is_refused() -> None:
    callback = read(montant="beaucoup", date="hier", code_retour="paiement")
    assert (callback.amount, callback.currency, callback.at) == (None, "", None)
    assert callback.outcome is Outcome.PAID
    assert read(date="31/02/2026_a_10:00:00").at is None


def test_two_deliveries_of_one_event_have_one_key_and_two_attempts_have_two() -> None:
    assert read().key == read(nouveau="x").key
    assert read().key != read(code_retour="Annulation", numauto="").key
    assert read().key != read(date="23/11/2026_a_10:05:00").key


def test_a_seal_of_another_key_is_refused() -> None:
    with pytest.raises(BadSeal):
        read_callback(TERMINAL, sealed(PAID, KEY[:-2] + "00"))


def test_a_field_that_comes_twice_is_refused() -> None:
    body = sealed(PAID)
    with pytest.raises(Nonsense, match="twice"):
        read_callback(TERMINAL, body + b"&montant=62.70EUR")


@pytest.mark.parametrize("body", [b"a=1&" * 201, b"a" * 70_000])
def test_huge_callbacks_are_refused(body: bytes) -> None:
    with pytest.raises(Nonsense):
        read_callback(TERMINAL, body)


@given(st.binary(max_size=400))
@example(b"MAC=")
@example(b"MAC=%00&%ff=%ff")
@settings(deadline=None)
def test_bytes_of_any_kind_are_refused_cleanly(body: bytes) -> None:
    with pytest.raises(Nonsense):
        read_callback(TERMINAL, body)


@given(st.dictionaries(st.sampled_from(sorted(PAID)), st.text(max_size=60)))
@settings(deadline=None)
def test_odd_values_under_a_valid_seal_are_always_read(changes: dict[str, str]) -> None:
    encodable = {name: value.encode("utf-8", "ignore").decode() for name, value in changes.items()}
    if "authentification" in encodable:  # its blanks are taken for plus signs
        encodable["authentification"] = encodable["authentification"].replace(" ", "")
    assert isinstance(read_callback(TERMINAL, sealed(PAID | encodable)), Callback)


@given(st.binary(min_size=1, max_size=3), st.integers(0))
@settings(deadline=None)
def test_a_sealed_callback_changed_anywhere_says_the_same_or_nothing(noise: bytes, where: int) -> None:
    body = sealed(PAID)
    place = where % len(body)
    try:
        changed = read_callback(TERMINAL, body[:place] + noise + body[place + len(noise) :])
    except Nonsense:
        return
    assert changed == read()


def test_order_of_fields_does_not_matter() -> None:
    pairs = sealed(PAID).split(b"&")
    assert read_callback(TERMINAL, b"&".join(reversed(pairs))) == read()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (CARD_NUMBER, True),
        ("4111 1111 1111 1111", True),
        ("card 4111-1111-1111-1111.", True),
        ("378282246310005", True),
        ("4111111111111112", False),
        ("411111111111", False),
        (f"a{CARD_NUMBER}", False),
        ("٤١١١١١١١١١١١١١١١", False),
        ("00000100******02", False),
    ],
)
def test_card_numbers_are_told_by_length_and_luhn(text: str, holds: bool) -> None:
    assert holds_card_number(text) is holds


@given(st.text(st.sampled_from("0123456789"), min_size=12, max_size=18))
def test_of_ten_numbers_that_differ_in_the_last_digit_one_satisfies_luhn(body: str) -> None:
    assert sum(luhn(body + str(digit)) for digit in range(10)) == 1


def test_blanks_may_come_as_plus_signs_or_percent_encoded() -> None:
    body = sealed(PAID | {"texte-libre": "a b+c"})
    assert b"a+b%2Bc" in body
    assert read_callback(TERMINAL, body) == read_callback(TERMINAL, body.replace(b"a+b", b"a%20b"))
