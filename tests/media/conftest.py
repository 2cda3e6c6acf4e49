"""A worker in this process, real sockets, a clock that can be moved on."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from media_workers.clock import Clock
from media_workers.control import Control
from media_workers.recording.studio import MakeFeed
from media_workers.settings import Announced, Settings
from media_workers.worker import Worker
from tests.forwarder import TESTED
from tests.media.client import Client
from tests.media.functions import POOL_SECRET, PUBLIC_KEY, ControlClient
from tests.media.offers import CHROMIUM, Dialect
from tests.media.waiting import until_true


@dataclass
class MovableClock:
    """Real time plus what a test adds."""

    ahead: float = 0.0

    def clock(self) -> Clock:
        return Clock(lambda: time.monotonic() + self.ahead, self.wall)

    def wall(self) -> float:
        return time.time() + self.ahead


def settings(**changes: object) -> Settings:
    """Settings of a worker for tests."""
    values: dict[str, object] = {
        "id": "worker-1",
        "control_host": "127.0.0.1",
        "control_port": 0,
        "control_url": "",
        "media_port": 0,
        "announced": (Announced("127.0.0.1", "127.0.0.1"),),
        "report_url": "",
        "ticket_public_key": PUBLIC_KEY,
        "pool_secret": POOL_SECRET,
        "capacity": 20000,
        "log_level": "INFO",
        "forwarder": TESTED,
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


@dataclass
class Bench:
    """A worker with its control port, and clients that are cleared away at the end."""

    worker: Worker
    control: ControlClient
    time: MovableClock
    clients: list[Client] = field(default_factory=list)

    def client(
        self, name: str, dialect: Dialect = CHROMIUM, *, seats: int = 2, voices: int = 1, host: str = "127.0.0.1"
    ) -> Client:
        """A client that has not joined yet."""
        self.clients.append(Client(name, dialect, seats=seats, voices=voices, host=host))
        return self.clients[-1]

    def clear(self) -> None:
        """Takes all clients away."""
        for client in self.clients:
            client.vanish()

    async def joined(self, name: str, dialect: Dialect = CHROMIUM, **changes: object) -> Client:
        """A client in the room."""
        return await self.client(name, dialect).join(self.control, **changes)

    async def sending(self, name: str, dialect: Dialect = CHROMIUM) -> Client:
        """A client in the room with microphone and camera on."""
        client = await self.joined(name, dialect)
        client.up(microphone=True, camera=True)
        await until_true(lambda: self._is_up(name), f"{name} to be up")
        return client

    def _is_up(self, name: str) -> bool:
        people = [room.participants[name] for room in self.worker.rooms.values() if name in room.participants]
        return any(person.up["camera"] for person in people)


MakeBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def make_bench() -> AsyncIterator[MakeBench]:
    """Makes benches with other settings."""
    async with AsyncExitStack() as ends:

        async def make(make_feed: MakeFeed | None = None, **changes: object) -> Bench:
            clock = MovableClock()
            worker = Worker(settings(**changes), clock.clock(), make_feed=make_feed)
            runner = web.AppRunner(Control(worker).application, access_log=None)
            await runner.setup()
            ends.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            session = await ends.enter_async_context(aiohttp.ClientSession())
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            bench = Bench(worker, ControlClient(session, url, clock.wall), clock)
            ends.callback(bench.clear)
            worker.start()
            ends.push_async_callback(worker.stop, within=0.0)
            return bench

        yield make


@pytest.fixture
async def bench(make_bench: MakeBench) -> Bench:
    """A worker with usual settings."""
    return await make_bench()
