"""Real Chromium over a wire that loses packets by script: retransmission works both ways."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from media_workers import rtp
from media_workers.control import Control
from media_workers.settings import Announced
from media_workers.udp import Path, Sockets
from media_workers.worker import Worker
from tests.media.conftest import settings
from tests.media.functions import ControlClient
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS, arrived, join, sees
from tests.media.waiting import until

ADDRESS = (Announced("127.0.0.1", "127.0.0.1"),)
EVERY = 31


class LossySockets(Sockets):
    """Loses every 31st media packet, each way."""

    def __init__(self) -> None:
        super().__init__(ADDRESS, 0)
        self._counts = {"in": 0, "out": 0}

    def send(self, datagrams: Sequence[bytes], path: Path) -> None:
        super().send([datagram for datagram in datagrams if not self._lost("out", datagram)], path)

    def listen(
        self, loop: Any, received: Callable[[bytes, Path], None], ended: Callable[[], None] = lambda: None
    ) -> None:
        def take(datagram: bytes, path: Path) -> None:
            if not self._lost("in", datagram):
                received(datagram, path)

        super().listen(loop, take, ended)

    def _lost(self, way: str, datagram: bytes) -> bool:
        if not datagram or not 128 <= datagram[0] < 192 or rtp.is_rtcp(datagram):
            return False
        self._counts[way] += 1
        return self._counts[way] % EVERY == 0


@pytest.fixture
async def pages() -> AsyncIterator[list[Page]]:
    """Two pages of one browser, a worker on a lossy wire."""
    worker = Worker(settings(announced=ADDRESS), sockets=LossySockets())
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
    await runner.cleanup()


async def test_lost_packets_are_repaired_and_the_picture_goes_on(pages: list[Page]) -> None:
    await join(pages)
    await sees(pages[0], 5)
    await until(lambda: arrived(pages[0]), lambda s: s["repaired"] > 10 and s["frames"] > 100, "repairs and frames")
    found = await arrived(pages[0])
    assert found["nacks"] > 0
    assert found["keyframes"] < 10, "repairs, not keyframes, mend the losses"
