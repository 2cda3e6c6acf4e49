"""What is compiled of the worker, and when it is used."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from media_workers import compiled

ROOT = Path(__file__).parents[3]
WHERE = "import media_workers.compiled as c; c.use(); import media_workers.rtp as r; print(r.__file__)"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source alone, with something in the place of its compiled modules that can be told from it."""
    shutil.copytree(ROOT / "media_workers", tmp_path / "media_workers", ignore=shutil.ignore_patterns("__pycache__"))
    made = tmp_path / "build" / "compiled" / _folder(tmp_path).name / "media_workers"
    made.mkdir(parents=True)
    (made / "rtp.py").touch()
    return tmp_path


def _python(root: Path, program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _folder(root: Path) -> Path:
    return Path(_python(root, "import media_workers.compiled as c; print(c.folder())"))


def test_every_module_named_is_there() -> None:
    assert [name for name in compiled.HOT if not (compiled.SOURCE / f"{name}.py").is_file()] == []
    assert len(set(compiled.HOT)) == len(compiled.HOT)


def test_what_is_compiled_goes_before_its_source(copy: Path) -> None:
    assert "build/compiled" in _python(copy, WHERE)


def test_changed_source_goes_before_what_was_compiled_of_it(copy: Path) -> None:
    with (copy / "media_workers" / "rtp.py").open("a") as file:
        file.write("\n# changed\n")
    assert _python(copy, WHERE) == str(copy / "media_workers" / "rtp.py")


def test_a_setting_chooses_the_source(copy: Path) -> None:
    assert _python(copy, WHERE, IBOO_WORKER_COMPILED="no") == str(copy / "media_workers" / "rtp.py")


def test_without_anything_compiled_the_source_runs(copy: Path) -> None:
    shutil.rmtree(copy / "build")
    assert _python(copy, WHERE) == str(copy / "media_workers" / "rtp.py")
