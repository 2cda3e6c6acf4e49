"""docs/privacy.md is true: its table is the register, and what it names exists."""

import re
from pathlib import Path

import pytest

from chalicelib.privacy import policy
from chalicelib.register import ROWS
from chalicelib.register.events import Event
from chalicelib.sessions import COOKIES
from dev.register_table import DOCUMENT, main, written

ROOT = Path(__file__).parents[3]
TEXT = DOCUMENT.read_text()


def test_the_table_in_the_document_is_the_register() -> None:
    assert written(TEXT) == TEXT, "run `python -m dev.register_table`"
    assert main(["--check"]) == 0
    for row in ROWS:
        assert f"| `{row.key}` |" in TEXT


def test_a_document_without_a_place_for_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no <!-- register"):
        written("# Privacy\n")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]*test_\w+\.py)`", TEXT))))
def test_every_test_the_document_names_exists(path: str) -> None:
    places = (ROOT, ROOT / "tests" / "functional", ROOT / "tests" / "functional" / "privacy")
    assert any((place / path).is_file() for place in places)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:[a-z]+/)?(?!test_)[a-z_]+\.py)`", TEXT))))
def test_every_module_the_document_names_exists(path: str) -> None:
    assert any((place / path).is_file() for place in (ROOT, ROOT / "chalicelib"))


def test_every_cookie_has_a_purpose_and_lives_six_months_at_most() -> None:
    assert policy.PURPOSES.keys() == COOKIES.keys()
    assert all(0 < life <= 180 * policy.DAY and life % policy.DAY == 0 for life in COOKIES.values())


def test_every_event_has_words_for_the_policy() -> None:
    assert policy.STARTS.keys() == set(Event)
