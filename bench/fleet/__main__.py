"""The pool over a day of 10,000 meetings: ``make simulate`` (``python -m bench.fleet``).

Prints the table and one JSON line per row, keeps both in bench/README.md, and draws docs/images/fleet.svg.
"""

import argparse
import dataclasses
import json
import re
from pathlib import Path
from random import Random
from typing import Final

from bench.fleet.day import BYTES, Meeting, meetings
from bench.fleet.pool import Outcome, Pool, run
from infra.media import IN_COOLDOWN, LOAD_WANTED, OUT_COOLDOWN, STARTED_WITHIN

ROOT: Final = Path(__file__).parent.parent.parent
README: Final = ROOT / "bench" / "README.md"
PLOT: Final = ROOT / "docs" / "images" / "fleet.svg"
MARKED: Final = re.compile(r"(<!-- bench-fleet -->\n).*?(<!-- /bench-fleet -->)", re.DOTALL)

VCPU_HOUR, GB_HOUR = 0.0486, 0.0053
"""US dollars of Fargate in Paris as remembered: the public list of Virginia (0.04048 and 0.004445) and a fifth more."""
ADDRESS_HOUR: Final = 0.005
"""A public IPv4 address."""
TRAFFIC_GB: Final = 0.09
"""Out of the region, before any discount for volume."""
CHIME, LIVEKIT_MINUTE, LIVEKIT_GB = 1.70, 0.50, 0.12
"""US dollars per 1,000 attendee-minutes of Chime SDK (traffic within), per 1,000 connection-minutes and per GB of
LiveKit Cloud's second plan: public lists as remembered, to be looked at again before anybody decides by them."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One way to run the pool. Money is US dollars per 1,000 participant-minutes."""

    pool: str
    joins: int
    refused: int
    overloaded_percent: float
    worker_hours: int
    ideal_hours: int
    most_workers: int
    containers: float
    traffic: float


def row(name: str, outcome: Outcome, capacity: int) -> Row:
    """``overloaded_percent``: of the time of workers; ``containers``, ``traffic``: what they cost."""
    minutes = outcome.person_seconds / 60 / 1_000
    hours = outcome.worker_seconds / 3_600
    gigabytes = outcome.served * capacity * BYTES / 1e9
    return Row(
        pool=name,
        joins=outcome.joins,
        refused=outcome.refused,
        overloaded_percent=round(100 * outcome.overloaded / outcome.worker_seconds, 2),
        worker_hours=round(hours),
        ideal_hours=round(outcome.served / 3_600),
        most_workers=max(workers for _, _, workers in outcome.series),
        containers=round(hours * (VCPU_HOUR + 2 * GB_HOUR + ADDRESS_HOUR) / minutes, 3),
        traffic=round(gigabytes * TRAFFIC_GB / minutes, 3),
    )


def table(rows: list[Row], count: int, capacity: int) -> str:
    """What the README keeps."""
    ours = rows[0]
    gigabytes = ours.traffic / TRAFFIC_GB
    lines = [
        f"{count:,} meetings, {ours.joins:,} joins; a worker forwards {capacity:,} packets a second, "
        f"target {LOAD_WANTED} %.",
        "",
        "| pool | joins refused | time overloaded | worker-hours | ideal | most workers | containers | traffic |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {one.pool} | {one.refused} | {one.overloaded_percent} % | {one.worker_hours:,} | {one.ideal_hours:,} "
            f"| {one.most_workers} | ${one.containers} | ${one.traffic} |"
            for one in rows
        ),
        "",
        f"Money is per 1,000 participant-minutes; ours together ${ours.containers + ours.traffic:.2f}. "
        f"The same minutes: Chime SDK ${CHIME:.2f}; LiveKit Cloud ${LIVEKIT_MINUTE + gigabytes * LIVEKIT_GB:.2f} "
        f"({gigabytes:.1f} GB). Prices as remembered (`bench/fleet/__main__.py`): look them up before deciding.",
    ]
    return "\n".join(lines)


def draw(outcomes: dict[str, Outcome], capacity: int) -> None:
    """Workers there are, against what the load needs, over the day."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
    for name, outcome in outcomes.items():
        axes.plot([second / 3_600 for second, _, _ in outcome.series], [n for _, _, n in outcome.series], label=name)
    first = next(iter(outcomes.values()))
    hours = [second / 3_600 for second, _, _ in first.series]
    axes.fill_between(hours, [load / capacity for _, load, _ in first.series], alpha=0.3, label="load, in full workers")
    axes.set(xlabel="hour of the day", ylabel="workers")
    axes.legend(frameon=False)
    # Neither date nor random names: the same day draws the same file.
    pyplot.rcParams["svg.hashsalt"] = "fleet"
    figure.savefig(PLOT, metadata={"Date": None})


def main() -> None:
    """Plays the same day three ways."""
    parser = argparse.ArgumentParser(prog="bench.fleet")
    parser.add_argument("--meetings", type=int, default=10_000)
    parser.add_argument("--capacity", type=int, default=20_000, help="packets per second of a worker")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    day: list[Meeting] = list(meetings(arguments.meetings, Random(arguments.seed)))
    pool = Pool(arguments.capacity, LOAD_WANTED, start=STARTED_WITHIN, out=OUT_COOLDOWN, back=IN_COOLDOWN)
    ways = {
        "calendar and promises (the product)": pool,
        "promises only": dataclasses.replace(pool, calendar=False),
        "load alone": dataclasses.replace(pool, calendar=False, promises=False),
    }
    outcomes = {name: run(day, way, Random(arguments.seed)) for name, way in ways.items()}
    rows = [row(name, outcome, arguments.capacity) for name, outcome in outcomes.items()]
    text = table(rows, arguments.meetings, arguments.capacity)
    print(text)
    for one in rows:
        print(json.dumps(dataclasses.asdict(one)))
    README.write_text(MARKED.sub(lambda found: f"{found[1]}{text}\n{found[2]}", README.read_text(encoding="utf-8")))
    draw(outcomes, arguments.capacity)


if __name__ == "__main__":
    main()
