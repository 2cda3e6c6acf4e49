"""Rooms of four people with cameras, one after the other, on the one worker of the local cloud."""

import asyncio
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.load.browser import WebBrowser
from bench.load.houses import House, Meeting, Person
from bench.load.proc import WorkerGauge
from bench.load.visitor import Visitor
from chalicelib.fleet.rules import usual_load
from dev.cloud import Cloud

PEOPLE = 4
EVERY = 6
"""Sounds between two pictures of seven packets: the 60 packets a second that placement expects of a camera of four."""
BURST = 5
"""Rooms whose people all join at once."""
MOST = 32
"""Rooms: what the plans of four new companies permit."""
WARM, SETTLE, LOOK = 5.0, 1.0, 2.5
"""Seconds before the first look (a keyframe comes every 3.6 s, and estimates climb), before the others, and of each."""
MOST_LOST = 0.001
LEAST_PACE = 0.95
"""Part of what the load client means to send that it must send; with less the machine is full, not the worker."""


@dataclass(frozen=True)
class Burst:
    """``joins`` at once: ``per_second``, and how long each took."""

    joins: int
    refused: int
    per_second: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Look:
    """``load``: packets per second forwarded; ``lost``: part of them; ``cpu_us``: of the whole worker per packet;
    ``pace``: part of what the client meant to send; ``held``: pictures the worker holds back, as it takes the way to
    their viewer for too narrow."""

    rooms: int
    load: int
    lost: float
    cpu_us: float
    pace: float
    held: int


@dataclass(frozen=True)
class Carried:
    """``looks``: as rooms were added; ``end``: why no more were; ``memory_kb``: per participant."""

    capacity: int
    looks: list[Look]
    end: str
    memory_kb: float

    @property
    def best(self) -> Look | None:
        """The last one in which next to nothing was lost and the client kept its pace."""
        good = [look for look in self.looks if look.lost < MOST_LOST and look.pace >= LEAST_PACE]
        return good[-1] if good else None


def prepare(cloud: Cloud, houses: list[House], capacity: float, deadline: float) -> list[Meeting]:
    """Meetings whose people are let in, as many as a worker of that capacity should carry and two more, at most `MOST`
    and as many as there are until ``deadline`` (monotonic seconds)."""
    wanted = min(MOST, round(capacity / usual_load(PEOPLE)) + 2)

    def plan(house: House, count: int) -> list[Meeting]:
        return [_meeting(cloud, house) for _ in range(count) if time.monotonic() < deadline]

    counts = [len(range(at, wanted, len(houses))) for at in range(len(houses))]
    with ThreadPoolExecutor(len(houses)) as pool:
        return [meeting for planned in pool.map(plan, houses, counts) for meeting in planned]


def _meeting(cloud: Cloud, house: House) -> Meeting:
    """The host has a tab of their own for each: a browser serves one thread at a time."""
    meeting = house.meet(PEOPLE - 1)
    tab = WebBrowser(cloud.url)
    tab.cookies = dict(house.browser.cookies)
    tab.open(f"/m/{meeting.occurrence}")
    meeting.host.browser = tab
    return meeting


async def fill(worker: WorkerGauge, meetings: list[Meeting], deadline: float) -> tuple[Burst, Carried]:
    """A burst, then room after room until something is full or time is up. Everybody leaves at the end."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(BURST * PEOPLE))
    rooms = [[_visitor(person) for person in meeting.people] for meeting in meetings]
    inside: list[Visitor] = []
    empty = worker.memory
    try:
        burst = await _burst([visitor for room in rooms[:BURST] for visitor in room], inside)
        looks, end = await _add(worker, rooms, inside, deadline)
        carried = Carried(
            capacity=round((await asyncio.to_thread(worker.figures))["capacity"]),
            looks=looks,
            end=end,
            memory_kb=round((worker.memory - empty) / 1024 / max(1, len(inside))),
        )
    finally:
        await asyncio.gather(*(visitor.leave() for visitor in inside))
    return burst, carried


def _visitor(person: Person) -> Visitor:
    return Visitor(person, pictures=True, every=EVERY, seats=PEOPLE - 1)


async def _burst(visitors: list[Visitor], inside: list[Visitor]) -> Burst:
    began = time.monotonic()
    done = await asyncio.gather(*(visitor.enter() for visitor in visitors), return_exceptions=True)
    took = time.monotonic() - began
    for fault in done:
        if isinstance(fault, BaseException) and not isinstance(fault, ConnectionError | TimeoutError):
            raise fault
    came = [visitor for visitor, fault in zip(visitors, done, strict=True) if fault is None]
    inside += came
    times = sorted(1000 * visitor.joins[0] for visitor in came)
    return Burst(
        joins=len(visitors),
        refused=len(visitors) - len(came),
        per_second=round(len(came) / took, 1),
        p50_ms=round(statistics.median(times)),
        p95_ms=round(times[round(0.95 * (len(times) - 1))]),
    )


async def _add(
    worker: WorkerGauge, rooms: list[list[Visitor]], inside: list[Visitor], deadline: float
) -> tuple[list[Look], str]:
    looks = [await _look(worker, min(BURST, len(rooms)), inside, WARM)]
    for number, room in enumerate(rooms[BURST:], BURST + 1):
        capacity = (await asyncio.to_thread(worker.figures))["capacity"]
        if looks[-1].pace < LEAST_PACE:
            return looks, "this machine's limit: the load client no longer keeps its pace"
        if looks[-1].lost >= MOST_LOST:
            return looks, "packets are lost"
        if looks[-1].load >= capacity:
            return looks, "the worker's capacity"
        if time.monotonic() > deadline:
            return looks, "the time set for this bench"
        for visitor in room:
            try:
                await visitor.enter()
            except ConnectionError:
                return looks, f"the worker takes no further room ({visitor.refusals})"
            except TimeoutError:
                return looks, "a join that took more than ten seconds"
            inside.append(visitor)
        looks.append(await _look(worker, number, inside, SETTLE))
    return looks, "as many rooms as were prepared"


async def _look(worker: WorkerGauge, rooms: int, visitors: list[Visitor], settle: float) -> Look:
    await asyncio.sleep(settle)
    for visitor in visitors:
        visitor.start_counting()
    before, cpu, sounds = (await asyncio.to_thread(worker.figures)), worker.cpu, sum(one.sounds for one in visitors)
    began = time.monotonic()
    await asyncio.sleep(LOOK)
    after = await asyncio.to_thread(worker.figures)
    took, cpu = time.monotonic() - began, worker.cpu - cpu
    sent = after["forwarded_packets_total"] - before["forwarded_packets_total"]
    expected = sum(visitor.counts.expected for visitor in visitors)
    came = sum(visitor.counts.packets for visitor in visitors)
    meant = len(visitors) * took / 0.02
    return Look(
        rooms,
        load=round(sent / took),
        lost=round(max(0.0, 1 - came / max(1, expected)), 5),
        cpu_us=round(1e6 * cpu / max(1.0, sent), 1),
        pace=round((sum(one.sounds for one in visitors) - sounds) / meant, 3),
        held=sum(_held(visitor) for visitor in visitors),
    )


def _held(visitor: Visitor) -> int:
    said = visitor.told("paused")
    return len(said[-1]["seats"]) if said else 0
