"""Names, addresses and passwords as forms bring them."""

import pytest

from chalicelib.accounts.rules import Checked, bits, email_address, normal_password, password_fault
from chalicelib.errors import FormErrors


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("anne@lefevre.fr", "anne@lefevre.fr"),
        ("Anne.Dupont+iboo@Lefevre.FR", "Anne.Dupont+iboo@lefevre.fr"),
        ("anne@lefèvre.fr", "anne@xn--lefvre-5ua.fr"),
    ],
)
def test_an_address_is_kept_as_carriers_take_it(given: str, kept: str) -> None:
    assert email_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "anne",
        "anne@",
        "@lefevre.fr",
        "anne@lefevre",
        "anne lefevre@x.fr",
        "a@b.fr, c@d.fr",
        "anne@lefevre.fr\nBcc: x@y.fr",
        "é@lefevre.fr",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="email"):
        email_address(given)


@pytest.mark.parametrize(
    "password",
    ["quatre chevaux bleus", "Tz4!kQ9w;Lp2", "mcvzhtrbxwqk", "ключ от дачи у реки", "7316 0482 9915 3370 2846"],
)
def test_a_password_hard_to_guess_is_taken(password: str) -> None:
    assert password_fault(password, ()) is None


@pytest.mark.parametrize(
    "password",
    ["", "Tz4!kQ9w;Lp", "motdepasse12", "password1234", "azertyuiop12", "aaaaaaaaaaaaaaaa", "831604829915", "x" * 201],
)
def test_a_password_short_or_easy_to_guess_is_refused(password: str) -> None:
    assert password_fault(password, ()) is not None


def test_a_password_made_of_what_strangers_know_is_refused() -> None:
    about = ("Anne", "Dupont", "Cabinet Lefèvre", "anne.dupont@lefevre.fr")
    assert password_fault("annedupontlefevre", ()) is None
    assert password_fault("annedupontlefevre", about) is not None


def test_twelve_digits_have_fewer_bits_than_are_asked() -> None:
    assert bits("831604829915") < 50 < bits("8316048299153370")
    assert bits("") == 0


def test_the_same_password_typed_on_another_keyboard_is_the_same() -> None:
    assert normal_password("cafe\u0301 du port") == normal_password("caf\u00e9 du port")


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81, "Anne\x07", "http://example.com", "WWW.example.com"])
def test_a_name_that_is_none_is_refused(typed: str) -> None:
    form = Checked({"name": typed})
    form.text("name", "missing", 80)
    with pytest.raises(FormErrors) as caught:
        form.done()
    assert list(caught.value.fields) == ["name"]


@pytest.mark.parametrize(
    ("typed", "kept"), [("  Anne   Marie ", "Anne Marie"), ("O’Neil-Dûpont", "O’Neil-Dûpont"), ("Ngô", "Ngô")]
)
def test_a_name_is_tidied(typed: str, kept: str) -> None:
    form = Checked({"name": typed})
    assert form.text("name", "missing", 80) == kept
    form.done()


def test_what_takes_for_ever_to_compose_is_too_long() -> None:
    """Unicode sorts accents by comparing each with each: a megabyte of them would take minutes."""
    accents = "\u0315\u0300" * 200_000
    form = Checked({"name": accents, "email": accents})
    assert len(form.text("name", "missing", 80)) < 1_000 and len(form.email("email")) < 1_000
    assert list(form.errors) == ["name", "email"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    form = Checked({"email": "x", "role": "king"})
    form.email("email")
    form.one_of("role", ("admin", "member"), "wrong")
    form.accepted("terms", "missing")
    assert list(form.errors) == ["email", "role", "terms"]
