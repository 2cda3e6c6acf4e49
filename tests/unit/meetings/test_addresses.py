"""Addresses as people paste them."""

from email.headerregistry import Address as MailAddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.meetings.addresses import Address, Pasted, read

ANNE = Address("anne@example.fr", "Anne Dupont")
PAUL = Address("paul@example.fr")


@pytest.mark.parametrize(
    "text",
    [
        "anne@example.fr",
        " anne@example.fr ",
        "<anne@example.fr>",
        "anne@EXAMPLE.fr",
        "mailto:anne@example.fr",
        "'anne@example.fr'",
        '"anne@example.fr"',
        "anne@example.fr;",
        ",anne@example.fr,",
        "anne@example.fr.",
        "(anne@example.fr)",
        "anne@example.fr <anne@example.fr>",
        '"anne@example.fr" <anne@example.fr>',
        "MAILTO:anne@example.fr",
    ],
)
def test_a_bare_address_is_read(text: str) -> None:
    assert read(text).addresses == (Address("anne@example.fr"),)
    assert read(text).unreadable == ()


@pytest.mark.parametrize(
    "text",
    [
        "Anne Dupont <anne@example.fr>",
        '"Anne Dupont" <anne@example.fr>',
        '"Dupont, Anne" <anne@example.fr>',
        "Dupont, Anne <anne@example.fr>",
        "Dupont,Anne<anne@example.fr>",
        "'Anne Dupont' <anne@example.fr>",
        "Anne  Dupont\t<anne@example.fr>;",
        "Anne Dupont <mailto:anne@example.fr>",
        "Anne Dupont < anne@example.fr >",
    ],
)
def test_an_address_with_a_name_is_read_in_every_usual_form(text: str) -> None:
    assert read(text).addresses == (ANNE,)
    assert read(text).unreadable == ()


@pytest.mark.parametrize(
    "text",
    [
        "Dupont, Anne <anne@example.fr>; paul@example.fr",
        "Dupont, Anne <anne@example.fr>, paul@example.fr",
        "Anne Dupont <anne@example.fr>\npaul@example.fr\n",
        "Anne Dupont <anne@example.fr>\r\n\r\npaul@example.fr",
        "Anne Dupont <anne@example.fr> paul@example.fr",
        '"Dupont, Anne" <anne@example.fr>, <paul@example.fr>',
        "Anne Dupont <anne@example.fr>;;, ;paul@example.fr",
    ],
)
def test_people_are_read_in_order_whatever_stands_between(text: str) -> None:
    assert read(text).addresses == (ANNE, PAUL)
    assert read(text).unreadable == ()


def test_bare_addresses_before_a_name_are_other_people() -> None:
    assert read("paul@example.fr, Dupont, Anne <anne@example.fr>").addresses == (PAUL, ANNE)
    assert read("paul@example.fr Anne Dupont <anne@example.fr>").addresses == (PAUL, ANNE)


def test_names_of_several_people_stay_with_their_addresses() -> None:
    text = "Dupont, Anne <anne@example.fr>, Martin, Zoé <zoe@example.fr>, Léa <lea@example.fr>"
    assert [one.name for one in read(text).addresses] == ["Anne Dupont", "Zoé Martin", "Léa"]


def test_the_same_address_twice_is_one_person_whatever_its_case() -> None:
    text = "Anne Dupont <anne@example.fr>, ANNE@example.fr; anne@Example.FR"
    assert read(text).addresses == (ANNE,)


def test_a_plus_and_an_accented_name_are_kept() -> None:
    assert read("Zoé d'Été <zoe+iboo@example.fr>").addresses == (Address("zoe+iboo@example.fr", "Zoé d’Été"),)


def test_a_domain_with_accents_is_written_as_mail_carriers_take_it() -> None:
    assert read("anne@société.fr").addresses == (Address("anne@xn--socit-esab.fr"),)


def test_what_is_no_address_is_told_and_the_others_are_read() -> None:
    pasted = read("anne@example.fr; paul@@example.fr\nzoe@example.fr")
    assert [one.email for one in pasted.addresses] == ["anne@example.fr", "zoe@example.fr"]
    assert pasted.unreadable == ("paul@@example.fr",)


def test_an_address_that_most_carriers_refuse_is_told() -> None:
    assert read("zoé@example.fr").unreadable == ("zoé@example.fr",)


def test_nothing_pasted_is_nobody() -> None:
    assert read(" \n;, ") == read("")
    assert read("") == Pasted((), ())


def test_signs_that_no_name_has_are_left_out() -> None:
    assert read("An\0ne\x07 Dup\x7font <anne@example.fr>").addresses == (ANNE,)


@pytest.mark.parametrize(
    "text", ["paul@example.fr> Anne Dupont <anne@example.fr>", "paul@example.fr; < <anne@example.fr>"]
)
def test_a_bracket_too_many_loses_nobody(text: str) -> None:
    assert [one.email for one in read(text).addresses] == ["paul@example.fr", "anne@example.fr"]


def test_a_long_paste_without_an_address_is_read() -> None:
    assert read("a" * 400_000 + "<").addresses == ()


def test_a_name_is_eighty_signs_long_at_most() -> None:
    assert len(read(f"{'a' * 500} <anne@example.fr>").addresses[0].name) == 80


emails = st.from_regex(r"[a-z][a-z0-9+_-]{0,8}@[a-z]{2,8}\.(fr|com|org)", fullmatch=True)
names = st.text("abcdefgh éçÔ'-", max_size=12).map(str.strip)
written = st.one_of(
    emails,
    st.builds("{} <{}>".format, names, emails),
    st.builds('"{}, {}" <{}>'.format, names, names, emails),
    st.builds("<{}>".format, emails),
)


@given(st.lists(written, max_size=8), st.sampled_from(["; ", "\n", ", ", "\r\n", ";"]))
def test_every_address_is_found_once_in_every_mixture(people: list[str], between: str) -> None:
    found = read(between.join(people))
    expected = [text.rpartition("<")[2].rstrip(">").casefold() for text in people]
    assert [one.email.casefold() for one in found.addresses] == list(dict.fromkeys(expected))
    assert found.unreadable == ()


@given(st.text(max_size=200) | st.text("<>@,;\"' \n.ab", max_size=60))
def test_whatever_is_pasted_is_read_and_can_be_written_to(text: str) -> None:
    found = read(text)
    folded = [one.email.casefold() for one in found.addresses]
    assert len(folded) == len(set(folded))
    for one in found.addresses:
        assert MailAddress(addr_spec=one.email).addr_spec == one.email and one.email.isascii()
        assert one.name == "" or one.name.isprintable()


@given(st.text(max_size=200))
def test_no_word_with_an_at_sign_is_lost_without_a_word(text: str) -> None:
    found = read(text)
    if "@" in text and any(part.strip("\"'<>()., \t") not in ("", "@") for part in text.split() if "@" in part):
        assert found.addresses or found.unreadable
