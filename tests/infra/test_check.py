"""`make test` stops at the first stage that fails, and says so."""

import os
import sys
from collections.abc import Sequence
from itertools import count

import pytest

from dev.check import ROOT, Stage, _run_at_once, check, stages

THREE = [Stage("one", (["a"], ["b"])), Stage("two", (["c"],)), Stage("three", (["d"],))]


def run_with(failing: str) -> tuple[bool, list[str], list[str]]:
    """The outcome, what was run, what was said, when the command ``failing`` fails."""
    ran: list[str] = []
    said: list[str] = []

    def run(commands: Sequence[Sequence[str]]) -> list[int]:
        ran.append("".join(command[0] for command in commands))
        return [1 if command[0] == failing else 0 for command in commands]

    ticks = count()
    return check(THREE, run, said.append, lambda: float(next(ticks))), ran, said


def test_all_stages_run_in_order() -> None:
    well, ran, said = run_with(failing="")
    assert well and ran == ["a", "b", "c", "d"]
    assert said[-1].startswith("── all well: one, two, three")


def test_nothing_runs_after_a_failure() -> None:
    well, ran, said = run_with(failing="c")
    assert not well and ran == ["a", "b", "c"]
    assert said[-1].startswith("── two failed with status 1")


def test_the_cheap_stages_come_before_the_dear_ones() -> None:
    names = [stage.name for stage in stages()]
    cheap = ["style", "types", "web", "words", "supply"]
    assert names == [*cheap, "unit", "compiled", "functional", "infra", "media", "browser", "native"]


def test_a_lively_stage_runs_once_more_what_failed_and_only_that() -> None:
    tries: list[list[str]] = []

    def run(commands: Sequence[Sequence[str]]) -> list[int]:
        tries.extend(list(command) for command in commands)
        return [0 if "--again" in command else 1 for command in commands]

    said: list[str] = []
    lively = Stage("lively", (["d"],), again=("--again",))
    assert check([lively], run, said.append, lambda: 0.0)
    assert tries == [["d"], ["d", "--again"]]
    assert "── lively: once more, only what failed" in said


def test_what_runs_at_once_fails_when_one_of_it_does() -> None:
    turns: list[list[Sequence[str]]] = []

    def run(commands: Sequence[Sequence[str]]) -> list[int]:
        turns.append(list(commands))
        return [1 if command[0] == "b" else 0 for command in commands]

    assert not check([Stage("one", (["a"], ["b"]), at_once=True)], run, lambda line: None, lambda: 0.0)
    assert turns == [[["a"], ["b"]]]


def test_of_what_ran_at_once_only_what_failed_runs_again_and_alone() -> None:
    turns: list[list[Sequence[str]]] = []

    def run(commands: Sequence[Sequence[str]]) -> list[int]:
        turns.append(list(commands))
        return [1 if list(command) == ["b"] else 0 for command in commands]

    said: list[str] = []
    both = Stage("one", (["a"], ["b"]), again=("--again",), at_once=True)
    assert check([both], run, said.append, lambda: 0.0)
    assert turns == [[["a"], ["b"]], [["b", "--again"]]]


def test_both_halves_together_are_all_functional_tests() -> None:
    (stage,) = (one for one in stages() if one.name == "functional")
    first, second = (list(command) for command in stage.commands)
    folders = [word for word in first if word.startswith("tests/")]
    assert [word for word in second if word.startswith("tests/")] == ["tests/functional"]
    assert [word.removeprefix("--ignore=") for word in second if word.startswith("--ignore=")] == folders
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_commands_at_once_show_what_they_say_in_order(capfd: pytest.CaptureFixture[str]) -> None:
    slow = "import sys, time; time.sleep(0.3); print('first'); sys.exit(3)"
    quick = "import sys; print('second', file=sys.stderr)"
    assert _run_at_once([[sys.executable, "-c", slow], [sys.executable, "-c", quick]], os.environ) == [3, 0]
    assert capfd.readouterr().out == "first\nsecond\n"


def test_only_real_browsers_and_sockets_get_a_second_try() -> None:
    assert {stage.name for stage in stages() if stage.again} == {"functional", "infra", "media", "browser", "native"}
