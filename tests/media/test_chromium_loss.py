"""Real Chromium over a wire that loses packets by script: retransmission works both ways."""

import time
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from media_workers import rtp
from media_workers.chaos import Relay
from media_workers.control import Control
from media_workers.settings import Announced
from media_workers.udp import Sockets
from media_workers.worker import Worker
from tests.media.conftest import settings
from tests.media.functions import ControlClient
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS, arrived, join, sees
from tests.media.waiting import until

ADDRESS = (Announced("127.0.0.1", "127.0.0.1"),)
EVERY = 31


class Lossy:
    """Loses every 31st media packet of one direction."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, datagram: bytes, client: int) -> Sequence[float]:
        if 128 <= datagram[0] < 192 and not rtp.is_rtcp(datagram):
            self._count += 1
            if self._count % EVERY == 0:
                return ()
        return (0.0,)


@pytest.fixture
async def pages() -> AsyncIterator[list[Page]]:
    """Two pages of one browser, a worker on a lossy wire."""
    sockets = Sockets(ADDRESS, 0)
    relay = Relay(sockets, Lossy(), Lossy())
    worker = Worker(settings(announced=ADDRESS), sockets=sockets)
    runner = web.AppRunner(Control(worker).application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    worker.start()
    async with aiohttp.ClientSession() as session, async_playwright() as playwright:
        client = ControlClient(session, f"http://127.0.0.1:{runner.addresses[0][1]}", time.time)
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        async with site(client) as url:
            made = [await browser.new_page() for _ in range(2)]
            for page in made:
                await page.goto(url)
            yield made
        await browser.close()
    await worker.stop()
    relay.close()
    await runner.cleanup()


async def test_lost_packets_are_repaired_and_the_picture_goes_on(pages: list[Page]) -> None:
    await join(pages)
    await sees(pages[0], 5)
    await until(lambda: arrived(pages[0]), lambda s: s["repaired"] > 10 and s["frames"] > 100, "repairs and frames")
    found = await arrived(pages[0])
    assert found["nacks"] > 0
    assert found["keyframes"] < 10, "repairs, not keyframes, mend the losses"
