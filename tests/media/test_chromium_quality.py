"""Real Chromium: what is sent follows what is shown and what the way carries."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from media_workers.chaos import CALM, Conditions, Relay, Weather
from media_workers.control import Control
from media_workers.settings import Announced
from media_workers.udp import Sockets
from media_workers.worker import Worker
from tests.media.conftest import settings
from tests.media.functions import ControlClient
from tests.media.site import site
from tests.media.test_chromium_join import ARGUMENTS, arrived
from tests.media.waiting import until

SMALL, HALF, FULL = 135, 270, 540
"""Heights of Anne's encodings."""
ADDRESS = (Announced("127.0.0.1", "127.0.0.1"),)


@dataclass
class Meeting:
    """A worker in this process and pages of one browser."""

    worker: Worker
    down: Weather
    sent: dict[int, set[int]]
    """Payload types by the client's port; headers are plain."""
    pages: list[Page]

    def types(self, participant: str) -> set[int]:
        """Payload types sent to somebody."""
        return self.sent[self._port(participant)]

    def narrow(self, participant: str, limit: int | None) -> None:
        """Makes the way to somebody carry ``limit`` bits per second, or all again."""
        conditions = CALM if limit is None else Conditions(bitrate=limit, queue=0.5)
        self.down.conditions[self._port(participant)] = conditions

    def _port(self, participant: str) -> int:
        path = self.worker.rooms["room-1"].participants[participant].connection._peer.selected
        assert path is not None
        return path.address[1]


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    """Four pages, nobody in the room yet."""
    sockets, calm, down = Sockets(ADDRESS, 0), Weather(time.monotonic), Weather(time.monotonic)
    sent: dict[int, set[int]] = defaultdict(set)

    def to_client(datagram: bytes, port: int) -> Sequence[float]:
        if datagram[0] >> 6 == 2:
            sent[port].add(datagram[1] & 0x7F)
        return down(datagram, port)

    relay = Relay(sockets, calm, to_client)
    worker = Worker(settings(announced=ADDRESS), sockets=sockets)
    async with AsyncExitStack() as ends:
        ends.callback(relay.close)
        runner = web.AppRunner(Control(worker).application, access_log=None)
        await runner.setup()
        ends.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        worker.start()
        ends.push_async_callback(worker.stop, within=0.0)
        session = await ends.enter_async_context(aiohttp.ClientSession())
        playwright = await ends.enter_async_context(async_playwright())
        client = ControlClient(session, f"http://127.0.0.1:{runner.addresses[0][1]}", time.time)
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        ends.push_async_callback(browser.close)
        url = await ends.enter_async_context(site(client))
        pages = [await (await browser.new_context()).new_page() for _ in range(4)]
        for page in pages:
            await page.goto(url)
        yield Meeting(worker, down, sent, pages)


async def enter(page: Page, name: str, **options: object) -> None:
    """Somebody joins."""
    await page.evaluate("([name, options]) => window.join(name, options)", [name, options])


async def listen(page: Page, name: str, **options: object) -> None:
    """Somebody joins with the camera off."""
    await enter(page, name, **options)
    await until(lambda: page.evaluate("window.state.hello !== null"), bool, f"{name} is in")
    await page.evaluate("window.up({ camera: false })")


async def look(page: Page) -> dict[str, Any]:
    """What a page sees, by person and source."""
    found: dict[str, Any] = await page.evaluate("window.seen()")
    return found


async def height(page: Page, whose: str, wanted: int) -> dict[str, Any]:
    """Waits until a picture has that height and moves; what is known of it."""
    seen = await until(lambda: look(page), lambda s: s.get(whose, {}).get("height") == wanted, f"{whose} at {wanted}")
    frames = seen[whose]["frames"]
    later = await until(lambda: look(page), lambda s: s[whose]["frames"] > frames + 5, f"{whose} moves")
    found: dict[str, Any] = later[whose]
    return found


async def test_the_size_sent_follows_the_size_shown_without_a_freeze(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", simulcast=True, width=960, height=540)
    await listen(paul, "paul")
    start = await height(paul, "anne camera", FULL)
    for shown in (SMALL, HALF, FULL, SMALL, FULL):
        await paul.evaluate("height => window.show([[0, height]])", shown)
        end = await height(paul, "anne camera", shown)
    assert end["freezes"] == start["freezes"]


async def test_encodings_nobody_looks_at_are_stopped_and_come_back(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", simulcast=True, width=960, height=540)
    await listen(paul, "paul")
    await height(paul, "anne camera", FULL)
    await paul.evaluate("window.show([[0, 135]])")
    await until(lambda: anne.evaluate("window.state.active"), lambda a: a == ["q"], "only the smallest is asked for")
    await paul.evaluate("window.show([])")
    await until(lambda: anne.evaluate("window.state.active"), lambda a: a == [], "nothing is asked for")
    await paul.evaluate("window.show([[0, 540]])")
    await height(paul, "anne camera", FULL)


async def test_on_a_narrow_way_the_sound_stays_and_the_picture_gets_smaller_for_a_while(meeting: Meeting) -> None:
    anne, paul, zoe = meeting.pages[:3]
    await enter(anne, "anne", simulcast=True, width=960, height=540)
    await listen(paul, "paul")
    await listen(zoe, "zoe")
    await height(paul, "anne camera", FULL)
    await height(zoe, "anne camera", FULL)
    others = meeting.worker.rooms["room-1"].participants["zoe"].connection.seat_tracks[0][1]
    source = others.source
    meeting.narrow("paul", 300_000)
    await height(paul, "anne camera", SMALL)
    energy = (await arrived(paul))["energy"]
    await until(lambda: arrived(paul), lambda s: s["energy"] > energy, "the sound goes on")
    meeting.narrow("paul", None)
    await height(paul, "anne camera", FULL)
    assert others.source is source, "what somebody else sees was not touched"


async def test_a_picture_that_doesnt_fit_is_paused_and_said_to_be(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", simulcast=True, width=960, height=540)
    await listen(paul, "paul")
    await height(paul, "anne camera", FULL)
    meeting.narrow("paul", 90_000)
    paused = [{"seat": 0, "reason": "bandwidth"}]
    await until(lambda: paul.evaluate("window.state.paused"), lambda p: p == paused, "Paul is told")
    meeting.narrow("paul", None)
    await until(lambda: paul.evaluate("window.state.paused"), lambda p: p == [], "Paul is told of the end")
    told = {interval.participant: interval.quality for interval in meeting.worker.report("").attendance}
    sender, viewer = told["anne"], told["paul"]
    assert sender is not None and viewer is not None
    assert sender.paused == 0 < viewer.paused
    assert sender.up_packets > 0 and viewer.down_packets > viewer.down_lost > 0
    await height(paul, "anne camera", FULL)


async def test_a_shared_screen_comes_in_full_size(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", simulcast=True, width=960, height=540)
    await listen(paul, "paul")
    await height(paul, "anne camera", FULL)
    await anne.evaluate("window.shareScreen({ width: 1920, height: 1080 })")
    await height(paul, "anne screen", 1080)


async def test_four_people_with_small_cameras_all_see_each_other(meeting: Meeting) -> None:
    names = ("anne", "paul", "zoe", "yves")
    for page, name in zip(meeting.pages, names, strict=True):
        await enter(page, name, simulcast=True, width=320, height=180)
    for page, name in zip(meeting.pages, names, strict=True):
        await page.evaluate("window.show([[0, 180], [1, 180], [2, 180]])")
        for other in names:
            if other != name:
                await height(page, f"{other} camera", 180)
