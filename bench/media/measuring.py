"""One load on one server: everybody joins, what is forwarded is measured, everybody leaves."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bench.media import frames, process
from bench.media.peer import Peer
from bench.media.traffic import Counts

WARM_UP = 4.0
"""Seconds: an estimate must have had time to reach what is sent, else pictures are held back in the measurement."""
AT_ONCE = 6
"""Joins on their way at the same time."""


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


class Meeting:
    """Everybody on one server."""

    def __init__(self, server: Server, publishers: list[Peer], sources: list[frames.Source], watchers: list[Peer]):
        self.watchers = watchers
        self.publishers = publishers
        self._sources = sources
        self._server = server

    def pace(self, per_second: float, alone: bool = False) -> None:
        """Publishers send so many pictures a second, none at 0."""
        for peer, source in zip(self.publishers, self._sources, strict=True):
            peer.pace(source, per_second, alone)

    def start_counting(self) -> None:
        """From now on."""
        for watcher in self.watchers:
            watcher.traffic.start_counting()

    def counts(self) -> Counts:
        """Of all who watch, latencies in order."""
        return together([watcher.traffic.counts() for watcher in self.watchers])

    @property
    def sent(self) -> int:
        """RTP packets of all publishers so far."""
        return sum(publisher.traffic.sent for publisher in self.publishers)

    def cpu(self) -> float:
        """Seconds of CPU time the server has taken."""
        return process.cpu_seconds(self._server.pid)


def together(all_counts: Sequence[Counts]) -> Counts:
    """Sums, and latencies in order."""
    return Counts(
        sum(counts.packets for counts in all_counts),
        sum(counts.expected for counts in all_counts),
        sum(counts.dropped for counts in all_counts),
        sorted(value for counts in all_counts for value in counts.latencies),
    )


def quantile_ms(ordered: Sequence[float], part: float) -> float:
    """Of seconds in order, in milliseconds; 0 of none."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 2) if ordered else 0.0


@asynccontextmanager
async def joined(server: Server, rooms: int, subscribers: int) -> AsyncIterator[Meeting]:
    """A publisher and so many subscribers in each room, until the end of the block."""
    sources = [frames.Source(1000 + 2 * room, 1001 + 2 * room) for room in range(rooms)]
    publishers = [await server.publish(room + 1, source) for room, source in enumerate(sources)]
    watchers: list[Peer] = []
    wanted = [room + 1 for room in range(rooms) for _ in range(subscribers)]
    for at in range(0, len(wanted), AT_ONCE):
        watchers += await asyncio.gather(*(server.subscribe(room) for room in wanted[at : at + AT_ONCE]))
    meeting = Meeting(server, publishers, sources, watchers)
    try:
        yield meeting
    finally:
        meeting.pace(0)
        await asyncio.gather(*(peer.close() for peer in (*publishers, *watchers)))


async def measure(name: str, server: Server, rooms: int, subscribers: int, seconds: float, alone: bool = False) -> Row:
    """Joins everybody, warms up, measures. ``alone``: see `Traffic.pace`."""
    idle_memory, idle = process.memory(server.pid), process.cpu_seconds(server.pid)
    async with joined(server, rooms, subscribers) as meeting:
        joins = len(meeting.publishers) + len(meeting.watchers)
        per_join = (meeting.cpu() - idle) / joins * 1000
        await server.live()
        meeting.pace(frames.PER_SECOND, alone)
        await asyncio.sleep(WARM_UP)
        gc.collect()
        meeting.start_counting()
        before = meeting.cpu()
        await asyncio.sleep(seconds)
        spent = meeting.cpu() - before
        counts = meeting.counts()
        grown = process.memory(server.pid) - idle_memory
        profile = meeting.watchers[0].profile
    if not counts.packets or not counts.latencies:
        raise RuntimeError(f"{name}: nothing came")
    return Row(
        server=name,
        rooms=rooms,
        subscribers=subscribers,
        us_per_packet=round(spent / counts.packets * 1e6, 2),
        p50_ms=quantile_ms(counts.latencies, 0.5),
        p99_ms=quantile_ms(counts.latencies, 0.99),
        lost_percent=round(100 * max(0, counts.expected - counts.packets) / max(1, counts.expected), 3),
        cpu_ms_per_join=round(per_join, 1),
        packets_per_second=round(counts.packets / seconds),
        memory_kb_per_participant=round(grown / joins / 1024),
        profile=profile,
    )
