"""Pages and mails in the reader's language and time zone.

Templates speak French: the msgid *is* the French sentence, written with ordinary spaces; the no-break spaces of French
typography are put in on the way out. English comes from ``chalicelib/locale/en``, compiled by
``python -m dev.words compile``. Times given to a template are seconds since 1970; filters show them where the reader
is.
"""

import gettext
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from chalicelib import settings, words
from chalicelib.register import ROWS, Row
from chalicelib.register.forms import FORMS
from chalicelib.words import NARROW

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "fr"

TEMPLATES = Path(__file__).parent.parent / "templates"
PUBLISHED = frozenset({"RIGHTS_EMAIL", "CONTACT_EMAIL", "BASE_URL", "MAIL_TRANSPORT"})
CATALOGS = Path(__file__).parent / "locale"


class CatalogMissing(Exception):
    """A language's catalog was not compiled: run ``python -m dev.words compile``."""


@dataclass(frozen=True)
class Reader:
    """Who reads a page: everything a template may know of the person without being told.

    ``timezone`` is an IANA name, or None when unknown. ``csrf`` is empty when no form of the page changes anything.
    ``name`` and ``company`` are None for a person who isn't signed in. ``path`` is the address of the page itself,
    with which the language switch comes back.
    """

    language: Language
    timezone: str | None = None
    csrf: str = ""
    name: str | None = None
    company: str | None = None
    path: str = "/"
    ask_choice: bool = False
    """Whether the cookie banner is to be shown."""
    framed: bool = False
    """Whether another site shows the page within one of its own: what leads elsewhere opens apart."""
    policy_news: str = ""
    """The version of the policy announced less than thirty days ago; empty when there is none."""
    listed: str = ""
    """The path under which search engines may list the page; empty: they may not."""
    asked: str = ""
    """The language its address asks for; empty: none."""

    @property
    def signed_in(self) -> bool:
        return self.name is not None


def render(template: str, reader: Reader, **values: object) -> str:
    """The template ``template`` (a path under templates/) filled with ``values`` for ``reader``.

    Raises jinja2.UndefinedError when the template asks for a value it was not given, CatalogMissing when the reader's
    language has no compiled catalog.
    """
    return _environment(reader.language).get_template(template).render(values, reader=reader)


@dataclass(frozen=True)
class Letter:
    """A mail's words: one line of subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def render_mail(name: str, readers: Sequence[Reader], **values: object) -> Letter:
    """The mail templates/mail/``name``.* in the language of each of ``readers``, one under the other.

    One reader is the usual case; two (French, then English) write to a guest whose language nobody knows. A
    ``.subject`` file holds two lines: what happened, in each language, then what it is about. Raises as ``render``.
    """
    heads = [render(f"mail/{name}.subject", reader, **values).strip().split("\n", 1) for reader in readers]
    whats = list(dict.fromkeys(head[0].strip() for head in heads))
    about = [" ".join(head[1].split()) for head in heads[:1] if len(head) > 1]
    subject = (f"{NARROW}: " if readers[0].language == "fr" else ": ").join([" / ".join(whats), *about])
    html = [(reader, Markup(render(f"mail/{name}.html", reader, **values))) for reader in readers]  # noqa: S704
    text = [render(f"mail/{name}.txt", reader, **values).strip() for reader in readers]
    return Letter(
        subject=subject,
        text=render("mail/base.txt", readers[0], parts=text, **values),
        html=render("mail/base.html", readers[0], parts=html, subject=subject, **values),
    )


def translate(language: Language) -> Callable[[str], str]:
    """The function that puts a French sentence of Python code into ``language``.

    Call it ``_`` where it is used, so that ``python -m dev.words`` finds the sentences.
    """
    return _catalog(language).gettext


def mark(sentence: str) -> str:
    """``sentence`` itself: marks for the catalog a sentence that is translated later."""
    return sentence


def pick_language(accept_language: str | None, cookie: str | None, account: str | None) -> Language:
    """The language of the account, else of the cookie, else what the browser prefers, else French."""
    for choice in (account, cookie):
        if choice in LANGUAGES:
            return choice
    for tag in _preferred(accept_language or ""):
        if tag == "*":
            return DEFAULT_LANGUAGE
        primary = tag.partition("-")[0]
        if primary in LANGUAGES:
            return primary
    return DEFAULT_LANGUAGE


def _preferred(accept_language: str) -> list[str]:
    """Language tags by falling quality; a tag with q=0 or an unreadable quality is left out (RFC 9110, 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        name, _, quality = parameter.strip().partition("=")
        try:
            weight = float(quality) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() and weight > 0:
            ranked.append((weight, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def asset(path: str) -> str:
    """The address of a file of web/, with the version in it: the file may be cached for ever."""
    return f"/static/{settings.get('ASSETS_VERSION')}/{path}"


def written_by(form: str) -> list[Row]:
    """The rows of the register that a form writes. Raises `KeyError` for a form the register does not know."""
    keys = FORMS[form]
    return [row for row in ROWS if row.key in keys]


def published(name: str) -> str:
    """The setting ``name``, one of those that pages show. Raises KeyError for any other: templates see no secret."""
    if not name.startswith(("PUBLISHER_", "HOSTING_")) and name not in PUBLISHED:
        raise KeyError(name)
    return settings.get(name)


class _French(gettext.NullTranslations):
    """French needs no catalog: a sentence is its own translation, with its no-break spaces."""

    def gettext(self, message: str) -> str:
        return words.french(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return words.french(msgid1 if abs(n) < 2 else msgid2)  # in French zero is singular

    def pgettext(self, context: str, message: str) -> str:
        return words.french(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


@cache
def _catalog(language: Language) -> gettext.NullTranslations:
    if language == "fr":
        return _French()
    try:
        return gettext.translation("messages", CATALOGS, [language])
    except FileNotFoundError as error:
        raise CatalogMissing(
            f"No compiled catalog for “{language}” in {CATALOGS}: run “python -m dev.words compile”."
        ) from error


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # Subjects and text parts of mails are plain text; all else is HTML.
        autoescape=select_autoescape(disabled_extensions=("txt", "subject"), default=True, default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    extended: Any = environment  # the i18n extension adds its methods at run time
    extended.install_gettext_translations(_catalog(language), newstyle=True)
    environment.filters.update(words.FILTERS)
    environment.globals.update(
        asset=asset, published=published, written_by=written_by, in_dev=settings.in_dev, zones=words.zones
    )
    return environment
