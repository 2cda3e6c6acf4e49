"""The local engine (DynamoDB, S3, SES) as its users see it: start, create the stores, stop.

with Engine(Path("/tmp/somewhere")) as engine:
    engine.create_stores("iboo-test")
    boto3.client("dynamodb", **engine.client_options())
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from dev import leash, stores

ROOT = Path(__file__).parent.parent
REGION = "eu-west-3"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
START_WITHIN = 20.0
STOP_WITHIN = 10.0


class EngineError(Exception):
    """The engine's process does not start, or has died."""


class Engine:
    """One engine process on 127.0.0.1; what it holds is under ``data`` and there again after a restart.

    ``port`` 0 takes any free one. ``url`` is known from the start; `start` returns when the engine answers.
    """

    def __init__(self, data: Path, port: int = 0) -> None:
        self._data = data
        self._wanted = port
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise EngineError("The engine was not started.")
        return self._process

    def environment(self) -> Mapping[str, str]:
        """What a program needs in its environment so that boto3 and pynamodb reach this engine."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **CREDENTIALS,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Raises `EngineError` when the port is taken or the engine does not answer within 20 s."""
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", self._wanted))
            except OSError as fault:
                raise EngineError(f"Port {self._wanted} is taken.") from fault
            listener.listen(128)
            self.port = listener.getsockname()[1]
            self._process = subprocess.Popen(
                leash.command(sys.executable, "-m", "dev.engine_server", *self._arguments(listener.fileno())),
                cwd=ROOT,
                env=_own_environment(),
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except EngineError:
            self.stop()
            raise

    def create_stores(self, prefix: str, site: str = "http://127.0.0.1") -> None:
        """The tables and buckets of the register, under ``prefix``; what exists stays, its settings are put again.
        ``site``: whose pages may fetch from a bucket that browsers read."""
        stores.create(self.url, prefix, site)

    def empty_stores(self, prefix: str) -> None:
        """Takes every item and object out of the stores under ``prefix``: a fresh start between tests."""
        stores.empty(self.url, prefix)

    def kill(self) -> None:
        """As the machine would: no chance to save."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Saves and ends."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _arguments(self, listener: int) -> list[str]:
        return ["--fd", str(listener), "--port", str(self.port), "--data", str(self._data.absolute())]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise EngineError(f"The engine ended with status {self.process.returncode}.")
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=START_WITHIN):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise EngineError(f"The engine does not answer on {self.url}.")


def _own_environment() -> dict[str, str]:
    """The engine must not see another engine's settings, nor real credentials: only those it checks signed links by."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MINISTACK_"))}
    return inherited | CREDENTIALS
