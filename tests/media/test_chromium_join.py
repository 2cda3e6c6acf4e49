"""Real Chromium, real worker process: people see and hear each other."""

import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright

from tests.media.functions import ControlClient
from tests.media.process import WorkerProcess
from tests.media.site import site
from tests.media.waiting import until

ARGUMENTS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--no-sandbox",
    "--headless=new",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture
async def pages() -> AsyncIterator[list[Page]]:
    """Two pages of one browser, a worker behind them."""
    worker = await WorkerProcess.start()
    try:
        async with aiohttp.ClientSession() as session, async_playwright() as playwright:
            client = ControlClient(session, worker.control, time.time)
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            async with site(client) as url:
                made = [await (await browser.new_context()).new_page() for _ in range(2)]
                for page in made:
                    await page.goto(url)
                yield made
            await browser.close()
    finally:
        assert await worker.stop() == 0


async def arrived(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = await page.evaluate("window.arrived()")
    return found


async def test_two_people_see_and_hear_each_other(pages: list[Page]) -> None:
    for page, name in zip(pages, ("anne", "paul"), strict=True):
        await page.evaluate("name => window.join(name)", name)
    for page in pages:
        first = await until(lambda p=page: arrived(p), lambda s: s["frames"] > 5 and s["energy"] > 0, "media")  # type: ignore[misc]
        await until(lambda p=page: arrived(p), lambda s, f=first: s["frames"] > f["frames"] + 20, "more frames")  # type: ignore[misc]
        found = await arrived(page)
        assert found["profile"] == "SRTP_AEAD_AES_256_GCM"
        assert await page.evaluate("window.state.pongs") > 0
