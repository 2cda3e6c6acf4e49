"""Versions of the privacy policy: its words as they were, what differs, and what a new one must respect.

A version's words are kept in ``templates/versions``, as lines of plain text made of the page (the prose and the table
generated from the register) with the settings' defaults. The build fails when the words change without a new version.
"""

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Literal

from chalicelib import pages, settings
from chalicelib.accounts.documents import INDEX, PolicyVersion, policy_versions
from chalicelib.errors import NotFound
from chalicelib.pages import Language
from chalicelib.register import Row
from chalicelib.register.period import Period, period

from . import policy

_FRENCH = re.compile(r"(hébergeur|prestataire|fournisseur) français|French (provider|host)", re.IGNORECASE)
"""How a text would say what is true of a provider with seat and parent in France only."""

BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "tr", "div", "table", "ul"})


@dataclass(frozen=True)
class Change:
    """A line of a comparison."""

    kind: Literal["same", "added", "removed"]
    text: str


def current_words(language: Language, version: str) -> str:
    """The policy as it would be published now, a line per paragraph or row of its table."""
    values = {"rows": policy.lines(), "version": version, "starts": policy.STARTS, "published": _default}
    html = pages.render(f"pages/legal/{language}/policy.html", pages.Reader(language), **values)
    return "\n".join(_lines(html)) + "\n"


def saved_words(version: str, language: Language) -> str:
    """The words of a version. Raises `NotFound`."""
    path = INDEX.parent / f"policy-{version}.{language}.txt"
    if not version.isascii() or not version.isdigit() or not path.is_file():
        raise NotFound
    return path.read_text()


def find(version: str) -> PolicyVersion:
    """A version by its number. Raises `NotFound`."""
    found = next((one for one in policy_versions() if one.version == version), None)
    if found is None:
        raise NotFound
    return found


def previous(version: PolicyVersion) -> PolicyVersion | None:
    """The version before; `None` for the first."""
    number = policy_versions().index(version)
    return policy_versions()[number - 1] if number else None


def changes(before: str, after: str) -> list[Change]:
    """What differs between two texts, line by line, with the lines around."""
    kinds: Mapping[str, Literal["same", "added", "removed"]] = {"+": "added", "-": "removed", " ": "same"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    return [Change(kinds[line[0]], line[1:]) for line in lines if line[0] in kinds and line[:3] not in ("---", "+++")]


def periods(rows: Iterable[Row]) -> dict[str, list[str]]:
    """What is promised and set, by row and purpose: what a later version is compared with."""
    return {
        f"{row.key}|{clock.purpose.en}": [str(clock.promise), str(clock.keep)] for row in rows for clock in row.clocks
    }


def digest(words: str) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def faults(words: Mapping[str, str], rows: Iterable[Row], versions: tuple[PolicyVersion, ...]) -> Iterator[str]:
    """Why the present text and register must not be deployed; nothing when they may. ``words``: by language."""
    rows = tuple(rows)
    newest = versions[-1]
    for language, text in words.items():
        if digest(text) != newest.texts.get(language):
            remedy = "begin a new version" if newest.announced else "run `python -m dev.policy_text`"
            yield f"policy {newest.version} ({language}): the public text is another than its version says: {remedy}"
    yield from claims(words, _default("HOSTING_SEAT"), _default("HOSTING_PARENT"))
    if len(versions) > 1:
        yield from _longer(rows, versions[-2], newest)


def claims(words: Mapping[str, str], seat: str, parent: str) -> Iterator[str]:
    """A text that calls the provider French though its seat or parent (ISO 3166) is not; nothing when it may stand."""
    if (seat, parent) == ("FR", "FR"):
        return
    for language, text in words.items():
        if _FRENCH.search(text):
            yield f"policy ({language}): it says a French provider, but its seat is in {seat}, its parent in {parent}"


def _longer(rows: tuple[Row, ...], before: PolicyVersion, newest: PolicyVersion) -> Iterator[str]:
    """A longer period needs its notice, and holds for what begins afterwards."""
    for row in rows:
        for clock in row.clocks:
            known = before.periods.get(f"{row.key}|{clock.purpose.en}")
            if known is None or clock.keep.within(period(known[1]), Period()):
                continue
            effective = datetime.fromtimestamp(clock.effective, UTC).date()
            if newest.effective is None or clock.before is None or effective < newest.effective:
                yield f"{row.key}: kept longer than in version {before.version}, before the notice of it is over"


def _default(name: str) -> str:
    return settings.SETTINGS[name][0] or ""


def _lines(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [line for line in (" ".join(text.split()).removeprefix("| ") for text in reader.lines) if line]


class _Reader(HTMLParser):
    """The words of a page: a line per block, cells apart."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.lines.append("")
        elif tag in ("td", "th"):
            self.lines[-1] += " | "

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data
