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
    """What has come so far, see ``pages/join.js``."""
    found: dict[str, Any] = await page.evaluate("window.arrived()")
    return found


async def sees(page: Page, frames: int) -> dict[str, Any]:
    """Waits until so many frames were decoded and something was heard."""
    return await until(lambda: arrived(page), lambda s: s["frames"] >= frames and s["energy"] > 0, f"{frames} frames")


async def join(pages: list[Page]) -> None:
    """Both join, one after the other."""
    for page, name in zip(pages, ("anne", "paul"), strict=True):
        await page.evaluate("name => window.join(name)", name)


async def test_two_people_see_and_hear_each_other(pages: list[Page]) -> None:
    await join(pages)
    for page in pages:
        first = await sees(page, 5)
        later = await sees(page, first["frames"] + 20)
        assert later["energy"] > first["energy"]
        assert later["profile"] == "SRTP_AEAD_AES_256_GCM"
        assert await page.evaluate("window.state.pongs") > 0


async def test_the_senders_estimation_leaves_its_start(pages: list[Page]) -> None:
    await join(pages)
    await until(lambda: arrived(pages[0]), lambda s: s["sent"] > 600_000, "an estimate above 600 kbit/s")


async def test_a_camera_put_off_and_on_again_is_seen_again(pages: list[Page]) -> None:
    anne, paul = pages
    await join(pages)
    await sees(paul, 5)
    await anne.evaluate("window.up({ camera: false })")
    await until(lambda: paul.evaluate("window.camera('anne')"), lambda on: on is False, "Paul knows")
    frozen = (await arrived(paul))["frames"]
    await anne.evaluate("window.up({ camera: true })")
    await sees(paul, frozen + 20)


async def test_who_joins_again_is_seen_again(pages: list[Page]) -> None:
    anne, paul = pages
    await join(pages)
    before = await sees(paul, 5)
    await anne.evaluate("window.pc.close()")
    await anne.reload()
    await anne.evaluate("window.join('anne')")
    await sees(paul, before["frames"] + 40)
    await sees(anne, 5)


async def test_a_shared_screen_is_seen_beside_the_camera(pages: list[Page]) -> None:
    anne, paul = pages
    await join(pages)
    await sees(paul, 5)
    await anne.evaluate("window.shareScreen()")
    await until(
        lambda: paul.evaluate("window.playing()"),
        lambda sources: sorted(sources) == ["camera", "screen"],
        "camera and screen in two seats",
    )
