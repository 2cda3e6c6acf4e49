"""The thirty scenarios of the privacy requirements: each is a test under its name, with a page also in the browser."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[2]
ALL = {f"f{number:02d}" for number in range(1, 31)}
WITH_A_PAGE = {"f01", "f02", "f03", "f05", "f07", "f09", "f13", "f15", "f16", "f17", "f18", "f19", "f21", "f22"} | {
    *("f23", "f24", "f26", "f27", "f29", "f30")
}
"""The others are mails, clocks, tables and builds: nothing of them is on a screen of its own."""

IN_THE_BUILD = {"f24", "f25", "f28"}
"""Scenarios part of which is that the build fails."""


def scenarios(folder: str) -> set[str]:
    """Which scenarios a folder's tests name: ``test_f07_…`` → f07. A test that only passes would not be one."""
    found = set()
    for path in (TESTS / folder).rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_f") and node.name[6:8].isdigit():
                claims = [one for one in ast.walk(node) if isinstance(one, ast.Assert) or _claims(one)]
                assert claims, f"{path}: {node.name} asserts nothing"
                found.add(node.name[5:8])
    return found


def _claims(node: ast.AST) -> bool:
    """Whether a call fails the test when something is not so: ``pytest.raises``, ``says`` of the browser's tests."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.raises", "says")


def test_each_of_the_thirty_is_a_test_on_the_engine_with_a_moved_clock() -> None:
    assert scenarios("functional") == ALL


def test_each_with_a_page_is_a_test_in_a_browser() -> None:
    assert scenarios("browser") >= WITH_A_PAGE


def test_those_that_must_fail_the_build_do_so_without_an_engine() -> None:
    assert scenarios("unit") >= IN_THE_BUILD
