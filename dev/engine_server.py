"""The engine's process: ministack on loopback, saving its tables every few seconds.

ministack writes S3 objects at once but tables only on a clean stop; a process killed with -9 would lose them. So this
launcher takes a snapshot soon after each write. It leans on private names of ministack, read against `READ_AGAINST`;
with another version it refuses to start rather than lose data.

    python -m dev.engine_server --fd 3 --port 4566 --data .local/data/engine
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, cast

READ_AGAINST = "1.5.33"

SAVE_EVERY = 2.0
"""Seconds between two looks at whether something is to be saved. At most 5 s of writes may be lost."""

SERVICES = "dynamodb,s3,ses,sesv2,logs"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_READING = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "Describe", "List")


class Saver:
    """Passes requests on to ministack and notes which of them may have changed a table or a bucket's settings.

    Handlers of tables run without a pause on the event loop, as `snapshot` does: no half-done transaction is saved.
    """

    def __init__(self, ministack: ModuleType, persistence: ModuleType) -> None:
        self._ministack = ministack
        self._persistence = persistence
        self._changed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._ministack.app(scope, receive, send)
        if scope["type"] == "http" and _changes(scope):
            self._changed = True

    async def save_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            started = time.monotonic()
            if self._changed:
                self._changed = False
                await asyncio.to_thread(self._write, self._snapshot())
            await asyncio.sleep(min(time.monotonic() - started, SAVE_EVERY))  # a big store leaves time to serve

    def _snapshot(self) -> dict[str, Any]:
        states = self._ministack._build_persistence_save_dict()
        return {name: states[name]() for name in ("dynamodb", "s3") if name in states}

    def _write(self, states: dict[str, Any]) -> None:
        """One file per service, each replaced whole (ministack logs a fault instead of raising)."""
        for name, state in states.items():
            self._persistence.save_state(name, state)


def _changes(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    action = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
    return not action.startswith(_READING) if action else scope["method"] in ("PUT", "POST", "DELETE")


def _load(data: Path, port: int) -> tuple[ModuleType, ModuleType]:
    """ministack's two modules; they read their settings from the environment when imported."""
    if (found := version("ministack")) != READ_AGAINST:
        sys.exit(f"dev/engine_server.py was read against ministack {READ_AGAINST}, found {found}: read it again.")
    region = os.environ.get("AWS_REGION", "eu-west-3")
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        PERSIST_STATE="1",
        S3_PERSIST="1",
        STATE_DIR=str(data / "state"),
        S3_DATA_DIR=str(data / "objects"),
        SERVICES=SERVICES,
        MINISTACK_REGION=region,
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        DOCKER_HOST="unix:///nonexistent",
        LOG_LEVEL="ERROR",
        # Whose signed links it believes: those of everything local (`Engine.environment`).
        AWS_ACCESS_KEY_ID="local",
        AWS_SECRET_ACCESS_KEY="local",  # noqa: S106 - opens nothing but this engine
    )
    ministack = import_module("ministack.app")
    persistence = import_module("ministack.core.persistence")

    for module, name in (
        (ministack, "app"),
        (ministack, "_build_persistence_save_dict"),
        (persistence, "save_state"),
    ):
        if not callable(getattr(module, name, None)):
            sys.exit(f"ministack {READ_AGAINST} has no {module.__name__}.{name}.")
    return ministack, persistence


def _refuse_torn_state(data: Path) -> None:
    """ministack starts empty when it can't read its own file; losing data silently is worse than not starting."""
    for file in sorted((data / "state").glob("*.json")):
        try:
            json.loads(file.read_bytes())
        except ValueError:
            sys.exit(f"{file} can't be read. Put a good copy back, or remove it to start with empty tables.")


async def _serve(server: Saver, fd: int) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{fd}"]
    config.keep_alive_timeout = 75
    config.errorlog = None
    config.graceful_timeout = 1.0
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    saving = asyncio.create_task(server.save_for_ever())
    await serve(cast(Any, server), config, shutdown_trigger=cast(Any, stop.wait))
    saving.cancel()


def main() -> None:
    """Serves until SIGTERM, then saves once more (ministack does that itself on a clean stop)."""
    parser = argparse.ArgumentParser(prog="dev.engine_server")
    parser.add_argument("--fd", type=int, required=True, help="a listening socket, inherited")
    parser.add_argument("--port", type=int, required=True, help="its port")
    parser.add_argument("--data", type=Path, required=True, help="where tables and objects are kept")
    chosen = parser.parse_args()
    chosen.data.mkdir(parents=True, exist_ok=True)
    _refuse_torn_state(chosen.data)
    asyncio.run(_serve(Saver(*_load(chosen.data, chosen.port)), chosen.fd))


if __name__ == "__main__":
    main()
