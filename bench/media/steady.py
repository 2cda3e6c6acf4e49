"""A load that stays for long: whether anything is lost, and whether the server grows.

    python -m bench.media --steady 30 --pace 90 --servers native

One meeting, pictures at a pace reached step by step. What was sent and what came is compared to the packet at the end;
memory is read all the time, its first fifth is the warming up.
"""

import asyncio
import sys
import time
from dataclasses import dataclass

from bench.media import frames, process
from bench.media.measuring import Server, joined, quantile_ms
from bench.media.most import FACTOR, PAUSE, Load

LOOK_EVERY = 10.0
"""Seconds."""


@dataclass(frozen=True)
class Steady:
    """As the JSON line has it. ``client_dropped``: packets that our own sockets had no room for; memory in kB."""

    server: str
    rooms: int
    subscribers: int
    minutes: float
    pictures_per_second: float
    packets_per_second: int
    core_percent: float
    us_per_packet: float
    p50_ms: float
    p99_ms: float
    sent: int
    lost: int
    client_dropped: int
    warm_kb: int
    end_kb: int
    growth_percent: float
    profile: str


async def steady(name: str, server: Server, rooms: int, subscribers: int, per_second: float, minutes: float) -> Steady:
    """Joins everybody, climbs to ``per_second`` pictures of each publisher and stays for so many minutes."""
    async with joined(server, rooms, subscribers) as meeting:
        await server.live()
        load, pace = Load(meeting, subscribers), float(frames.PER_SECOND)
        while pace < per_second:
            await load.settle(pace)
            pace = min(pace * FACTOR, per_second)
        await load.settle(per_second)
        sent, spent, began = meeting.sent, meeting.cpu(), time.monotonic()
        meeting.start_counting()
        meeting.pace(per_second)
        memory: list[int] = []
        while (passed := time.monotonic() - began) < 60 * minutes:
            memory.append(process.memory(server.pid) // 1024)
            print(f"{passed:7.0f} s  {memory[-1]} kB", file=sys.stderr, flush=True)
            await asyncio.sleep(min(LOOK_EVERY, 60 * minutes - passed))
        meeting.pace(0)
        took = time.monotonic() - began
        await asyncio.sleep(PAUSE)
        spent, counts = meeting.cpu() - spent, meeting.counts()
        wanted = (meeting.sent - sent) * subscribers
        profile = meeting.watchers[0].profile
    grown = process.growth(memory[len(memory) // 5 :])
    return Steady(
        server=name,
        rooms=rooms,
        subscribers=subscribers,
        minutes=minutes,
        pictures_per_second=round(per_second, 1),
        packets_per_second=round(counts.packets / took),
        core_percent=round(100 * spent / took, 1),
        us_per_packet=round(spent / max(1, counts.packets) * 1e6, 2),
        p50_ms=quantile_ms(counts.latencies, 0.5),
        p99_ms=quantile_ms(counts.latencies, 0.99),
        sent=wanted,
        lost=wanted - counts.packets,
        client_dropped=counts.dropped,
        warm_kb=int(grown["warm_kb"]),
        end_kb=int(grown["end_kb"]),
        growth_percent=grown["growth_percent"],
        profile=profile,
    )
