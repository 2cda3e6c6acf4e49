"""A local cloud as a test or a script sees it."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dev import leash
from dev.cloud import keys
from dev.cloud.environment import TABLE_PREFIX
from dev.engine import REGION

ROOT = Path(__file__).parent.parent.parent
START_WITHIN = 120.0
STOP_WITHIN = 30.0


class CloudError(Exception):
    """The local cloud did not start."""


@dataclass(frozen=True)
class Cloud:
    """A running local cloud. ``url`` is the public address, ``engine_url`` the one for boto3, ``pids`` by part,
    ``settings`` the environment variables given for all of them."""

    url: str
    engine_url: str
    data: Path
    pids: Mapping[str, int]
    settings: Mapping[str, str] = field(default_factory=dict)

    def mail(self, to: str = "") -> list[dict[str, Any]]:
        """The messages in the mailbox, newest first; ``to``: those for one recipient."""
        query = urllib.parse.urlencode({"to": to} if to else {})
        with urllib.request.urlopen(f"{self.url}/_mailbox/messages.json?{query}", timeout=30) as answer:
            messages: list[dict[str, Any]] = json.load(answer)["messages"]
        return messages

    @property
    def functions(self) -> dict[str, str]:
        """The environment in which a program reads and writes what the functions do."""
        secrets = keys.keep(self.data / "secrets")
        return {
            **os.environ,
            **self._engine,
            "IBOO_STAGE": "dev",
            "IBOO_TABLE_PREFIX": TABLE_PREFIX,
            "IBOO_CLOCK_FILE": str(self.data / "clock"),
            "IBOO_KEY_ENCRYPTION_KEY_FILE": str(secrets.key_encryption_key),
            "IBOO_LOOKUP_KEY_FILE": str(secrets.lookup_key),
        }

    @property
    def control(self) -> str:
        """URL of the worker's control port."""
        said = re.search(r"control (\S+)", (self.data / "logs" / "worker.log").read_text())
        if said is None:
            raise CloudError("The worker has not said where its control port is.")
        return said[1]

    @property
    def _engine(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.engine_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    @contextmanager
    def another_worker(self, name: str, settings: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
        """One more media worker in the pool; it has said where it listens, and reports. Killed with the block.

        ``settings``: of its environment, over those it has anyway; those of the whole cloud are among them.
        """
        secrets = keys.keep(self.data / "secrets")
        process = subprocess.Popen(
            leash.command(sys.executable, "-m", "media_workers"),
            cwd=ROOT,
            env=os.environ
            | dict(self.settings)
            | self._engine
            | {
                "IBOO_WORKER_ID": name,
                "IBOO_WORKER_RECORDINGS_BUCKET": f"{TABLE_PREFIX}-recordings",
                "IBOO_WORKER_SPOOL": str(self.data / "spool"),
                "IBOO_WORKER_REPORT_URL": f"{self.url}/workers/report",
                "IBOO_WORKER_TICKET_PUBLIC_KEY_FILE": str(secrets.ticket_public_key),
                "IBOO_WORKER_POOL_SECRET_FILE": str(secrets.pool_secret),
                **(settings or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def move_clock(self, seconds: int) -> None:
        """Puts the clock of functions and schedules ``seconds`` ahead of the machine's."""
        fresh = self.data / "clock.new"
        fresh.write_text(f"{seconds}\n")
        fresh.replace(self.data / "clock")


@contextmanager
def running(data: Path, root: Path = ROOT, settings: Mapping[str, str] | None = None) -> Iterator[Cloud]:
    """A local cloud on free ports that keeps its things in ``data``; it stops with the block.

    ``root`` holds app.py; ``settings`` are environment variables for all its parts. Raises `CloudError` with what it
    said when it does not start within two minutes.
    """
    environment = os.environ | {"IBOO_DEV_PORT": "0", "IBOO_DEV_JSON": "1", "IBOO_DEV_DATA": str(data.absolute())}
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.cloud"],
        cwd=root,
        env=environment | {"PYTHONPATH": f"{root}{os.pathsep}{ROOT}"} | dict(settings or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _opened(process, settings or {})
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _opened(process: subprocess.Popen[str], settings: Mapping[str, str]) -> Cloud:
    """Waits for the line that says it is ready."""
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None  # it is a pipe
    threading.Thread(target=lambda out: lines.put(out.readline()), args=[process.stdout], daemon=True).start()
    try:
        line = lines.get(timeout=START_WITHIN)
    except queue.Empty:
        raise CloudError("The local cloud is not ready after two minutes.") from None
    if not line:
        raise CloudError(process.communicate()[1])
    said = json.loads(line)
    return Cloud(said["url"], said["engine"], Path(said["data"]), said["pids"], settings)
