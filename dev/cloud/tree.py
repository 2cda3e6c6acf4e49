"""One process tree: starts parts, notices the first that dies, stops all."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dev import leash

STOP_WITHIN = 8.0
"""Seconds a part has to end after SIGTERM before it is killed."""

LINES_OF_LOG = 15


class PartDied(Exception):
    """A part ended though nobody asked it to; the text says which, and the end of its log."""


@dataclass
class Tree:
    """The running parts, in the order they were started. Each writes to ``<logs>/<name>.log``, fresh at each start."""

    logs: Path
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(
        self,
        name: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Starts a part in a session of its own, so that Ctrl-C reaches us alone and we end the parts in order."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("wb") as log:
            self.parts[name] = subprocess.Popen(
                leash.command(*words),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,
            )

    def adopt(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Takes a part that somebody else started."""
        self.parts[name] = process

    async def watch(self) -> None:
        """Returns never; raises `PartDied` when a part has ended."""
        while True:
            for name, process in list(self.parts.items()):
                if (status := process.poll()) is not None:
                    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
                    raise PartDied(f"{name} {how}; the rest stops too.\n{self._end_of_log(name)}".rstrip())
            await asyncio.sleep(0.1)

    async def ready(self, name: str, answers: Callable[[], Awaitable[bool]], within: float) -> None:
        """Returns when ``answers`` says so. Raises `PartDied` after ``within`` seconds of silence."""
        deadline = time.monotonic() + within
        while not await answers():
            if time.monotonic() > deadline:
                raise PartDied(f"{name} does not answer.\n{self._end_of_log(name)}".rstrip())
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """The last started ends first; what does not end by itself is killed with all its children."""
        for name in reversed(self.parts):
            process = self.parts[name]
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    await asyncio.to_thread(process.wait, STOP_WITHIN)
            _kill_group(process.pid)
            await asyncio.to_thread(process.wait)

    def _end_of_log(self, name: str) -> str:
        try:
            lines = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(f"  {name}| {line}" for line in lines[-LINES_OF_LOG:])


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
