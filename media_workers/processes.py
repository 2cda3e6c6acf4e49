"""One worker process per core: each with a name and ports of its own; a room lives in one of them."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping

from media_workers.settings import PREFIX, Settings

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before a process that ended by itself is started again."""
MISUSED = 2
"""Exit status of a worker whose settings make no sense: starting it again would not help."""


def environment(settings: Settings, number: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """What process ``number`` (from 0) is started with. A port of 0 stays "any"."""
    own = {
        "ID": f"{settings.id}-{number + 1}",
        "PROCESSES": "1",
        "CONTROL_PORT": str(settings.control_port and settings.control_port + number),
        "MEDIA_PORT": str(settings.media_port and settings.media_port + number),
        "CONTROL_URL": settings.control_url.replace("{n}", str(number + 1)),
    }
    return {**inherited, **{PREFIX + name: value for name, value in own.items()}}


async def supervise(settings: Settings, inherited: Mapping[str, str]) -> int:
    """Keeps the processes running until SIGTERM or SIGINT. The exit status: the worst of theirs at the end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    keepers = [loop.create_task(_keep(settings, number, inherited, stopped)) for number in range(settings.processes)]
    return max(await asyncio.gather(*keepers))


async def _keep(settings: Settings, number: int, inherited: Mapping[str, str], stopped: asyncio.Event) -> int:
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "media_workers", env=environment(settings, number, inherited)
        )
        _pin(process.pid, number)
        ending, asked = asyncio.ensure_future(process.wait()), asyncio.ensure_future(stopped.wait())
        await asyncio.wait((ending, asked), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if stopped.is_set():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            return await ending
        status = await ending
        if status == MISUSED:
            stopped.set()
            return status
        logger.error("process %s ended with status %s", number + 1, status)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), PAUSE)
        if stopped.is_set():
            return 0


def _pin(pid: int, number: int) -> None:
    """To one core, where the system knows such a thing."""
    if hasattr(os, "sched_getaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(pid, {cores[number % len(cores)]})
