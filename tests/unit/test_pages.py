"""Pages and mails: every template in both languages, escaping, the choice of language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from chalicelib import pages
from chalicelib.pages import Language, Reader
from dev import samples, samples_billing, words

ROOT = Path(__file__).parents[2]
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "web" / "icons" / "sprite.svg").read_text()))
VOID = {"meta", "link", "input", "img", "br", "hr", "circle", "path", "rect", "use"}

SHEETS = [(name, False) for name in samples.SIGNED_OUT] + [(name, True) for name in samples.SIGNED_IN]


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    words.compile_catalog()


def reader(language: Language, signed_in: bool = False) -> Reader:
    name = "Anne Dupont" if signed_in else None
    return Reader(language, "Europe/Paris", "csrf-of-the-page", name, None, "/meetings")


def drawn(name: str, signed_in: bool, language: Language) -> str:
    template, values = (samples.SIGNED_IN if signed_in else samples.SIGNED_OUT)[name]
    return pages.render(template, reader(language, signed_in), **values)


class Outline(HTMLParser):
    """What a page is made of: open tags, ids, links, labels; complains about tags that don't match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def attributes(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.mark.parametrize("language", pages.LANGUAGES)
@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_every_page_is_well_formed_and_hears_a_keyboard(name: str, signed_in: bool, language: Language) -> None:
    outline = Outline(drawn(name, signed_in, language))
    assert next(outline.attributes("html"))["lang"] == language
    assert len(list(outline.attributes("h1"))) == 1
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in outline.attributes("a"):
        href = attributes["href"] or ""
        assert not href.startswith("#") or href[1:] in ids
    labelled = {attributes.get("for") for attributes in outline.attributes("label")}
    for tag in ("input", "select", "textarea"):
        for attributes in outline.attributes(tag):
            assert attributes.get("type") == "hidden" or attributes["id"] in labelled
            for described in (attributes.get("aria-describedby") or "").split():
                assert described in ids


@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_no_page_holds_inline_code_or_style_or_a_foreign_address(name: str, signed_in: bool) -> None:
    for tag, attributes in Outline(drawn(name, signed_in, "fr")).tags:
        data = tag == "script" and attributes.get("type") == "application/json"  # read, never run
        assert data or tag not in ("style", "script") or attributes.get("src")
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "href", "action"):
            if key == "action" and attributes.get(key) == samples_billing.FORM["action"]:
                continue  # the one form that goes to the bank
            assert (attributes.get(key) or "/").startswith(("/", "#", "mailto:", "otpauth:", "data:image/"))


@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_lines_of_code_that_scroll_are_reached_by_keyboard(name: str, signed_in: bool) -> None:
    for attributes in Outline(drawn(name, signed_in, "fr")).attributes("pre"):
        assert "scroll" not in (attributes.get("class") or "") or attributes.get("tabindex") == "0"


@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_every_form_that_posts_carries_the_token(name: str, signed_in: bool) -> None:
    html = drawn(name, signed_in, "fr")
    forms = re.findall(r"<form.*?</form>", html, re.S)
    assert forms
    for form in forms:
        if 'method="post"' not in form:
            assert "action=" not in form, "a script's, or a dialog's: it goes nowhere"
            continue
        if samples_billing.FORM["action"] in form:
            assert "csrf" not in form, "a secret of ours is none of the bank's business"
            continue
        assert 'name="csrf" value="csrf-of-the-page"' in form


@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_every_file_and_icon_a_page_names_exists(name: str, signed_in: bool) -> None:
    html = drawn(name, signed_in, "fr")
    for path, icon in re.findall(r"/static/[^/]+/([\w./-]+)(?:#([\w-]+))?", html):
        assert (ROOT / "web" / path).is_file()
        assert not icon or icon in ICONS


@pytest.mark.parametrize(("name", "signed_in"), SHEETS)
def test_every_page_links_to_what_the_law_wants(name: str, signed_in: bool) -> None:
    html = drawn(name, signed_in, "en")
    for path in ("/policy", "/legal", "/terms", "/processor-agreement", "/accessibility", "/privacy-choices"):
        assert f'href="{path}"' in html


@pytest.mark.parametrize("language", pages.LANGUAGES)
@pytest.mark.parametrize("name", samples.MAILS)
def test_every_mail_has_subject_text_and_html_with_its_link(name: str, language: Language) -> None:
    values = samples.MAILS[name]
    letter = pages.render_mail(name, [reader(language)], **values)
    assert letter.subject
    assert "\n" not in letter.subject
    Outline(letter.html)
    if "link_to" in values and not name.endswith("cancelled"):
        assert values["link_to"] in letter.text
        assert f'href="{values["link_to"]}"' in letter.html
    assert "<" not in letter.text
    assert "&amp;" not in letter.text + letter.subject


@pytest.mark.parametrize("name", samples.MAILS)
def test_no_mail_fetches_anything(name: str) -> None:
    outline = Outline(pages.render_mail(name, [reader("fr")], **samples.MAILS[name]).html)
    assert not {tag for tag, _ in outline.tags} & {"img", "link", "script", "iframe"}
    assert "url(" not in "".join(outline.words)


def test_a_mail_for_an_unknown_language_says_everything_in_french_then_in_english() -> None:
    readers = [Reader("fr"), Reader("en")]
    letter = pages.render_mail("invitation_cancelled", readers, **samples.MAILS["invitation_cancelled"])
    for body in (letter.text, letter.html):
        assert body.index("a annulé la réunion") < body.index("has cancelled the meeting")
    assert letter.subject.startswith("Réunion annulée / Meeting cancelled\u202f: Point trimestriel")


