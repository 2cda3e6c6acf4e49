"""Real Chromium in a meeting whose networks are made bad by script, one person at a time (`media_workers.chaos`)."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from playwright.async_api import Page, async_playwright

from media_workers.chaos import CALM, Conditions, Relay, Weather
from media_workers.connection import Connection
from media_workers.control import Control
from media_workers.settings import Announced
from media_workers.udp import Sockets
from media_workers.worker import Worker
from tests.media.conftest import settings
from tests.media.functions import ControlClient
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS

ADDRESS = (Announced("127.0.0.1", "127.0.0.1"),)


@dataclass(frozen=True)
class Fared:
    """How one person's sound and camera came to a viewer up to a moment, or between two. Samples of 1/48,000 s."""

    samples: int = 0
    concealed: int = 0
    frames: int = 0
    freezes: int = 0
    frozen: float = 0.0
    height: int = 0

    def since(self, before: "Fared") -> "Fared":
        """Between two moments; the height is that of the end."""
        return Fared(
            self.samples - before.samples,
            self.concealed - before.concealed,
            self.frames - before.frames,
            self.freezes - before.freezes,
            self.frozen - before.frozen,
            self.height,
        )


class RoughMeeting:
    """Pages of one browser by the names of who will join with them."""

    def __init__(self, worker: Worker, up: Weather, down: Weather, pages: dict[str, Page]) -> None:
        self._worker = worker
        self._up, self._down = up, down
        self.pages = pages

    @classmethod
    @asynccontextmanager
    async def of(cls, *names: str, seed: int = 1) -> AsyncIterator["RoughMeeting"]:
        """Nobody has joined yet. ``seed``: of what befalls the networks."""
        sockets, up, down = (
            Sockets(ADDRESS, 0),
            Weather(time.monotonic, f"{seed}/up"),
            Weather(time.monotonic, f"{seed}/down"),
        )
        relay = Relay(sockets, up, down)
        worker = Worker(settings(announced=ADDRESS), sockets=sockets)
        async with AsyncExitStack() as ends:
            ends.callback(relay.close)
            runner = web.AppRunner(Control(worker).application, access_log=None)
            await runner.setup()
            ends.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            worker.start()
            ends.push_async_callback(worker.stop)
            session = await ends.enter_async_context(aiohttp.ClientSession())
            playwright = await ends.enter_async_context(async_playwright())
            client = ControlClient(session, f"http://127.0.0.1:{runner.addresses[0][1]}", time.time)
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            ends.push_async_callback(browser.close)
            url = await ends.enter_async_context(site(client))
            pages = {name: await (await browser.new_context()).new_page() for name in names}
            for page in pages.values():
                await page.goto(url)
            yield cls(worker, up, down, pages)

    async def join(self, name: str, **options: object) -> None:
        """Somebody joins; options of ``window.join``."""
        await self.pages[name].evaluate("([name, options]) => window.join(name, options)", [name, options])

    def disturb(self, name: str, *, up: Conditions = CALM, down: Conditions = CALM) -> None:
        """The network of somebody from now on."""
        path = self.connection(name)._peer.selected
        assert path is not None
        port = path.address[1]
        self._up.conditions[port], self._down.conditions[port] = up, down

    def connection(self, name: str) -> Connection:
        """The worker's side of somebody."""
        return self._worker.rooms["room-1"].participants[name].connection

    async def fared(self, viewer: str) -> dict[str, Fared]:
        """How the others came to a viewer, by name. Silence that isn't sent does not count as concealed."""
        found: dict[str, dict[str, Any]] = await self.pages[viewer].evaluate("window.fared()")
        made = {}
        for name, person in found.items():
            silent = person.pop("silent", 0)
            made[name] = Fared(**(person | {"concealed": person.get("concealed", 0) - silent}))
        return made
