"""``make run``: starts the local cloud and keeps it up until Ctrl-C. Settings: dev/README.md."""

import asyncio
import fcntl
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import aiohttp

from dev import words
from dev.cloud import assets, environment, keys
from dev.cloud.environment import Addresses, SettingError, Settings
from dev.cloud.keys import Keys
from dev.cloud.relay import Relay, missing, own_address
from dev.cloud.tree import PartDied, Tree
from dev.engine import Engine, EngineError
from dev.monetico import Simulator, SimulatorError

READY_WITHIN = 60.0


class CannotStart(Exception):
    """Something on this machine is in the way; the text says what to do."""


@dataclass(frozen=True)
class Listeners:
    """What the front listens on: the public address, and mail going out and coming back."""

    http: socket.socket
    smtp: socket.socket
    imap: socket.socket

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{_port(self.http)}"


@dataclass(frozen=True)
class Plan:
    """What all parts are started with."""

    settings: Settings
    at: Addresses
    keys: Keys
    assets_version: str
    aws: Mapping[str, str]
    bank: Mapping[str, str]
    relay: Relay | None
    """None where this machine can have none."""

    @property
    def functions(self) -> dict[str, str]:
        urls = self.relay.urls if self.relay else ""
        given = environment.of_functions(
            self.at, self.keys, self.settings.data, self.assets_version, self.aws, turn_urls=urls
        )
        return {**environment.PAYING, **given, **self.bank}


async def keep_up(settings: Settings, listeners: Listeners) -> None:
    """Starts all parts, says where to look, returns on SIGINT or SIGTERM. Raises `PartDied`, `EngineError`,
    `SimulatorError`."""
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    tree = Tree(settings.data / "logs")
    engine = Engine(settings.data / "engine")
    try:
        engine.start()
        tree.adopt("engine", engine.process)
        bank = _bank(settings, listeners)
        bank.start()
        tree.adopt("monetico", bank.process)
        await asyncio.to_thread(engine.create_stores, environment.TABLE_PREFIX, listeners.url)
        watching = asyncio.create_task(tree.watch())
        stopping = asyncio.create_task(stop.wait())
        starting = asyncio.create_task(_start(tree, _plan(settings, engine, bank, listeners), listeners))
        await _first_to_end(watching, stopping, starting)
    finally:
        await tree.stop()


def _plan(settings: Settings, engine: Engine, bank: Simulator, listeners: Listeners) -> Plan:
    at = Addresses(
        front=_port(listeners.http),
        smtp=_port(listeners.smtp),
        imap=_port(listeners.imap),
        functions=_free_port(),
        control=_free_port(),
        composers=_free_port(),
        engine_url=engine.url,
    )
    version = assets.version(settings.root / "web")
    secrets = keys.keep(settings.data / "secrets")
    relay = None
    if not missing():
        relay = Relay(own_address(), _free_port(), _free_port(), settings.data / "relay")
    return Plan(settings, at, secrets, version, engine.environment(), bank.environment(), relay)


def _bank(settings: Settings, listeners: Listeners) -> Simulator:
    """The payment gateway's stand-in; it calls back through the front, as the bank does."""
    callback = f"{listeners.url}/payments/callback"
    more = {"IBOO_CLOCK_FILE": str(settings.data / "clock"), "IBOO_MONETICO_MODE": "recurring"}
    return Simulator(settings.data / "monetico", callback, settings=more)


