"""Every mail, in both languages: its two parts say the same, it reads in the dark, it fetches and follows nothing."""

import re
from functools import cache
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urlsplit

import pytest

from chalicelib import pages
from chalicelib.pages import Letter, Reader
from dev import samples, words

COLOURED = re.compile(r"(?:^|;)\s*(?:color|background-color|border(?:-top)?)\s*:")
ADDRESS = re.compile(r"(?:https?://|mailto:)\S+|\S+@\S+")
WORD = re.compile(r"\w+")
VOID = {"meta", "br", "img", "input", "hr", "link"}


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    words.compile_catalog()


Tongues = Literal["fr", "en", "both"]


def sheets() -> list[tuple[str, Tongues]]:
    """Each mail as it is sent: in one language, or in both to a guest."""
    found: list[tuple[str, Tongues]] = []
    for name, values in samples.MAILS.items():
        found += [(name, "both")] if values["bilingual"] else [(name, "fr"), (name, "en")]
    return found


@cache
def letter(name: str, tongues: Tongues) -> Letter:
    both = [Reader("fr"), Reader("en")]
    readers = both if tongues == "both" else [Reader(tongues, "Europe/Paris")]
    return pages.render_mail(name, readers, **samples.MAILS[name])


class Seen(HTMLParser):
    """What a reader sees, where links lead, and which elements set a colour."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.coloured: list[tuple[str, set[str]]] = []
        self.fetched: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("style", "title"):
            self._hidden += 1
        if tag == "a":
            self.links.append(found["href"])
        if COLOURED.search(found.get("style", "")):
            self.coloured.append((tag, set(found.get("class", "").split())))
        if tag in ("img", "link", "script", "iframe", "object", "embed", "video", "audio", "source"):
            self.fetched.append(tag)
        self.fetched += [name for name in found if name in ("src", "srcset", "background", "data", "poster")]
        if tag not in VOID and tag not in ("a", "strong", "em", "span", "b"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def said(text: str) -> set[str]:
    """The words of a text, without addresses."""
    return set(WORD.findall(ADDRESS.sub(" ", text).casefold()))


@pytest.mark.parametrize(("name", "tongues"), sheets())
def test_both_parts_of_a_mail_say_the_same(name: str, tongues: Tongues) -> None:
    made = letter(name, tongues)
    # The heading repeats the subject; the footer's link has words in one part, its address in the other.
    beside = said(made.subject) | {"iboo", "confidentialité", "privacy"}
    html, text = said(Seen(made.html).text), said(made.text)
    assert html - text <= beside, f"only in the HTML of {name}: {sorted(html - text - beside)}"
    assert text - html <= beside, f"only in the text of {name}: {sorted(text - html - beside)}"


@pytest.mark.parametrize(("name", "tongues"), sheets())
def test_every_link_stands_in_the_text_too_and_none_counts_clicks(name: str, tongues: Tongues) -> None:
    made = letter(name, tongues)
    for link in Seen(made.html).links:
        if link.startswith("mailto:"):
            assert link.removeprefix("mailto:") in made.text
            continue
        assert link in made.text, link
        assert not re.search(r"utm_|click|track|open=", urlsplit(link).query), link


@pytest.mark.parametrize(("name", "tongues"), sheets())
def test_a_mail_fetches_nothing_and_nobody_is_told_that_it_was_opened(name: str, tongues: Tongues) -> None:
    made = letter(name, tongues)
    assert Seen(made.html).fetched == []
    assert not re.search(r"url\(|@import|expression\(|<meta[^>]+http-equiv", made.html, re.IGNORECASE)


@pytest.mark.parametrize(("name", "tongues"), sheets())
def test_a_mail_reads_in_the_dark(name: str, tongues: Tongues) -> None:
    """What sets a colour for the day has a class that sets one for the night."""
    html = letter(name, tongues).html
    assert '<meta name="color-scheme" content="light dark">' in html and ":root { color-scheme: light dark;" in html
    night = html[html.index("@media (prefers-color-scheme: dark)") : html.index("</style>")]
    dark = set(re.findall(r"\.([\w-]+) \{[^}]*!important", night))
    assert {"page", "card", "text", "quiet"} <= dark
    for tag, classes in Seen(html).coloured:
        assert classes & dark, f"<{tag}> of {name} keeps the colour of the day"


def test_every_mail_that_is_written_is_looked_at_here() -> None:
    """A template without a sample would escape the tests above."""
    written = {file.stem for file in (pages.TEMPLATES / "mail").glob("*.subject")}
    assert written == set(samples.MAILS)
