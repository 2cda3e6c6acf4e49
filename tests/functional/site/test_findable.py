"""What a search engine may list, and under which address."""

import re
from xml.etree import ElementTree

import pytest

from app import app
from chalicelib import findable
from tests.functional.browser import Browser
from tests.functional.mailbox import Mailbox
from tests.functional.people import sign_up

pytestmark = pytest.mark.usefixtures("stores")

SITE = "http://127.0.0.1:8080"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", findable.PAGES)
def test_a_page_to_be_listed_says_what_it_is_and_where(path: str, language: str) -> None:
    page = Browser("de").open(f"{path}?lang={language}")
    assert page.status == 200 and "X-Robots-Tag" not in page.headers
    assert f'<html lang="{language}">' in page.html
    assert f'<link rel="canonical" href="{SITE}{path}?lang={language}">' in page.html
    for name, address in (("x-default", path), ("fr", f"{path}?lang=fr"), ("en", f"{path}?lang=en")):
        assert f'hreflang="{name}" href="{SITE}{address}"' in page.html
    assert 'name="robots"' not in page.html
    assert f'property="og:image" content="{SITE}/static/' in page.html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_two_pages_call_or_describe_themselves_the_same(language: str) -> None:
    for pattern in (r"<title>(.*?)</title>", r'<meta name="description" content="(.*?)">'):
        said = [re.findall(pattern, Browser(language).open(path).html) for path in findable.PAGES]
        assert all(len(found) == 1 and found[0] for found in said)
        assert len({found[0] for found in said}) == len(findable.PAGES)


def test_without_a_language_in_its_address_a_page_speaks_the_visitors() -> None:
    page = Browser("en").open("/prices")
    assert f'<link rel="canonical" href="{SITE}/prices">' in page.html and '<html lang="en">' in page.html
    assert '<html lang="fr">' in Browser("fr").open("/prices?lang=tlh").html


def test_an_address_of_a_language_changes_nothing_for_the_next_page() -> None:
    browser = Browser("fr")
    browser.open("/prices?lang=en")
    assert browser.open("/prices").headers["Content-Language"] == "fr"


def test_every_other_address_says_that_it_is_not_to_be_listed(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox).browser
    plain = [path for path, methods in app.routes.items() if "GET" in methods and "{" not in path]
    private = sorted(set(plain) - set(findable.PAGES))
    assert {"/meetings", "/account", "/console", "/recordings", "/robots.txt"} <= set(private)
    for path in (*private, "/i/unknown", "/nowhere"):
        for browser in (anne, Browser()):
            page = browser.open(path, follow=False)
            if path != "/nowhere":  # the front's: an address nobody has
                assert page.headers["X-Robots-Tag"] == "noindex, nofollow", path
            if "<html" in page.body[:200].decode(errors="replace"):
                assert '<meta name="robots" content="noindex, nofollow">' in page.html, path


def test_a_form_with_a_fault_is_no_page_to_list() -> None:
    browser = Browser()
    browser.open("/contact")
    page = browser.send("/contact", body="")
    assert page.status == 400 and page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 'name="robots"' in page.html


def test_the_sitemap_names_the_pages_and_robots_txt_the_sitemap() -> None:
    robots = Browser().open("/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {SITE}/sitemap.xml" in robots.html and "Disallow:\n" in robots.html
    answer = Browser().open("/sitemap.xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ElementTree.fromstring(answer.body)  # noqa: S314 - our own
    assert [one.text for one in tree.findall("s:url/s:loc", names)] == [SITE + path for path in findable.PAGES]
    assert len(tree.findall("s:url/x:link", names)) == 3 * len(findable.PAGES)
