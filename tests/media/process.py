"""A worker as its own process, as in production."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.forwarder import SETTING
from tests.media.functions import POOL_SECRET, PUBLIC_KEY

ROOT = Path(__file__).parents[2]
_STARTED = re.compile(r"worker (\S+): control (\S+) media (\S+) port (\d+)")


class WorkerProcess:
    """``python -m media_workers`` with settings for tests."""

    def __init__(self, process: asyncio.subprocess.Process, control: str, port: int) -> None:
        self._process = process
        self.control = control
        self.port = port

    @classmethod
    async def start(cls, environment: Mapping[str, str] | None = None, /, **settings: str) -> "WorkerProcess":
        """Starts one and waits until it says where it is. ``environment``: besides its settings."""
        whole = (
            dict(os.environ)
            | dict(environment or {})
            | SETTING
            | {
                "IBOO_WORKER_TICKET_PUBLIC_KEY": PUBLIC_KEY,
                "IBOO_WORKER_POOL_SECRET": POOL_SECRET,
                **{f"IBOO_WORKER_{name}": value for name, value in settings.items()},
            }
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "media_workers",
            cwd=ROOT,
            env=whole,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        said = _STARTED.match(line)
        assert said, f"the worker did not start: {line!r}"
        return cls(process, said[2], int(said[4]))

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 30)

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
