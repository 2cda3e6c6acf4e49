"""The notice beside each form is made from the rows of the register that the form writes (GDPR art. 13)."""

import re
from pathlib import Path

import pytest

from chalicelib.pages import LANGUAGES, Language, Reader, render
from chalicelib.register import ROWS
from chalicelib.register.forms import FORMS
from dev import words

TEMPLATES = Path(__file__).parents[3] / "templates"
ASKS = re.compile(r"(?:field|area)\(\"(email|name|first_name|body|words|buyer|person|invitees|reason)\"")
"""A field in which people type something about themselves or others."""

ELSEWHERE = {
    "account": "one's own data, shown on the page itself",
    "signin": "an address to compare, kept nowhere but in its account",
    "forgot": "the same",
    "right": "a request that has its notice already",
}
"""Pages that ask nothing that is not kept already."""


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    words.compile_catalog()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_what_becomes_of_what_is_typed(form: str, language: Language) -> None:
    assert f'informed("{form}")' in (TEMPLATES / "pages" / f"{form}.html").read_text()
    shown = render("partials/informed.html", Reader(language), form=form)
    for row in (row for row in ROWS if row.key in FORMS[form]):
        assert getattr(row.label, language).replace("'", "’") in shown.replace("&#39;", "’").replace("'", "’")
        for clock in row.clocks:
            assert getattr(clock.purpose, language).partition("'")[0] in shown


def test_no_form_that_asks_for_personal_data_is_without_its_notice() -> None:
    asking = {path.stem for path in (TEMPLATES / "pages").glob("*.html") if ASKS.search(path.read_text())}
    console = {page for page in asking if page.startswith(("console", "operations"))}
    assert asking - console - ELSEWHERE.keys() <= FORMS.keys()


def test_each_row_a_form_names_is_in_the_register() -> None:
    assert {key for keys in FORMS.values() for key in keys} <= {row.key for row in ROWS}
