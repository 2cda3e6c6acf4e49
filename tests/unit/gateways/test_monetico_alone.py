"""Client and simulator stand apart from the house and from each other."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = {
    "chalicelib/gateways/monetico": {"requests", "urllib3"},
    "dev/monetico": {"aiohttp", "jinja2", "yarl", "dev.monetico", "dev.leash"},
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, f"{path} reaches out of its folder"


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_imports_nothing_of_the_rest(folder: str) -> None:
    files = sorted((ROOT / folder).glob("*.py"))
    assert files
    for path in files:
        for name in imported(path):
            known = name.split(".")[0] in sys.stdlib_module_names
            allowed = any(name == one or name.startswith(one + ".") for one in FOLDERS[folder])
            assert known or allowed, f"{path.name} imports {name}"