def test_a_mail_tells_the_time_in_the_readers_zone_and_in_the_meetings() -> None:
    meeting = {**samples.MEETING, "timezone": "America/Martinique"}
    values = {**samples.TO_ORGANISER, "meeting": meeting}
    letter = pages.render_mail("organiser_confirmation", [Reader("en", "Europe/Paris")], **values)
    assert "Monday 23 November at 10:00 (Paris time)" in letter.text
    assert "Monday 23 November at 05:00 (Martinique time)" in letter.text


HOSTILE = "<script>alert(1)</script>\"'&"


def test_what_people_typed_is_escaped_in_pages() -> None:
    template, values = samples.SIGNED_IN["meeting"]
    html = pages.render(template, reader("fr", True), **{**values, "meeting": {**samples.MEETING, "title": HOSTILE}})
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_what_people_typed_is_escaped_inside_sentences(language: Language) -> None:
    _, values = samples.SIGNED_OUT["guest"]
    controller = {"name": HOSTILE, "contact": HOSTILE}
    html = pages.render("pages/guest.html", reader(language), **{**values, "controller": controller})
    assert "<script>" not in html
    assert "<strong>&lt;script&gt;" in html


def test_what_people_typed_is_escaped_in_mails_but_not_in_their_text() -> None:
    meeting = {**samples.MEETING, "title": HOSTILE}
    letter = pages.render_mail("invitation", [reader("fr")], **{**samples.TO_GUEST, "meeting": meeting})
    assert "<script>" not in letter.html
    assert HOSTILE in letter.text
    assert HOSTILE in letter.subject


def test_a_title_cannot_break_the_subject_line() -> None:
    meeting = {**samples.MEETING, "title": "Bonjour\r\nBcc: autre@example.org"}
    letter = pages.render_mail("invitation", [reader("fr")], **{**samples.TO_GUEST, "meeting": meeting})
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject


def test_a_typed_password_is_never_given_back() -> None:
    template, values = samples.SIGNED_OUT["signup"]
    html = pages.render(template, reader("fr"), **{**values, "form": {"password": "tulipe-secrète", "name": "Dupont"}})
    assert "tulipe" not in html
    assert 'value="Dupont"' in html


def test_a_value_the_template_was_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        pages.render("pages/signup_sent.html", reader("fr"))


def test_templates_cannot_read_a_secret() -> None:
    with pytest.raises(KeyError):
        pages.published("CSRF_KEY")


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    template, values = samples.SIGNED_IN["meetings"]
    alone = {**values, "upcoming": [{**samples.MEETING, "invited": 0}]}
    assert "0 personne invitée" in pages.render(template, reader("fr", True), **alone)
    assert "0 people invited" in pages.render(template, reader("en", True), **alone)


def test_french_sentences_come_with_their_no_break_spaces() -> None:
    assert pages.translate("fr")("Prêt ?") == "Prêt\u202f?"
    assert "Vous avez déjà un compte\u202f?" in drawn("signup", False, "fr")


def test_an_uncompiled_catalog_is_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CATALOGS", tmp_path)
    pages._catalog.cache_clear()
    try:
        with pytest.raises(pages.CatalogMissing, match=r"python -m dev\.words compile"):
            pages.translate("en")
    finally:
        pages._catalog.cache_clear()


@pytest.mark.parametrize(
    ("header", "cookie", "account", "picked"),
    [
        (None, None, None, "fr"),
        ("", None, None, "fr"),
        ("en", None, None, "en"),
        ("en-GB,en;q=0.9,fr;q=0.8", None, None, "en"),
        ("de-DE,de;q=0.9,en;q=0.5,fr;q=0.4", None, None, "en"),
        ("fr;q=0.4, en;q=0.5", None, None, "en"),
        ("de, es", None, None, "fr"),
        ("en;q=0, fr", None, None, "fr"),
        ("*, en;q=0.5", None, None, "fr"),
        ("en;q=abc, ;;, fr;q=", None, None, "fr"),
        ("EN-us", None, None, "en"),
        ("en", "fr", None, "fr"),
        ("en", "klingon", None, "en"),
        ("fr", "fr", "en", "en"),
        ("en", "en", "xx", "en"),
    ],
)
def test_the_account_decides_the_language_then_the_cookie_then_the_browser(
    header: str | None, cookie: str | None, account: str | None, picked: str
) -> None:
    assert pages.pick_language(header, cookie, account) == picked


def test_files_have_their_version_in_their_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_ASSETS_VERSION", "4f2a")
    assert pages.asset("css/base.css") == "/static/4f2a/css/base.css"


@pytest.mark.parametrize(
    ("seat", "parent", "said"), [("FR", "FR", True), ("LU", "US", False), ("FR", "US", False), ("US", "FR", False)]
)
def test_the_policy_says_french_provider_only_when_it_is_one(
    monkeypatch: pytest.MonkeyPatch, seat: str, parent: str, said: bool
) -> None:
    monkeypatch.setenv("IBOO_HOSTING_SEAT", seat)
    monkeypatch.setenv("IBOO_HOSTING_PARENT", parent)
    assert ("hébergeur français" in drawn("policy", False, "fr")) is said
    assert ("a French provider" in drawn("policy", False, "en")) is said


def test_what_the_operator_has_not_set_shows_in_dev_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "IBOO_PUBLISHER_SIREN" in drawn("legal", False, "fr")
    monkeypatch.setenv("IBOO_STAGE", "prod")
    assert "IBOO_PUBLISHER_SIREN" not in drawn("legal", False, "fr")
