"""``make bench-media``: our worker and Janus (Debian) forwarding the same load, in one run.

One publisher per room sends 30 pictures a second of seven packets and 50 sounds; every subscriber receives all of it
over real ICE, DTLS and SRTP. The server has one core to itself, the load client another. The servers take turns,
several rounds of each shape, and each figure is the median of its rounds: what else the machine does meets all alike.
Printed: a table, then a line of JSON per row; with ``--most`` that of the most packets a second (`bench.media.most`),
with ``--steady`` what came of a load that stays (`bench.media.steady`).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

import uvloop

from bench.media import client, record, servers
from bench.media.measuring import Row, measure
from bench.media.most import SHAPE, Most, most
from bench.media.servers import FLOOR, FULL, NATIVE, SERVERS
from bench.media.steady import Steady, steady
from bench.media.traffic import Fast
from media_workers import compiled, native
from media_workers.settings import own_address

SHAPES = ((1, 10), (1, 30), (1, 60), (10, 9))
"""Rooms, and subscribers in each."""
SECONDS = 4.0
ROUNDS = 3


class Bench:
    """Runs measurements. ``fast``: moves the load client's media; None = Python does."""

    def __init__(self, address: str, fast: Fast | None) -> None:
        self._address = address
        self._fast = fast

    async def rows(
        self, names: list[str], shapes: list[tuple[int, int]], seconds: float, rounds: int, alone: bool
    ) -> list[Row]:
        """All rows, each the median of its rounds."""
        rows = []
        for rooms, subscribers in shapes:
            taken: dict[str, list[Row]] = {name: [] for name in names}
            for _ in range(rounds):
                for name in names:
                    row = await self._row(name, rooms, subscribers, seconds, alone)
                    print(record.line(row), file=sys.stderr, flush=True)
                    taken[name].append(row)
            rows += [middle(several) for several in taken.values()]
        return rows

    async def _row(self, name: str, rooms: int, subscribers: int, seconds: float, alone: bool) -> Row:
        if name == FLOOR:
            assert self._fast is not None
            return await servers.floor(rooms, subscribers, self._address, self._fast)
        with tempfile.TemporaryDirectory() as folder:
            async with servers.running(name, Path(folder), self._address, self._fast) as server:
                return await measure(name, server, rooms, subscribers, seconds, alone)

    async def most(self, names: list[str], rooms: int, subscribers: int) -> list[Most]:
        """The most packets a second of each."""
        found = []
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                async with servers.running(name, Path(folder), self._address, self._fast) as server:
                    best, steps = await most(name, server, rooms, subscribers)
            for step in steps:
                print(name, json.dumps(asdict(step)), file=sys.stderr, flush=True)
            found.append(best)
        return found

    async def steady(self, names: list[str], rooms: int, subscribers: int, pace: float, minutes: float) -> list[Steady]:
        """What comes of a load that stays, of each."""
        found = []
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                async with servers.running(name, Path(folder), self._address, self._fast) as server:
                    found.append(await steady(name, server, rooms, subscribers, pace, minutes))
        return found


def middle(rows: list[Row]) -> Row:
    """Each figure the median of its rounds."""

    def of(figure: Callable[[Row], float], digits: int) -> float:
        return round(median(figure(row) for row in rows), digits)

    return replace(
        rows[0],
        us_per_packet=of(lambda row: row.us_per_packet, 2),
        p50_ms=of(lambda row: row.p50_ms, 2),
        p99_ms=of(lambda row: row.p99_ms, 2),
        lost_percent=of(lambda row: row.lost_percent, 3),
        cpu_ms_per_join=of(lambda row: row.cpu_ms_per_join, 1),
        packets_per_second=round(of(lambda row: row.packets_per_second, 0)),
        memory_kb_per_participant=round(of(lambda row: row.memory_kb_per_participant, 0)),
    )


def _built(build: Callable[[], object], otherwise: str) -> bool:
    try:
        build()
    except (compiled.CompileError, native.BuildError) as fault:
        print(f"bench.media: {otherwise}: {fault}", file=sys.stderr)
        return False
    return True


@contextmanager
def _moving(wanted: bool) -> Iterator[Fast | None]:
    fast = Fast(client.load()) if wanted else None
    try:
        yield fast
    finally:
        if fast is not None:
            fast.close()


async def run(given: argparse.Namespace, names: list[str], fast: bool) -> None:
    """Measures, prints and writes."""
    servers.pin()
    address = own_address()
    if not address:
        raise SystemExit("bench.media: this machine has no address but loopback, which Janus doesn't use")
    with _moving(fast) as moving:
        bench = Bench(address, moving)
        if given.steady and moving is not None:
            full = [name for name in names if name in FULL]
            rooms, each = given.most_shape
            for one in await bench.steady(full, rooms, each, given.pace, given.steady):
                print(json.dumps(asdict(one)))
            return
        if given.rows:
            rows = await bench.rows(names, given.shapes, given.seconds, given.rounds, given.unbatched)
            _show(rows, record.table(rows), "bench-media" if given.write else "")
        if given.most and moving is not None:
            best = await bench.most([name for name in names if name in FULL], *given.most_shape)
            _show(best, record.most_table(best), "bench-media-most" if given.write else "")


def _show(rows: list[Row] | list[Most], table: str, mark: str) -> None:
    lines = [json.dumps(asdict(row)) for row in rows]
    print("\n".join([table, *lines]))
    if mark == "bench-media-most":
        table = "\n".join([table, "", "```", *lines, "```"])
    if mark:
        record.write(table, mark)


def _shape(text: str) -> tuple[int, int]:
    rooms, _, each = text.partition("x")
    return int(rooms), int(each)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="bench.media")
    parser.add_argument("--servers", default=",".join(SERVERS))
    parser.add_argument("--shapes", default=",".join(f"{rooms}x{each}" for rooms, each in SHAPES))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--unbatched", action="store_true", help="a picture's packets come one by one")
    parser.add_argument("--most", action="store_true", help="only the most packets a second, in a minute or so each")
    parser.add_argument("--most-shape", type=_shape, default=SHAPE)
    parser.add_argument("--both", action="store_true", help="the rows, then the most packets a second")
    parser.add_argument("--steady", type=float, default=0.0, metavar="MINUTES", help="only a load that stays so long")
    parser.add_argument("--pace", type=float, default=30.0, help="its pictures a second")
    parser.add_argument("--client", choices=("fast", "python"), default="fast", help="what sends and receives the load")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    given = parser.parse_args()
    given.shapes = [_shape(part) for part in given.shapes.split(",")]
    given.rows, given.most = given.both or not given.most, given.both or given.most
    names = given.servers.split(",")
    _built(compiled.build, "our worker runs from source")
    if not _built(native.build, "without native and floor"):
        names = [name for name in names if name not in (NATIVE, FLOOR)]
    fast = given.client == "fast" and _built(client.build, "the load client stays in Python, without floor and most")
    if not fast:
        names = [name for name in names if name != FLOOR]
    uvloop.run(run(given, names, fast))


if __name__ == "__main__":
    main()
