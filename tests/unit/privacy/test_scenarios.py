"""The thirty scenarios of the privacy requirements: each is a test under its name."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[2]
ALL = {f"f{number:02d}" for number in range(1, 31)}
IN_THE_BUILD = {"f24", "f25", "f28"}
"""Scenarios part of which is that the build fails."""


def scenarios(folder: str) -> set[str]:
    """Which scenarios a folder's tests name: ``test_f07_…`` → f07. A test that only passes would not be one."""
    found = set()
    for path in (TESTS / folder).rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_f") and node.name[6:8].isdigit():
                claims = [one for one in ast.walk(node) if isinstance(one, ast.Assert) or "raises" in ast.dump(one)]
                assert claims, f"{path}: {node.name} asserts nothing"
                found.add(node.name[5:8])
    return found


def test_each_of_the_thirty_is_a_test_on_the_engine_with_a_moved_clock() -> None:
    assert scenarios("functional") == ALL


def test_those_that_must_fail_the_build_do_so_without_an_engine() -> None:
    assert scenarios("unit") >= IN_THE_BUILD
