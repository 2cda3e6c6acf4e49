"""The schedules' process: plays EventBridge for the scheduled handlers of the application behind the door ``schedule``.

Time is the functions' own, moved clock included: a handler that falls due by a jump runs at once, and once only.
"""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from chalice.app import Chalice, ScheduledEventConfig
from chalice.test import Client

from dev.cloud.expressions import Next, parse

LOOK_EVERY = 0.5
"""Seconds between two looks at the clock."""


@dataclass
class Job:
    """A handler by name, and when it is next due."""

    name: str
    after: Next
    due: float


def jobs(app: Chalice, now: float) -> list[Job]:
    """The scheduled handlers of ``app``. A rate falls due at once (the machine may have slept), a cron when it says."""
    found = []
    for source in app.event_sources:
        if isinstance(source, ScheduledEventConfig):
            expression = source.schedule_expression
            text = expression if isinstance(expression, str) else expression.to_string()
            after = parse(text)
            found.append(Job(source.name, after, now if text.startswith("rate") else after(now)))
    return found


def run_due(all_jobs: Iterable[Job], now: float, invoke: Callable[[str], None]) -> None:
    """Runs what is due and sets when it is due again."""
    for job in all_jobs:
        if job.due > now:
            # A clock that was put back must not keep a job waiting for the time it came from.
            job.due = min(job.due, job.after(now))
            continue
        invoke(job.name)
        job.due = job.after(now)


def moved_clock(file: Path) -> Callable[[], float]:
    """Seconds since 1970, plus what ``file`` holds (nothing when there is no such file)."""

    def now() -> float:
        try:
            return time.time() + float(file.read_text() or 0)
        except FileNotFoundError:
            return time.time()

    return now


def main() -> None:
    """Runs until it is ended; a handler that fails is reported and runs again when next due."""
    sys.path.insert(0, str(Path.cwd()))
    app: Chalice = import_module("app").app
    now = moved_clock(Path(os.environ["IBOO_CLOCK_FILE"]))
    client = Client(app, project_dir=str(Path.cwd()))

    def invoke(name: str) -> None:
        event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        try:
            client.lambda_.invoke(name, event)
        except Exception:  # whatever a handler raises, the others go on
            traceback.print_exc()

    all_jobs = jobs(app, now())
    print("Schedules:", ", ".join(job.name for job in all_jobs) or "none")
    pause = threading.Event()
    while not pause.wait(LOOK_EVERY):
        run_due(all_jobs, now(), invoke)


if __name__ == "__main__":
    main()
