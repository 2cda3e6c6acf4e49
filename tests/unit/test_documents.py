"""What documents claim stands on tests that exist: the tables of docs/recording.md and docs/security.md."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = {"recording": "| claim | test |", "security": "| threat | what stands against it | test |"}
"""Document → the head of its table."""
TEXTS = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in TABLES}
NAMED = sorted({found for text in TEXTS.values() for found in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)})


@pytest.mark.parametrize("document", TABLES)
def test_every_row_of_the_table_names_a_test(document: str) -> None:
    tables = TEXTS[document].split(TABLES[document])[1:]
    rows = [row for table in tables for row in table.split("\n\n")[0].splitlines()[2:] if row.startswith("|")]
    assert len(rows) > 20
    assert not [row for row in rows if "::test_" not in row]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_every_test_a_document_names_exists(file: str, name: str) -> None:
    assert name in _tests(file)


@cache
def _tests(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
