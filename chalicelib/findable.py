"""Which pages a search engine may list: these, and nothing else that the doors answer.

A page has one address without a language, in which the visitor's own is chosen, and one for each language, so that a
search engine that asks for none finds both.
"""

from collections.abc import Mapping
from typing import Final

from . import settings
from .pages import LANGUAGES

PAGES: Final = (
    "/",
    "/features",
    "/prices",
    "/security",
    "/help",
    "/help/guests",
    "/help/hosts",
    "/help/administrators",
    "/signup",
    "/signin",
    "/check",
    "/help/browsers",
    "/developers",
    "/status",
    "/contact",
    "/report",
    "/newsletter",
    "/policy",
    "/privacy-choices",
    "/rights",
    "/retention",
    "/proof",
    "/subprocessors",
    "/legal",
    "/terms",
    "/processor-agreement",
    "/accessibility",
)
"""Paths, as they stand in the sitemap."""
PARAMETER: Final = "lang"
"""Of an address that asks for a language; it says nothing of the visitor, and nothing of it is kept."""
HIDDEN: Final[Mapping[str, str]] = {"X-Robots-Tag": "noindex, nofollow"}
"""Of every other answer."""


def address(path: str, language: str = "") -> str:
    """The whole address of a page, in a language or in the visitor's."""
    asked = f"?{PARAMETER}={language}" if language else ""
    return f"{settings.get('BASE_URL')}{path}{asked}"


def robots() -> str:
    """What ``/robots.txt`` says (RFC 9309): everything may be read, for a page must be read to say that it is not to be
    listed."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {address('/sitemap.xml')}\n"


def sitemap() -> str:
    """What ``/sitemap.xml`` says: each page, and its addresses by language."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        + "".join(f"<url><loc>{address(path)}</loc>{_alternates(path)}</url>\n" for path in PAGES)
        + "</urlset>\n"
    )


def _alternates(path: str) -> str:
    named = [("x-default", address(path)), *((language, address(path, language)) for language in LANGUAGES)]
    return "".join(f'<xhtml:link rel="alternate" hreflang="{name}" href="{href}"/>' for name, href in named)
