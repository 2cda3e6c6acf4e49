"""The servers by their names in the tables."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from bench.media import frames
from bench.media.janus import Janus
from bench.media.measuring import Row, Server, together
from bench.media.ours import Ours
from bench.media.peer import udp_socket
from bench.media.traffic import Fast

SERVER_CORE, CLIENT_CORE = 0, 1
NATIVE = "native"
FLOOR = "floor"
"""Reading, AES-GCM and offloaded sending to as many sockets, all read, alone (media_workers/native/src/floor.rs)."""
SOURCE = "python-source"
"""Our worker without what is compiled of it; measured where it is asked for."""
FULL = ("janus-default", "janus-event-loop-1", "python", NATIVE)
"""What forwards."""
SERVERS = (*FULL, FLOOR)
_PICTURES = 120
_FLOOR = "from media_workers import native; print(native.load().floor({to}, {each}, {pictures}, {pause}))"


@asynccontextmanager
async def running(name: str, folder: Path, address: str, fast: Fast | None) -> AsyncIterator[Server]:
    """A server by its name."""
    if name in ("python", SOURCE, NATIVE):
        forwarder = NATIVE if name == NATIVE else "python"
        async with Ours.running(folder, address, SERVER_CORE, fast, source=name == SOURCE, forwarder=forwarder) as ours:
            yield ours
    else:
        loops = 1 if name == "janus-event-loop-1" else 0
        async with Janus.running(folder, address, loops, SERVER_CORE, fast) as janus:
            yield janus


async def floor(rooms: int, subscribers: int, address: str, fast: Fast) -> Row:
    """What no forwarder goes below, in a process of its own on the server's core: pictures and sounds as the load has
    them, to sockets that the load client reads. Latencies are not measured."""
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(udp_socket(address)) for _ in range(rooms * subscribers)]
        readers = [fast.traffic(one, 0, lambda datagram, whence: None) for one in sockets]
        try:
            to, pause = [one.getsockname() for one in sockets], 1 / frames.PER_SECOND
            program = _FLOOR.format(to=to, each=subscribers, pictures=_PICTURES, pause=pause)
            done = await asyncio.create_subprocess_exec(
                "taskset", "-c", str(SERVER_CORE), sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
            )
            said, _ = await done.communicate()
            if done.returncode:
                raise RuntimeError("the floor's process failed")
            await asyncio.sleep(0.1)
            counts = together([reader.counts() for reader in readers])
        finally:
            for reader in readers:
                reader.close()
    spent, expected, seconds = (float(word) for word in said.decode().strip("()\n ").split(","))
    return Row(
        server=FLOOR,
        rooms=rooms,
        subscribers=subscribers,
        us_per_packet=round(spent * 1e6, 2),
        p50_ms=0,
        p99_ms=0,
        lost_percent=round(100 * (expected - counts.packets) / expected, 3),
        cpu_ms_per_join=0,
        packets_per_second=round(counts.packets / seconds),
        memory_kb_per_participant=0,
        profile="SRTP_AEAD_AES_256_GCM",
    )


def pin() -> None:
    """The load client keeps to its core."""
    os.sched_setaffinity(0, {CLIENT_CORE})
