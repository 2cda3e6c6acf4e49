"""Keyed hashes and secrets derived from the installation's keys."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import keyed


@pytest.fixture(scope="module", autouse=True)
def secrets_of_one_installation() -> object:
    patch = pytest.MonkeyPatch()
    patch.setenv("IBOO_LOOKUP_KEY", base64.b64encode(b"l" * 32).decode())
    patch.setenv("IBOO_CSRF_KEY", base64.b64encode(b"c" * 32).decode())
    yield
    patch.undo()


def test_an_address_is_looked_up_whatever_its_case_and_surrounding_space() -> None:
    assert keyed.email_hash(" Anne@Example.FR\n") == keyed.email_hash("anne@example.fr")
    assert keyed.email_hash("anne@example.fr") != keyed.email_hash("anne@example.com")


def test_a_hash_says_nothing_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keyed.email_hash("anne@example.fr"), keyed.opaque("try", "192.0.2.1")
    monkeypatch.setenv("IBOO_LOOKUP_KEY", base64.b64encode(b"other" * 8).decode())
    after = keyed.email_hash("anne@example.fr"), keyed.opaque("try", "192.0.2.1")
    assert not set(before) & set(after)


def test_the_same_value_for_another_purpose_has_another_hash() -> None:
    value = "anne@example.fr"
    assert len({keyed.email_hash(value), keyed.opaque("email", value), keyed.opaque("invitations", value)}) == 3


@given(st.tuples(*[st.text(max_size=20)] * 2), st.tuples(*[st.text(max_size=20)] * 2))
def test_two_forms_share_a_token_only_in_the_same_browser_and_session(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    if "/" not in "".join(one + other):
        assert (keyed.form_token(*one) == keyed.form_token(*other)) == (one == other)


@given(st.text(min_size=1, max_size=10), st.integers(0, 1000))
def test_a_link_can_be_made_again_and_a_new_generation_voids_it(invitation: str, generation: int) -> None:
    link = keyed.link_secret("invitation", "meeting", invitation, generation)
    assert link == keyed.link_secret("invitation", "meeting", invitation, generation)
    assert link != keyed.link_secret("invitation", "meeting", invitation, generation + 1)
    assert link != keyed.link_secret("invitation", "other", invitation, generation)
    assert link != keyed.link_secret("export", "meeting", invitation, generation)


def test_a_link_cannot_be_guessed_nor_mistyped_by_case() -> None:
    link = keyed.link_secret("invitation", "m", "i", 0)
    assert len(link) == 26 and link == link.lower() and link.isalnum(), "26 characters of base32: 130 bits"


def test_ids_are_all_different_and_fit_into_addresses() -> None:
    ids = {keyed.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 16 and one.isalnum() and one == one.lower() for one in ids)


@given(st.text(max_size=30), st.text(max_size=30))
def test_secrets_are_the_same_exactly_when_they_are_equal(one: str, other: str) -> None:
    assert keyed.same(one, other) == (one == other)
    assert keyed.same(one, one)
