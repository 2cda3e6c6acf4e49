"""The player's code: which module may import which."""

import re
from pathlib import Path

import pytest

from tests.unit.web.test_scripts import TYPES_ONLY, imports

PLAYER = Path(__file__).parents[3] / "web" / "recordings"
LEAVES = {"sealed.js"}
"""Modules that import nothing: anybody may use them."""


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_a_leaf_imports_nothing_and_knows_no_page(name: str) -> None:
    assert imports(PLAYER / name) == []
    code = TYPES_ONLY.sub("", (PLAYER / name).read_text(encoding="utf-8"))
    assert not re.search(r"\bdocument\.|\bwindow\.|HTML\w*Element", code)
