"""The public texts speak of the product as it is: buttons and pages that exist, alike in both languages."""

import re
from pathlib import Path

import pytest

from app import app
from chalicelib.accounts.roles import ROLES
from chalicelib.accounts.rules import JOIN_WITHIN, PLANS
from chalicelib.meetings.timetable import REMIND_BEFORE
from chalicelib.register import row_of
from chalicelib.site.facts import facts
from dev import words
from infra.network import MEDIA_PORT

TEXTS = Path(__file__).parents[3] / "templates" / "pages" / "public"
NAMES = sorted(path.stem for path in (TEXTS / "fr").glob("*.html"))
QUOTED = {"fr": re.compile("« ([^»]+) »"), "en": re.compile("“([^”]+)”")}


def text(language: str, name: str) -> str:
    return (TEXTS / language / f"{name}.html").read_text(encoding="utf-8")


def said(language: str) -> str:
    """Every sentence of the product, in a language."""
    catalog = [message for message in words.read(words.ENGLISH) if message.id]
    found = [message.id if language == "fr" else message.string for message in catalog]
    flat = [part for one in found if one for part in ([one] if isinstance(one, str) else one)]
    return "\n".join(flat).replace("’", "'").casefold()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_what_the_help_quotes_stands_in_the_product(name: str, language: str) -> None:
    product = said(language)
    for quoted in QUOTED[language].findall(text(language, name)):
        assert quoted.replace("’", "'").casefold() in product, quoted


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_as_much_and_lead_to_the_same_pages(name: str) -> None:
    for pattern in (r"<h2", r"<li>", r"<tr>", r"<p", r'href="([^"{]+)"', r"\{\{ .*? \}\}"):
        french, english = (re.findall(pattern, text(language, name)) for language in ("fr", "en"))
        assert len(french) == len(english), pattern
        if "href" in pattern:
            assert french == english


@pytest.mark.parametrize("name", NAMES)
def test_every_page_the_texts_lead_to_exists(name: str) -> None:
    pages = {path for path, methods in app.routes.items() if "GET" in methods}
    assert set(re.findall(r'href="(/[^"{#]*)', text("fr", name))) <= pages


def test_the_figures_written_out_are_those_of_the_product() -> None:
    assert {name for name, plan in PLANS.items() if plan.recording} == {"professional"}, "“the plan with recording”"
    assert facts().recording == {"fr": "Professionnel", "en": "Professional"}
    assert REMIND_BEFORE == 3_600, "“one hour before”"
    assert all(f"{MEDIA_PORT}" in text(one, "administrators") for one in ("fr", "en")), "the port of the workers"
    assert len(ROLES) == 5, "“five roles”"
    assert JOIN_WITHIN == 7 * 86_400, "“seven days”"
    assert str(row_of("recording").clocks[0].keep) == "28d", "“28 days after its start”"
    assert str(row_of("usage_month").clocks[0].keep) == "13m", "“thirteen months”"
    assert str(row_of("security_event").clocks[0].keep) == "6m", "“six months”"
