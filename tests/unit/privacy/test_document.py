"""docs/privacy.md is true: its table is the register, and what it names exists."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib.privacy import policy
from chalicelib.register import ROWS
from chalicelib.register.events import Event
from chalicelib.sessions import COOKIES
from dev.register_table import DOCUMENT, main, written

ROOT = Path(__file__).parents[3]
TEXT = DOCUMENT.read_text()


def test_the_table_in_the_document_is_the_register() -> None:
    assert written(TEXT) == TEXT, "run `python -m dev.register_table`"
    assert main(["--check"]) == 0
    for row in ROWS:
        assert f"| `{row.key}` |" in TEXT


def test_a_document_without_a_place_for_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no <!-- register"):
        written("# Privacy\n")


CLAUSES = {1: 2, 2: 2, 3: 7, 4: 10, 5: 3, 6: 8, 7: 9, 8: 2, 9: 15, 10: 4, 11: 2, 12: 2, 13: 9, 14: 3}
"""How many clauses each section of the first published policy has."""

LINE = re.compile(r"^\| §(\d+)\.(\d+) \| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)


def clauses() -> list[tuple[int, int, str, str, str]]:
    return [(int(a), int(b), promise, held, test) for a, b, promise, held, test in LINE.findall(TEXT)]


def test_every_clause_of_the_policy_has_its_line() -> None:
    wanted = [(section, number) for section, count in CLAUSES.items() for number in range(1, count + 1)]
    assert [(section, number) for section, number, *_ in clauses()] == wanted


@pytest.mark.parametrize("line", clauses(), ids=lambda line: f"{line[0]}.{line[1]}")
def test_what_holds_a_clause_exists(line: tuple[int, int, str, str, str]) -> None:
    _, _, promise, held, test = line
    file, _, name = test.partition("::")
    names = {node.name for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, ast.FunctionDef)}
    assert promise.strip() and held.strip() and name in names, test
    for key in re.findall(r"`(\w+)`", held):
        assert key in {row.key for row in ROWS} | {"notes"}, f"no row {key}"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]*test_\w+\.py)`", TEXT))))
def test_every_test_the_document_names_exists(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:[a-z]+/)?(?!test_)[a-z_]+\.py)`", TEXT))))
def test_every_module_the_document_names_exists(path: str) -> None:
    assert any((place / path).is_file() for place in (ROOT, ROOT / "chalicelib"))


def test_every_cookie_has_a_purpose_and_lives_six_months_at_most() -> None:
    assert policy.PURPOSES.keys() == COOKIES.keys()
    assert all(0 < life <= 180 * policy.DAY and life % policy.DAY == 0 for life in COOKIES.values())


def test_every_event_has_words_for_the_policy() -> None:
    assert policy.STARTS.keys() == set(Event)
