"""``make bench-media``: our worker and Janus (Debian) forwarding the same load, in one run.

One publisher per room sends 30 pictures a second of seven packets and 50 sounds; every subscriber receives all of it
over real ICE, DTLS and SRTP. The server has one core to itself, the load client another. Printed: a table, then a line
of JSON per row.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import uvloop

from bench.media import frames, pacing, process, record
from bench.media.janus import Janus
from bench.media.ours import Ours
from bench.media.peer import Peer
from media_workers.settings import own_address

SERVERS = ("janus-default", "janus-event-loop-1", "python")
SHAPES = ((1, 10), (1, 30), (1, 60), (10, 9))
"""Rooms, and subscribers in each."""
WARM_UP = 2.0
SECONDS = 8.0
AT_ONCE = 6
"""Joins on their way at the same time."""
SERVER_CORE, CLIENT_CORE = 0, 1


class Server(Protocol):
    """What is measured."""

    pid: int

    async def publish(self, room: int, source: frames.Source) -> Peer:
        """A publisher in a new room."""

    async def subscribe(self, room: int) -> Peer:
        """Somebody who watches the room's publisher."""

    async def live(self) -> None:
        """All have joined: publishers say what they send."""


@dataclass(frozen=True)
class Row:
    """One measurement, as the JSON line has it. ``memory_kb``: resident, per participant."""

    server: str
    rooms: int
    subscribers: int
    us_per_packet: float
    p50_ms: float
    p99_ms: float
    lost_percent: float
    cpu_ms_per_join: float
    packets_per_second: int
    memory_kb_per_participant: int
    profile: str


async def measure(name: str, server: Server, rooms: int, subscribers: int, seconds: float) -> Row:
    """Joins everybody, warms up, measures."""
    idle_memory, idle = process.memory(server.pid), process.cpu_seconds(server.pid)
    sources = [frames.Source(1000 + 2 * room, 1001 + 2 * room) for room in range(rooms)]
    publishers = [await server.publish(room + 1, source) for room, source in enumerate(sources)]
    watchers: list[Peer] = []
    wanted = [room + 1 for room in range(rooms) for _ in range(subscribers)]
    for at in range(0, len(wanted), AT_ONCE):
        watchers += await asyncio.gather(*(server.subscribe(room) for room in wanted[at : at + AT_ONCE]))
    joins = len(publishers) + len(watchers)
    per_join = (process.cpu_seconds(server.pid) - idle) / joins * 1000
    await server.live()
    loop = asyncio.get_running_loop()
    pacers = [loop.create_task(pacing.pace(peer, source)) for peer, source in zip(publishers, sources, strict=True)]
    await asyncio.sleep(WARM_UP)
    gc.collect()
    for watcher in watchers:
        watcher.start_counting()
    before = process.cpu_seconds(server.pid)
    await asyncio.sleep(seconds)
    spent = process.cpu_seconds(server.pid) - before
    packets = sum(watcher.counts.packets for watcher in watchers)
    expected = sum(watcher.counts.expected for watcher in watchers)
    latencies = sorted(value for watcher in watchers for value in watcher.counts.latencies)
    grown = process.memory(server.pid) - idle_memory
    for task in pacers:
        task.cancel()
    await asyncio.gather(*(peer.close() for peer in (*publishers, *watchers)))
    if not packets or not latencies:
        raise RuntimeError(f"{name}: nothing came")
    return Row(
        server=name,
        rooms=rooms,
        subscribers=subscribers,
        us_per_packet=round(spent / packets * 1e6, 2),
        p50_ms=round(latencies[len(latencies) // 2] * 1000, 2),
        p99_ms=round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
        lost_percent=round(100 * max(0, expected - packets) / max(1, expected), 3),
        cpu_ms_per_join=round(per_join, 1),
        packets_per_second=round(packets / seconds),
        memory_kb_per_participant=round(grown / joins / 1024),
        profile=watchers[0].profile,
    )


@asynccontextmanager
async def running(name: str, folder: Path, address: str) -> AsyncIterator[Server]:
    """A server by its name in the table."""
    if name == "python":
        async with Ours.running(folder, address, SERVER_CORE) as ours:
            yield ours
    else:
        async with Janus.running(folder, address, 1 if name == "janus-event-loop-1" else 0, SERVER_CORE) as janus:
            yield janus


async def run(servers: list[str], shapes: list[tuple[int, int]], seconds: float) -> list[Row]:
    """All rows: shape by shape, so that what the machine does meanwhile meets all servers alike."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    address = own_address()
    if not address:
        raise SystemExit("bench.media: this machine has no address but loopback, which Janus doesn't use")
    rows = []
    for rooms, subscribers in shapes:
        for name in servers:
            with tempfile.TemporaryDirectory() as folder:
                async with running(name, Path(folder), address) as server:
                    row = await measure(name, server, rooms, subscribers, seconds)
            print(record.line(row), file=sys.stderr, flush=True)
            rows.append(row)
    return rows


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.media")
    parser.add_argument("--servers", default=",".join(SERVERS))
    parser.add_argument("--shapes", default=",".join(f"{rooms}x{each}" for rooms, each in SHAPES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    given = parser.parse_args()
    shapes = [(int(rooms), int(each)) for rooms, _, each in (part.partition("x") for part in given.shapes.split(","))]
    rows = uvloop.run(run(given.servers.split(","), shapes, given.seconds))
    print(record.table(rows))
    for row in rows:
        print(json.dumps(asdict(row)))
    if given.write:
        record.write(record.table(rows))


if __name__ == "__main__":
    main()
