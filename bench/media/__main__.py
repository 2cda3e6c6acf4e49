"""``make bench-media``: our worker and Janus (Debian) forwarding the same load, in one run.

One publisher per room sends 30 pictures a second of seven packets and 50 sounds; every subscriber receives all of it
over real ICE, DTLS and SRTP. The server has one core to itself, the load client another. The servers take turns,
several rounds of each shape, and each figure is the median of its rounds: what else the machine does meets all alike.
Printed: a table, then a line of JSON per row.
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Protocol

import uvloop

from bench.media import frames, process, record
from bench.media.janus import Janus
from bench.media.ours import Ours
from bench.media.peer import Peer
from media_workers import compiled, native
from media_workers.settings import own_address

NATIVE = "native"
FLOOR = "floor"
"""Reading, AES-GCM and offloaded sending alone (media_workers/native/src/floor.rs)."""
SERVERS = ("janus-default", "janus-event-loop-1", "python", NATIVE, FLOOR)
SOURCE = "python-source"
"""Our worker without what is compiled of it; measured where it is asked for."""
SHAPES = ((1, 10), (1, 30), (1, 60), (10, 9))
"""Rooms, and subscribers in each."""
WARM_UP = 4.0
"""Seconds: an estimate must have had time to reach what is sent, else pictures are held back in the measurement."""
SECONDS = 4.0
ROUNDS = 3
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


async def measure(name: str, server: Server, rooms: int, subscribers: int, seconds: float, alone: bool = False) -> Row:
    """Joins everybody, warms up, measures. ``alone``: see `_pace`."""
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
    pacing = [loop.create_task(_pace(peer, source, alone)) for peer, source in zip(publishers, sources, strict=True)]
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
    for task in pacing:
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


async def _pace(peer: Peer, source: frames.Source, alone: bool = False) -> None:
    """Sends pictures and sounds at their times; what is late is sent at once. ``alone``: a picture's packets are spread
    over its time, so that none comes together with another."""
    loop = asyncio.get_running_loop()
    picture = sound = loop.time()
    waiting: list[bytes] = []
    step = 1 / frames.PER_SECOND / (frames.PACKETS if alone else 1)
    while True:
        now = loop.time()
        if now >= picture:
            waiting = waiting or source.picture()
            count = 1 if alone else len(waiting)
            peer.send(waiting[:count])
            waiting = waiting[count:]
            picture += step
        if now >= sound:
            peer.send(source.sound())
            sound += 1 / frames.SOUNDS_PER_SECOND
        await asyncio.sleep(max(0.0, min(picture, sound) - loop.time()))


@asynccontextmanager
async def running(name: str, folder: Path, address: str) -> AsyncIterator[Server]:
    """A server by its name in the table."""
    if name in ("python", SOURCE, NATIVE):
        forwarder = NATIVE if name == NATIVE else "python"
        async with Ours.running(folder, address, SERVER_CORE, source=name == SOURCE, forwarder=forwarder) as ours:
            yield ours
    else:
        async with Janus.running(folder, address, 1 if name == "janus-event-loop-1" else 0, SERVER_CORE) as janus:
            yield janus


async def run(
    servers: list[str], shapes: list[tuple[int, int]], seconds: float, rounds: int, alone: bool = False
) -> list[Row]:
    """All rows, each the median of its rounds."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    address = own_address()
    if not address:
        raise SystemExit("bench.media: this machine has no address but loopback, which Janus doesn't use")
    rows = []
    for rooms, subscribers in shapes:
        taken: dict[str, list[Row]] = {name: [] for name in servers}
        for _ in range(rounds):
            for name in servers:
                row = (
                    floor(rooms, subscribers)
                    if name == FLOOR
                    else await _measured(name, address, rooms, subscribers, seconds, alone)
                )
                print(record.line(row), file=sys.stderr, flush=True)
                taken[name].append(row)
        rows += [middle(several) for several in taken.values()]
    return rows


async def _measured(name: str, address: str, rooms: int, subscribers: int, seconds: float, alone: bool) -> Row:
    """Of a server that is started for it."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(name, Path(folder), address) as server:
            return await measure(name, server, rooms, subscribers, seconds, alone)


def floor(rooms: int, subscribers: int) -> Row:
    """What no forwarder goes below, in a process of its own on the server's core. Only the CPU time is of meaning."""
    program = f"from media_workers import native; print(native.load().floor({subscribers}, 300))"
    done = subprocess.run(
        ["taskset", "-c", str(SERVER_CORE), sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    spent = round(float(done.stdout) * 1e6, 2)
    return Row(FLOOR, rooms, subscribers, spent, 0, 0, 0, 0, 0, 0, "SRTP_AEAD_AES_256_GCM")


def middle(rows: list[Row]) -> Row:
    """Each figure the median of its rounds."""

    def of(figure: Callable[[Row], float], digits: int) -> float:
        return round(median(figure(row) for row in rows), digits)

    return replace(
        rows[0],
        us_per_packet=of(lambda row: row.us_per_packet, 2),
        p50_ms=of(lambda row: row.p50_ms, 2),
        p99_ms=of(lambda row: row.p99_ms, 2),
        lost_percent=of(lambda row: row.lost_percent, 3),
        cpu_ms_per_join=of(lambda row: row.cpu_ms_per_join, 1),
        packets_per_second=round(of(lambda row: row.packets_per_second, 0)),
        memory_kb_per_participant=round(of(lambda row: row.memory_kb_per_participant, 0)),
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.media")
    parser.add_argument("--servers", default=",".join(SERVERS))
    parser.add_argument("--shapes", default=",".join(f"{rooms}x{each}" for rooms, each in SHAPES))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--unbatched", action="store_true", help="a picture's packets come one by one")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    given = parser.parse_args()
    shapes = [(int(rooms), int(each)) for rooms, _, each in (part.partition("x") for part in given.shapes.split(","))]
    try:
        compiled.build()
    except compiled.CompileError as fault:
        print(f"bench.media: our worker runs from source: {fault}", file=sys.stderr)
    servers = given.servers.split(",")
    try:
        native.build()
    except native.BuildError as fault:
        print(f"bench.media: without native and floor: {fault}", file=sys.stderr)
        servers = [name for name in servers if name not in (NATIVE, FLOOR)]
    rows = uvloop.run(run(servers, shapes, given.seconds, given.rounds, given.unbatched))
    print(record.table(rows))
    for row in rows:
        print(json.dumps(asdict(row)))
    if given.write:
        record.write(record.table(rows))


if __name__ == "__main__":
    main()
