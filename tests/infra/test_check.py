"""`make test` stops at the first stage that fails, and says so."""

from collections.abc import Sequence
from itertools import count

from dev.check import Stage, check, stages

THREE = [Stage("one", (["a"], ["b"])), Stage("two", (["c"],)), Stage("three", (["d"],))]


def run_with(failing: str) -> tuple[bool, list[str], list[str]]:
    """The outcome, what was run, what was said, when the command ``failing`` fails."""
    ran: list[str] = []
    said: list[str] = []

    def run(command: Sequence[str]) -> int:
        ran.append(command[0])
        return 1 if command[0] == failing else 0

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

    def run(command: Sequence[str]) -> int:
        tries.append(list(command))
        return 0 if "--again" in command else 1

    said: list[str] = []
    lively = Stage("lively", (["d"],), again=("--again",))
    assert check([lively], run, said.append, lambda: 0.0)
    assert tries == [["d"], ["d", "--again"]]
    assert "── lively: once more, only what failed" in said


def test_only_real_browsers_and_sockets_get_a_second_try() -> None:
    assert {stage.name for stage in stages() if stage.again} == {"functional", "infra", "media", "browser", "native"}