async def _start(tree: Tree, plan: Plan, listeners: Listeners) -> None:
    """The worker comes last: its first report finds the functions there, and the first meeting finds a worker."""
    at, root = plan.at, plan.settings.root
    python = [sys.executable, "-m"]
    serving = ["local", "--no-autoreload", "--stage", "dev", "--host", "127.0.0.1", "--port", str(at.functions)]
    sockets = {name: getattr(listeners, name).fileno() for name in ("http", "smtp", "imap")}
    tree.start("functions", [*python, "dev.cloud.functions", *serving], plan.functions, root)
    tree.start(
        "front",
        [*python, "dev.cloud.front", *(word for name, fd in sockets.items() for word in (f"--{name}-fd", str(fd)))],
        environment.of_front(at, plan.settings.data, plan.assets_version),
        root,
        pass_fds=list(sockets.values()),
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        await tree.ready("functions", _answers(session, f"{at.functions_url}/", 499), READY_WITHIN)
        tree.start("worker", [*python, "media_workers"], _worker_environment(plan), root)
        composing = [*python, "dev.cloud.composers", "--port", str(at.composers)]
        tree.start("composers", composing, environment.of_composers(at), root)
        if plan.relay:
            command = plan.relay.command(plan.keys.turn_secret)
            tree.start("relay", command, environment.of_relay(), root)
        tree.start("schedules", [*python, "dev.cloud.schedules"], plan.functions | {"IBOO_DOORS": "schedule"}, root)
        await tree.ready("worker", _answers(session, f"{at.control_url}/health", 200), READY_WITHIN)
        await tree.ready("front", _answers(session, f"{at.url}/_mailbox/", 200), READY_WITHIN)
        await tree.ready("front", _answers(session, f"{at.url}/", 499), READY_WITHIN)
    _say_ready(plan.settings, at, tree)


def _worker_environment(plan: Plan) -> dict[str, str]:
    return environment.of_worker(plan.at, plan.keys, plan.settings.data, plan.aws)


def _answers(session: aiohttp.ClientSession, url: str, worst: int) -> Callable[[], Awaitable[bool]]:
    """Whether ``url`` answers with a status up to ``worst``."""

    async def ask() -> bool:
        try:
            async with session.get(url, allow_redirects=False) as answer:
                return answer.status <= worst
        except (aiohttp.ClientError, TimeoutError):
            return False

    return ask


async def _first_to_end(
    watching: asyncio.Task[None], stopping: asyncio.Task[bool], starting: asyncio.Task[None]
) -> None:
    """Until somebody asks to stop or something fails; that it is ready is no reason to end."""
    waiting: set[asyncio.Task[None] | asyncio.Task[bool]] = {watching, stopping, starting}
    try:
        while not stopping.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in waiting:
            task.cancel()


def _say_ready(settings: Settings, at: Addresses, tree: Tree) -> None:
    if settings.json:
        said = {
            "url": at.url,
            "mailbox": f"{at.url}/_mailbox/",
            "engine": at.engine_url,
            "smtp": f"smtp://127.0.0.1:{at.smtp}",
            "data": str(settings.data),
            "pids": {name: process.pid for name, process in tree.parts.items()},
        }
        print(json.dumps(said), flush=True)
        return
    if why := missing():
        print(f"No relay for networks that block UDP: {why}. Everything else works without.")
    print(f"Mail is kept at {at.url}/_mailbox/, logs in {settings.data / 'logs'}. Ctrl-C stops everything.")
    print(f"Iboo: open {at.url}", flush=True)


def _listener(port: int, name: str) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as fault:
        listener.close()
        raise CannotStart(f"port {port} is taken ({fault.strerror}); choose another with {name}=<port>.") from fault
    listener.listen(128)
    return listener


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def _free_port() -> int:
    """For programs that can't be handed a socket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return _port(probe)


@contextmanager
def _only_one(data: Path) -> Iterator[IO[str]]:
    """Two engines on one folder would overwrite each other's tables."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise CannotStart(f"another local cloud works in {data}; stop it or set IBOO_DEV_DATA.") from fault
        yield lock


def main() -> int:
    """0 after Ctrl-C, 1 when something stood in the way or a part died."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # what we ask of the engine must not depend on the developer's own cloud account
    try:
        settings = environment.settings(os.environ, Path.cwd())
        with ExitStack() as stack:
            http = stack.enter_context(_listener(settings.port, "IBOO_DEV_PORT"))
            smtp, imap = (stack.enter_context(_listener(0, "")) for _ in range(2))
            stack.enter_context(_only_one(settings.data))
            if settings.root == words.ROOT:
                words.compile_catalog()
            asyncio.run(keep_up(settings, Listeners(http, smtp, imap)))
    except (CannotStart, SettingError, EngineError, SimulatorError, PartDied) as fault:
        print(f"Iboo: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
