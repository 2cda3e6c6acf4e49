"""``python -m dev.gallery [name…]``: draws every page and mail, to be looked at.

Pictures go to build/gallery: 1280 and 390 px wide, light and dark, French and English. With names, only those; with
``--quick``, only French light 1280 and English dark 390. Chromium comes from the machine (``CHROMIUM`` or /usr/bin).
"""

import mimetypes
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Route, sync_playwright

from chalicelib import pages
from chalicelib.pages import Language, Reader
from dev import samples, samples_face

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "build" / "gallery"
ORIGIN: Final = "http://gallery.test"

Theme = Literal["light", "dark"]
Look = tuple[Language, Theme, int]


def looks(quick: bool) -> list[Look]:
    if quick:
        return [("fr", "light", 1280), ("en", "dark", 390)]
    return [
        (language, theme, width) for language in pages.LANGUAGES for theme in ("light", "dark") for width in (1280, 390)
    ]


def drawn(language: Language) -> Iterator[tuple[str, str]]:
    """Name and HTML of everything there is to see."""
    guest = Reader(language, None, "token", None, None, "/")
    member = Reader(language, "Europe/Paris", "token", "Anne Dupont", "Cabinet Lefèvre", "/meetings")
    for reader, sheets in ((guest, samples.SIGNED_OUT), (member, samples.SIGNED_IN)):
        for name, (template, values) in sheets.items():
            listed = "/" if name in samples_face.SIGNED_OUT else ""
            yield name, pages.render(template, replace(reader, listed=listed), **values)
    for name, values in samples.MAILS.items():
        readers = [Reader("fr"), Reader("en")] if values["bilingual"] else [Reader(language, "Europe/Paris")]
        yield f"mail-{name}", pages.render_mail(name, readers, **values).html


def _serve(route: Route) -> None:
    """Files of web/ as the front would give them."""
    path = ROOT / "web" / route.request.url.removeprefix(ORIGIN).split("/", 3)[-1]
    if path.is_file():
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        route.fulfill(body=path.read_bytes(), content_type="font/woff2" if path.suffix == ".woff2" else kind)
    else:
        route.fulfill(status=404, body="")


def shoot(browser: Browser, look: Look, wanted: list[str]) -> None:
    language, theme, width = look
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
    context.route(f"{ORIGIN}/static/**", _serve)
    page = context.new_page()
    shown = {"html": ""}
    page.route(
        f"{ORIGIN}/page", lambda route: route.fulfill(body=shown["html"], content_type="text/html; charset=utf-8")
    )
    for name, html in drawn(language):
        if wanted and name not in wanted:
            continue
        shown["html"] = html
        page.goto(f"{ORIGIN}/page")
        page.evaluate("document.fonts.ready")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{name} {language} {width}: {wide} px wide, scrolls sideways")
        page.screenshot(path=OUT / f"{name}-{language}-{theme}-{width}.png", full_page=True)
    context.close()


def main(arguments: list[str]) -> None:
    wanted = [name for name in arguments if not name.startswith("--")]
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for look in looks("--quick" in arguments):
            shoot(chromium, look, wanted)
        chromium.close()
    print(OUT)


if __name__ == "__main__":
    main(sys.argv[1:])
