"""GStreamer publishes and watches: media code not written here, over WHIP's and WHEP's exchange."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import async_playwright

from tests.media.functions import ControlClient
from tests.media.process import WorkerProcess
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS, sees
from tests.media.waiting import DEADLINE

CLIENT = Path(__file__).parent / "gstreamer_client.py"
PYTHON = "/usr/bin/python3"


class Gstreamer:
    """A running client. ``said``: its words with how often it said them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: dict[str, int] = {}

    @classmethod
    @asynccontextmanager
    async def running(cls, mode: str, url: str, codec: str = "VP8") -> AsyncIterator["Gstreamer"]:
        process = await asyncio.create_subprocess_exec(
            PYTHON, str(CLIENT), mode, url, "token", codec, stdout=asyncio.subprocess.PIPE
        )
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def says(self, word: str, times: int = 1) -> None:
        """Waits until it has said a word so often."""
        assert self._process.stdout is not None
        async with asyncio.timeout(DEADLINE):
            while self.said.get(word, 0) < times:
                line = await self._process.stdout.readline()
                assert line, f"the client ended; it said {self.said}"
                heard = line.decode().strip()
                self.said[heard] = self.said.get(heard, 0) + 1


@pytest.mark.parametrize("codec", ["VP8", "VP9", "H264"])
async def test_gstreamer_publishes_and_another_gstreamer_sees_and_hears_it(codec: str) -> None:
    worker = await WorkerProcess.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            site(ControlClient(session, worker.control, time.time)) as url,
            Gstreamer.running("publish", f"{url}/join?name=encoder", codec) as encoder,
        ):
            await encoder.says("connected")
            async with Gstreamer.running("watch", f"{url}/join?name=player", codec) as player:
                await player.says("frame", 20)
                await player.says("sound", 20)
    finally:
        assert await worker.stop() == 0


@pytest.mark.parametrize("codec", ["VP9", "H264"])
async def test_chromium_sees_and_hears_what_gstreamer_publishes(codec: str) -> None:
    worker = await WorkerProcess.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            async_playwright() as playwright,
            site(ControlClient(session, worker.control, time.time)) as url,
            Gstreamer.running("publish", f"{url}/join?name=encoder", codec) as encoder,
        ):
            await encoder.says("connected")
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            page = await browser.new_page()
            await page.goto(url)
            await page.evaluate("window.join('anne')")
            await sees(page, 40)
            await browser.close()
    finally:
        assert await worker.stop() == 0
