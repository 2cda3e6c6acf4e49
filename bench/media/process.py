"""A server under measurement: started on one core, its CPU time read from the kernel."""

import asyncio
import contextlib
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

_EVERY_THREAD = 2
"""CPUCLOCK_SCHED of linux/posix-timers.h: user and system time of a process, counted in nanoseconds."""


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all its threads, in seconds: its clock (clock_getcpuclockid(3)), as what
    proc(5) says is cut to ticks of 10 ms."""
    return time.clock_gettime(~pid << 3 | _EVERY_THREAD)


def memory(pid: int) -> int:
    """Bytes in memory (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


@asynccontextmanager
async def started(
    command: list[str], environment: dict[str, str], core: int, output: Path, errors: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs a command on one core until the end of the block; its output goes to files."""
    with output.open("wb") as out, errors.open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=out, stderr=err, start_new_session=True
        )
    os.sched_setaffinity(process.pid, {core})
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def said(file: Path, text: str, process: asyncio.subprocess.Process) -> str:
    """Waits until a line that has ``text`` is in a file; the line. Raises `RuntimeError` when the process ended."""
    deadline = asyncio.get_running_loop().time() + 30
    while True:
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if text in line:
                return line
        if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
            raise RuntimeError(f"{file.name}: no line with {text!r}")
        await asyncio.sleep(0.02)


def growth(warm: Sequence[int]) -> dict[str, float]:
    """From readings in kB of a process that has warmed up: the first ones, the last ones, and by how much it grew."""
    some = max(1, len(warm) // 8)
    first, last = statistics.median(warm[:some]), statistics.median(warm[-some:])
    return {
        "warm_kb": round(first),
        "end_kb": round(last),
        "growth_percent": round(100 * (last - first) / first, 2),
    }
