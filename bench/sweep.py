"""How fast the sweep is, and what it costs: items due in the local engine, deleted with their tombstones.

    python -m bench.sweep                     20,000 items, at most four minutes of sweeping
    python -m bench.sweep --items 1000000     all of the issue's million, for as long as it takes
    python -m bench.sweep --no-proof          items whose row leaves no tombstone

It writes the items, moves the clock past their time, sweeps, and prints items a second, calls to the store per item and
what a million would cost in AWS's money (public prices of Paris, on demand, in `PRICES`). The engine is one process on
this machine: its speed is not DynamoDB's; calls and units are the same.
"""

import argparse
import base64
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3

from dev.engine import Engine

PREFIX = "iboo-bench"
DAY = 86_400
WRITERS = 4

PRICES = {"write": 0.7423, "read": 0.1485, "lambda": 0.0000166667}
"""US dollars: a million write and read request units of DynamoDB on demand in eu-west-3, a GB-second of Lambda. As
remembered, not a bill: check them before deciding by them."""

MEMORY_GB = 0.5
"""Of the schedule door's function (`infra/doors.py`)."""

UNITS = {
    "GetItem": ("read", 1.0),
    "Query": ("read", 0.5),
    "DeleteItem": ("write", 3.0),
    "PutItem": ("write", 3.0),
    "TransactWriteItems": ("write", 14.0),
}
"""Request units of one call on our shape of item: under 1 kB, in the table and two indexes. A consistent read of an
item: 1. An eventually consistent page of keys: 0.5. A delete or put: 1 for the table, 1 for each index. A transaction
of a put and a delete: twice the two, and 2 in reserve."""


class Calls:
    """Counts the calls to the store, by name."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def note(self, model: Any, **_: Any) -> None:
        """botocore's event before each call."""
        self.made[model.name] += 1


def main(arguments: Sequence[str]) -> int:
    """Prints one run."""
    parser = argparse.ArgumentParser(prog="bench.sweep", description=__doc__.split("\n")[0])
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=240.0, help="of sweeping, at most (the function's own bound)")
    parser.add_argument("--no-proof", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "engine") as engine:
        os.environ.update(engine.environment())
        _environment(Path(folder))
        engine.create_stores(PREFIX)
        _run(chosen, Path(os.environ["IBOO_CLOCK_FILE"]))
    return 0


def _environment(folder: Path) -> None:
    (folder / "clock").write_text("0")
    secret = base64.b64encode(os.urandom(32)).decode()
    for name, value in {
        "STAGE": "dev",
        "TABLE_PREFIX": PREFIX,
        "CLOCK_FILE": str(folder / "clock"),
        "KEY_ENCRYPTION_KEY": secret,
        "LOOKUP_KEY": secret,
        "CSRF_KEY": secret,
    }.items():
        os.environ[f"IBOO_{name}"] = value


def _run(chosen: argparse.Namespace, clock_file: Path) -> None:
    from chalicelib import clock, log, storage
    from chalicelib.ledger import Disclosure
    from chalicelib.meetings.models import ChatReceipt
    from chalicelib.privacy.sweep import sweep
    from chalicelib.register.events import Event
    from chalicelib.storage import expiry

    log.info = lambda *_, **__: None
    model: Any = Disclosure if chosen.no_proof else ChatReceipt
    fields = (
        {"row_key": "x", "subject_hash": "x", "recipient": "x", "what": "x", "at": 1} if chosen.no_proof else {"seq": 1}
    )

    def write(number: int) -> None:
        item = model(f"bench#{number // 100}", f"{number:08d}", **fields)
        storage.create(item, {Event.COLLECTED: clock.now()}, controller="c")

    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(chosen.items)))
    print(f"{chosen.items} items written in {time.perf_counter() - began:.0f} s")
    clock_file.write_text(str(29 * DAY))

    calls = Calls()
    expiry._client().meta.events.register("before-call.dynamodb", calls.note)
    began = time.perf_counter()
    run = sweep(most=sys.maxsize, deadline=clock.precise_now() + chosen.seconds)
    took = time.perf_counter() - began
    _say(run.outcomes["deleted"], took, run.finished, calls.made)


def _say(done: int, took: float, finished: bool, calls: Counter[str]) -> None:
    rate = done / took
    print(f"{done} deleted in {took:.1f} s: {rate:.0f} a second{'' if finished else ' (stopped at its bound)'}")
    print("calls per item: " + ", ".join(f"{name} {count / done:.2f}" for name, count in calls.most_common(4)))
    used: defaultdict[str, float] = defaultdict(float)
    for name, count in calls.items():
        kind, units = UNITS.get(name, ("read", 1.0))
        used[kind] += count * units / done
    store = sum(used[kind] * PRICES[kind] for kind in ("read", "write"))
    functions = 1_000_000 / rate * MEMORY_GB * PRICES["lambda"]
    print(
        f"a million: {used['read']:.2f} M read units, {used['write']:.2f} M write units: {store:.2f} $ of DynamoDB, ",
        end="",
    )
    print(f"{functions:.2f} $ of Lambda at this engine's pace, {1_000_000 / rate / 3600:.1f} h one after the other")


if __name__ == "__main__":
    assert boto3
    sys.exit(main(sys.argv[1:]))
