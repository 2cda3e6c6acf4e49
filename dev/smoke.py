"""``make smoke``: every stack of a stage created in the local engine, then used as people use it.

    python -m dev.smoke prod      what build/prod/ holds

A company signs up, plans, a guest comes in; both meet on a real worker that reports to the packaged function; each
schedule runs once. All of it goes through the gateways that the templates made.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.load.houses import House, Meeting, Unexpected
from bench.load.visitor import Visitor
from dev import leash
from dev.stacks import Engine, Installed, StackError, ask, engine, install
from infra.deploy import ORDER
from infra.stages import STAGES, Stage

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 120.0
"""Seconds; a function's first answer takes ten of them on a busy laptop."""
EVENT: Final = {
    "version": "0",
    "id": "smoke",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-01-01T00:00:00Z",
    "region": "eu-west-3",
    "resources": [],
    "detail": {},
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Installation:
    """Stacks in an engine as a site: pages behind the public gateway, mail in the engine's SES."""

    engine: Engine
    installed: Installed

    @property
    def url(self) -> str:
        """Of the public door's gateway."""
        return self.installed.apis["public"]

    def mail(self, to: str = "") -> list[dict[str, Any]]:
        """What SES took, newest first."""
        accounts: Mapping[str, list[dict[str, Any]]] = json.loads(ask(f"{self.engine.url}/_ministack/ses/messages")[1])[
            "messages"
        ]
        messages = [message for account in accounts.values() for message in account]
        return [{"text": one["BodyText"]} for one in reversed(messages) if not to or to in one["To"]]


def smoke(made: Engine, stage: Stage, installed: Installed, say: Say) -> None:
    """Raises `Unexpected`, `StackError` when something does not work."""
    site = Installation(made, installed)
    made.client("sesv2").create_email_identity(EmailIdentity=stage.domain)
    _expect(ask(f"{site.url}/")[0] == 200, "the home page")
    status, body = ask(f"{site.url}/nowhere")
    _expect((status, json.loads(body)["error"]["code"]) == (404, "not_found"), "an address nobody has")
    say("pages answer")
    house = House(site, 1, timeout=PATIENCE)
    house.sign_up()
    say("a company has signed up by mail")
    with _worker(installed) as worker:
        _until("a report", lambda: bool(_items(made, f"{stage.prefix}-ephemeral", "worker#")), worker)
        say("a worker's reports are taken")
        meeting = house.meet(1)
        say("a meeting is planned, a guest is let in")
        asyncio.run(_meet(meeting))
        say("both hear each other, and what is written arrives")
    for name in _schedules(made, stage):
        answer = made.client("lambda").invoke(FunctionName=name, Payload=json.dumps(EVENT))
        _expect("FunctionError" not in answer, f"{name}: {answer['Payload'].read()[:300]!r}")
        say(f"{name} has run")


async def _meet(meeting: Meeting) -> None:
    visitors = [Visitor(person) for person in meeting.people]
    for visitor in visitors:
        await visitor.enter()
    try:
        await _state("both are heard", lambda: all(visitor.hears for visitor in visitors))
        said = await asyncio.to_thread(meeting.host.call, "POST", "/chat", {"id": "1", "body": "bonjour"})
        _expect(said.status == 201, f"a line: {said.status} {said.body!r}")
        await _state("the line", lambda: bool(visitors[1].told("chat")))
    finally:
        for visitor in visitors:
            await visitor.leave()


@contextmanager
def _worker(installed: Installed) -> Iterator[subprocess.Popen[bytes]]:
    """A media worker that reports to the callback's gateway."""
    given = {
        "IBOO_WORKER_REPORT_URL": f"{installed.apis['callback']}/workers/report",
        "IBOO_WORKER_ANNOUNCED": "127.0.0.1",
        "IBOO_WORKER_TICKET_PUBLIC_KEY": installed.keys["ticket-public-key"],
        "IBOO_WORKER_POOL_SECRET": installed.keys["pool-secret"],
        "IBOO_WORKER_LOG_LEVEL": "WARNING",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IBOO_"))}
    command = leash.command(sys.executable, "-m", "media_workers")
    process = subprocess.Popen(command, cwd=ROOT, env=inherited | given, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _items(made: Engine, table: str, prefix: str) -> list[str]:
    found = made.client("dynamodb").scan(TableName=table)["Items"]
    return [item["pk"]["S"] for item in found if item["pk"]["S"].startswith(prefix)]


def _schedules(made: Engine, stage: Stage) -> list[str]:
    functions = made.client("lambda").list_functions()["Functions"]
    return sorted(one["FunctionName"] for one in functions if f"{stage.prefix}-schedule-" in one["FunctionName"])


def _expect(right: bool, what: str) -> None:
    if not right:
        raise Unexpected(what)


def _until(what: str, state: Callable[[], bool], worker: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not state():
        _expect(time.monotonic() < deadline and worker.poll() is None, what)
        time.sleep(0.2)


async def _state(what: str, state: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not state():
        _expect(time.monotonic() < deadline, what)
        await asyncio.sleep(0.05)


def main(arguments: Sequence[str]) -> int:
    """0, or 1 with a line on what failed."""
    parser = argparse.ArgumentParser(prog="dev.smoke")
    parser.add_argument("stage", choices=sorted(STAGES))
    stage = STAGES[parser.parse_args(arguments).stage]
    folder = ROOT / "build" / stage.name

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        templates = {name: json.loads((folder / f"{name}.json").read_text()) for name in ORDER}
        with engine(stage.region) as made:
            installed = install(made, stage, templates, folder / "deployment.zip")
            for one in installed.left_out:
                say(f"left out, the engine does not know it: {one}")
            say(f"{len(templates)} stacks stand")
            smoke(made, stage, installed, say)
    except (StackError, Unexpected, OSError) as fault:
        print(f"Failed: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
