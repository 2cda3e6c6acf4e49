"""A pool of workers beside the local cloud's own, with meetings on those that will fail."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.failures.wire import Wire, wire
from bench.load.houses import House, Meeting
from bench.load.visitor import Visitor
from dev.cloud import Cloud

PATIENCE = 60.0
"""Seconds: a state that has not come by then does not come."""


class NotReached(Exception):
    """A state that did not come; the text names it."""


@dataclass
class Pool:
    """``victims``: the workers that hold the meetings, each with the wires between it and the functions.

    The cloud's own worker is there too, and survives.
    """

    cloud: Cloud
    victims: list[subprocess.Popen[str]] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    def signal(self, number: signal.Signals) -> None:
        """To all victims at once."""
        for victim in self.victims:
            victim.send_signal(number)

    def cut(self) -> None:
        """The victims lose the functions, and the functions them; media go on."""
        for each in self.wires:
            each.cut()

    def mend(self) -> None:
        """They find each other again."""
        for each in self.wires:
            each.mend()

    def stop(self, part: str) -> None:
        """A part of the cloud stops dead."""
        os.kill(self.cloud.pids[part], signal.SIGSTOP)

    def resume(self, part: str) -> None:
        """It goes on where it stopped."""
        os.kill(self.cloud.pids[part], signal.SIGCONT)

    def reset(self) -> None:
        """Everybody measures from now on."""
        for visitor in self.visitors:
            visitor.reset()

    async def until(self, what: str, state: Callable[[], bool]) -> None:
        """Waits for a state. Raises `NotReached`."""
        deadline = time.monotonic() + PATIENCE
        while not state():
            if time.monotonic() > deadline:
                raise NotReached(what)
            await asyncio.sleep(0.02)

    async def all_hear(self) -> None:
        """Waits until everybody is in and hears somebody else."""
        await self.until("everybody hears", lambda: all(one.inside and one.hears for one in self.visitors))

    async def all_moved(self) -> None:
        """Waits until everybody is in a room of a higher epoch than the first, and hears somebody there."""
        await self.until("everybody moved", lambda: all(_epoch(one) > 1 for one in self.visitors))
        for visitor in self.visitors:
            visitor.heard_since = time.monotonic()
        await self.until("everybody hears there", lambda: all(one.heard_again for one in self.visitors))


def _epoch(visitor: Visitor) -> int:
    return int(visitor.told("hello")[-1]["epoch"])


@asynccontextmanager
async def pool(cloud: Cloud, houses: list[House], victims: int = 1) -> AsyncIterator[Pool]:
    """Each house meets with one guest, on the victims."""
    async with AsyncExitStack() as stack:
        made = Pool(cloud)
        front = urlsplit(cloud.url).port or 80
        for number in range(victims):
            await _add(made, stack, front, f"victim-{number}-{time.monotonic_ns()}")
        made.stop("worker")  # rooms must find their place on the victims
        try:
            for house in houses:
                await _meet(made, house)
        finally:
            made.resume("worker")
        stack.push_async_callback(_end, made)
        await made.all_hear()
        yield made


async def _add(made: Pool, stack: AsyncExitStack, front: int, name: str) -> None:
    port = _free_port()
    control, report = await stack.enter_async_context(wire(port)), await stack.enter_async_context(wire(front))
    given = {
        "IBOO_WORKER_CONTROL_PORT": str(port),
        "IBOO_WORKER_CONTROL_URL": f"http://127.0.0.1:{control.port}",
        "IBOO_WORKER_REPORT_URL": f"http://127.0.0.1:{report.port}/workers/report",
        "IBOO_WORKER_ANNOUNCED": "127.0.0.1",
    }
    victim = stack.enter_context(made.cloud.another_worker(name, given))
    made.victims.append(victim)
    made.wires += [control, report]
    await made.until(f"a report of {name}", lambda: report.answered > 0)


async def _meet(made: Pool, house: House) -> None:
    meeting = await asyncio.to_thread(house.meet, 1)
    made.meetings.append(meeting)
    for person in meeting.people:
        visitor = Visitor(person)
        await visitor.enter()
        made.visitors.append(visitor)


async def _end(made: Pool) -> None:
    for visitor in made.visitors:
        await visitor.leave()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
