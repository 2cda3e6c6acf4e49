"""What is said in public: policy, cookies, retention today, and the pages the law wants."""

import re

import pytest

from chalicelib import sessions
from chalicelib.privacy.census import census
from chalicelib.privacy.sweep import sweep
from chalicelib.register import ROWS
from chalicelib.register.common import NOBODY
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock

from .things import DAY, a_customer, a_line

pytestmark = pytest.mark.usefixtures("stores")

PAGES = (
    "/policy",
    "/terms",
    "/processor-agreement",
    "/legal",
    "/accessibility",
    "/privacy-choices",
    "/retention",
)
SIX_MONTHS = 180 * DAY


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_the_legal_pages_in_both_languages(path: str, language: str) -> None:
    page = Browser(language).open(path)
    assert (page.status, page.path) == (200, path)
    assert f'<html lang="{language}">' in page.html


@pytest.mark.parametrize(("short", "page"), [("/privacy", "/policy"), ("/cookies", "/privacy-choices")])
def test_the_usual_addresses_lead_there(short: str, page: str) -> None:
    assert Browser().open(short).path == page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_policy_names_every_row_that_holds_personal_data(language: str) -> None:
    text = Browser(language).open("/policy").text.replace("’", "'").replace("&#39;", "'")
    for row in ROWS:
        assert (getattr(row.label, language) in text) == (row.subjects != NOBODY), row.key


def test_the_cookies_published_are_those_that_can_be_set() -> None:
    html = Browser().open("/privacy-choices").html
    assert re.findall(r"<code>(.*?)</code>", html) == list(sessions.COOKIES)


def test_no_cookie_lives_longer_than_six_months() -> None:
    browser = Browser()
    browser.cookies[sessions.SESSION] = a_customer().value
    seen = [header for path in (*PAGES, "/errors/404", "/account") for header in browser.open(path).set_cookies]
    seen += browser.send("/language", follow=False, language="en").set_cookies
    assert seen
    for header in seen:
        name = header.partition("=")[0]
        life = re.search(r"Max-Age=(\d+)", header)
        assert name in sessions.COOKIES
        assert life is not None and int(life[1]) <= SIX_MONTHS


def test_a_page_that_does_not_exist_says_so_in_the_readers_language() -> None:
    page = Browser("en").open("/errors/404")
    assert page.status == 404
    assert "404" in page.text and '<html lang="en">' in page.html


def test_before_the_first_census_the_page_says_so() -> None:
    assert "n’a pas encore eu lieu" in Browser().open("/retention").text


def test_retention_today_shows_what_census_and_sweep_left_behind(clock_file: MovedClock) -> None:
    a_line("1")
    sweep()
    census()
    text = Browser("en").open("/retention").text
    assert "Recipients ledger 1" in text
    assert "not yet" not in text
    clock_file.move(days=30)
    census()
    html = Browser("en").open("/retention").html
    assert re.findall(r'badge danger">(?:<svg.*?</svg>)?(\d+)</span>', html) == ["1"]


def test_where_to_report_a_weakness_is_where_programs_look() -> None:
    page = Browser().open("/.well-known/security.txt")
    assert page.status == 200
    assert page.body.decode().startswith("Contact: mailto:")
