"""The player's code: screen imports playing, playing imports wire, never back; nothing but the screen knows a page."""

import re
from pathlib import Path

import pytest

from tests.unit.web.test_scripts import TYPES_ONLY, imports

PLAYER = Path(__file__).parents[3] / "web" / "recordings"
ROOM = PLAYER.parent / "room"
SCRIPTS = sorted(path for path in PLAYER.rglob("*.js") if path.parent.name != "saving")
LAYERS = {
    "wire": {PLAYER / "wire", ROOM / "wire"},
    "recordings": {PLAYER, PLAYER / "wire", ROOM, ROOM / "wire"},
    "screen": {PLAYER / "screen", PLAYER, ROOM / "screen"},
}
"""By folder, what its scripts may import. ``main.js`` puts all together."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(PLAYER)))
def test_screen_imports_playing_and_playing_imports_wire_and_never_back(script: Path) -> None:
    for name in imports(script):
        assert name.startswith("."), f"{name} is not ours"
        target = (script.parent / name).resolve()
        assert target.is_file(), f"{name} is not there"
        if script.name != "main.js":
            assert target.parent in LAYERS[script.parent.name], name


def test_only_the_screen_knows_a_page() -> None:
    for script in SCRIPTS:
        if script.parent.name != "screen" and script.name != "main.js":
            code = TYPES_ONLY.sub("", script.read_text(encoding="utf-8"))
            assert not re.search(r"\bdocument\.|\bwindow\.", code), script


def test_opening_what_is_sealed_imports_nothing_so_that_downloads_can_use_it() -> None:
    assert imports(PLAYER / "sealed.js") == []


def test_the_player_stays_light() -> None:
    assert sum(script.stat().st_size for script in SCRIPTS) < 60_000
