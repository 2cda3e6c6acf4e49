"""What the product carries on this machine: ``make bench-load`` (``python -m bench.load``).

Companies sign up, plan, invite, join and talk over real HTTP and UDP against a local cloud of its own, on loopback. It
ends by itself within four minutes. A JSON line per figure, then tables, which go to bench/README.md.
"""

import asyncio
import json
import re
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.load import cold, rooms, routes
from bench.load.cold import Cold
from bench.load.houses import House
from bench.load.proc import WorkerGauge, environment
from bench.load.rooms import Burst, Carried
from bench.load.routes import RouteRow
from dev.cloud import Cloud, running

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "bench" / "README.md"
PACKAGE: Final = ROOT / "build" / "prod" / "deployment.zip"
MARKED: Final = re.compile(r"(<!-- bench-load -->\n).*?(<!-- /bench-load -->)", re.DOTALL)
PREPARED_AT, FILLED_AT = 120.0, 200.0
"""Seconds after the start at which no more meetings are made, and no more rooms filled."""


def say(kind: str, row: RouteRow | Burst | Carried | Cold) -> None:
    """A JSON line."""
    print(json.dumps({"kind": kind, **asdict(row)}), flush=True)


def play(cloud: Cloud) -> str:
    """All of it; the text for the README."""
    began = time.monotonic()
    houses = [House(cloud, number) for number in range(routes.AT_ONCE)]
    for house in houses:
        house.sign_up()
    rows = []
    for row in routes.measure(cloud, houses):
        rows.append(row)
        say("route", row)
    start = cold.measure(PACKAGE, environment(cloud.pids["functions"])) if PACKAGE.exists() else None
    if start is not None:
        say("cold start", start)
    worker = WorkerGauge(cloud.pids["worker"])
    capacity = worker.figures()["capacity"]
    meetings = rooms.prepare(cloud, houses, capacity, began + PREPARED_AT)
    burst, carried = asyncio.run(rooms.fill(worker, meetings, began + FILLED_AT))
    say("burst", burst)
    say("rooms", carried)
    return "\n\n".join((_routes(rows), _cold(start), _burst(burst), _rooms(carried), f"{datetime.now(UTC):%Y-%m-%d}."))


def _routes(rows: list[RouteRow]) -> str:
    lines = [
        f"| route | p50 | p95 | requests/s, {routes.AT_ONCE} browsers | CPU ms of the functions per request |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {r.route} | {r.p50_ms} ms | {r.p95_ms} ms | {r.per_second} | {r.cpu_ms} |" for r in rows]
    return "\n".join(lines)


def _cold(start: Cold | None) -> str:
    if start is None:
        return "Cold start: not measured, `make package` was not run before."
    return (
        f"Cold start of the package, {start.runs} fresh processes, median: {start.import_ms:.0f} ms to import, "
        f"{start.answer_ms:.0f} ms for the first answer."
    )


def _burst(burst: Burst) -> str:
    return (
        f"{burst.joins} joins at once, {burst.refused} refused: {burst.per_second} joins/s until ICE, DTLS and the "
        f"data channel stand; each {burst.p50_ms:.0f} ms (p50), {burst.p95_ms:.0f} ms (p95)."
    )


def _rooms(carried: Carried) -> str:
    lines = [
        f"| rooms of {rooms.PEOPLE} | forwarded packets/s | lost | pictures held back | CPU µs per packet, whole "
        "worker | client's pace |",
        "|---|---|---|---|---|---|",
    ]
    for look in carried.looks:
        lost, pace = f"{100 * look.lost:.2f} %", f"{100 * look.pace:.0f} %"
        lines.append(f"| {look.rooms} | {look.load:,} | {lost} | {look.held} | {look.cpu_us} | {pace} |")
    most = f"{carried.best.rooms} rooms" if carried.best else "no room"
    text = (
        f"The worker gave itself {carried.capacity:,} packets/s. It carried {most} with less than 0.1 % lost; ended "
        f"by: {carried.end}. {carried.memory_kb:.0f} kB of its memory per participant."
    )
    return "\n".join(lines) + f"\n\n{text}"


def main() -> None:
    """Prints and writes."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as cloud:
        text = play(cloud)
    print(text)
    README.write_text(MARKED.sub(lambda found: f"{found[1]}{text}\n{found[2]}", README.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
