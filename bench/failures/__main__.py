"""What people in a meeting notice when a part fails: ``make bench-failures`` (``python -m bench.failures``).

Each failure befalls the running product: real workers, functions, engine; people who follow the protocol like the
room's page without decoding (bench/load). The figure is each person's longest time without a packet of the others.
"""

import argparse
import asyncio
import json
import re
import signal
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.failures.rig import Pool, pool
from bench.load.houses import House
from dev.cloud import Cloud, running

README: Final = Path(__file__).parent.parent / "README.md"
MARKED: Final = re.compile(r"(<!-- bench-failures -->\n).*?(<!-- /bench-failures -->)", re.DOTALL)
DOWN: Final = 30.0
"""Seconds that functions and engine are down."""


@dataclass(frozen=True)
class Failure:
    """``bound``: seconds, of the 95th percentile. ``victims``: workers it befalls."""

    name: str
    act: Callable[[Pool], Awaitable[None]]
    bound: float
    victims: int = 1


async def killed(case: Pool) -> None:
    case.signal(signal.SIGKILL)
    await case.all_moved()


async def frozen(case: Pool) -> None:
    case.signal(signal.SIGSTOP)
    await case.all_moved()


async def stopped(case: Pool) -> None:
    case.signal(signal.SIGTERM)
    await case.all_moved()


async def cut(case: Pool) -> None:
    case.cut()
    await asyncio.sleep(DOWN)


async def functions_down(case: Pool) -> None:
    case.stop("functions")
    await asyncio.sleep(DOWN)
    case.resume("functions")


async def engine_down(case: Pool) -> None:
    case.stop("engine")
    await asyncio.sleep(DOWN)
    case.resume("engine")


FAILURES: Final = (
    Failure("worker killed (SIGKILL)", killed, 4.0),
    Failure("worker frozen (SIGSTOP)", frozen, 4.0),
    Failure("a zone lost: two of three workers killed", killed, 4.0, victims=2),
    Failure("container stopped (SIGTERM)", stopped, 1.0),
    Failure(f"worker and functions cut apart, {DOWN:.0f} s", cut, 0.5),
    Failure(f"functions down, {DOWN:.0f} s", functions_down, 0.5),
    Failure(f"engine silent, {DOWN:.0f} s", engine_down, 0.5),
)


@dataclass(frozen=True)
class Row:
    """Seconds without anything of others, over ``people``."""

    failure: str
    runs: int
    people: int
    p50_s: float
    p95_s: float
    max_s: float
    bound_p95_s: float


async def measure(cloud: Cloud, houses: list[House], failure: Failure, runs: int) -> Row:
    """One failure, again and again. A bound is a bound for as many runs as there are."""
    gaps: list[float] = []
    for _ in range(runs):
        async with pool(cloud, houses, failure.victims) as case:
            case.reset()
            await failure.act(case)
            await case.all_hear()
            gaps += [visitor.longest for visitor in case.visitors]
    gaps.sort()
    return Row(
        failure.name,
        runs,
        len(gaps),
        p50_s=round(statistics.median(gaps), 2),
        p95_s=round(gaps[round(0.95 * (len(gaps) - 1))], 2),
        max_s=round(gaps[-1], 2),
        bound_p95_s=failure.bound,
    )


async def play(cloud: Cloud, chosen: tuple[Failure, ...], meetings: int, runs: int, long_runs: int) -> list[Row]:
    """The failures in turn, each with customers of its own: a trial has so many invitations a day."""
    rows = []
    for turn, failure in enumerate(chosen):
        houses = [House(cloud, turn * meetings + number) for number in range(meetings)]
        for house in houses:
            await asyncio.to_thread(house.sign_up)
        rows.append(await measure(cloud, houses, failure, long_runs if failure.bound < 1 else runs))
        print(json.dumps(asdict(rows[-1])), flush=True)
    return rows


def table(rows: list[Row]) -> str:
    """What the README keeps."""
    lines = ["| what fails | runs × people | p50 | p95 | max | aim: p95 |", "|---|---|---|---|---|---|"]
    for row in rows:
        people = row.people // row.runs
        lines.append(
            f"| {row.failure} | {row.runs} × {people} | {row.p50_s} s | {row.p95_s} s | {row.max_s} s "
            f"| < {row.bound_p95_s} s |"
        )
    return "\n".join(lines)


def main() -> None:
    """Prints a JSON line per failure, then the table, which goes to bench/README.md."""
    parser = argparse.ArgumentParser(prog="bench.failures")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--long-runs", type=int, default=1, help="of those that last half a minute")
    parser.add_argument("--only", default="", help="failures whose name has this in it; the README stays as it is")
    parser.add_argument("--meetings", type=int, default=2, help="of two people, at once")
    given = parser.parse_args()
    chosen = tuple(failure for failure in FAILURES if given.only in failure.name)
    with running(Path(tempfile.mkdtemp()) / "data") as cloud:
        rows = asyncio.run(play(cloud, chosen, given.meetings, given.runs, given.long_runs))
    text = table(rows)
    print(text)
    if given.only:
        return
    README.write_text(MARKED.sub(lambda found: f"{found[1]}{text}\n{found[2]}", README.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
