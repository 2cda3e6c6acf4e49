"""The native forwarder's library: a Rust crate (README.md), built by cargo where there is one and loaded from there.

python -m media_workers.native     builds, unless that is done already

What is built lies in ``build/native/`` in a folder named after the very source and this interpreter: once a line is
changed it isn't found any more (as `media_workers.compiled` does it).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent
BUILT = SOURCE.parents[1] / "build" / "native"
SANITIZED = BUILT / "sanitized"
NAME = "iboo_native"
OLDEST_RUST = (1, 85)


class BuildError(Exception):
    """What is missing on this machine, or what cargo said."""


def folder() -> Path:
    """Where the present source's library belongs."""
    digest = hashlib.sha256(f"{sysconfig.get_platform()} {sys.implementation.cache_tag}".encode())
    for path in (SOURCE / "Cargo.toml", *sorted((SOURCE / "src").rglob("*.rs"))):
        digest.update(path.read_bytes())
    return BUILT / digest.hexdigest()[:20]


@cache
def load() -> Any:
    """The library, or None where it isn't built."""
    return loaded(NAME, folder() / f"{NAME}.abi3.so")


def loaded(name: str, path: Path) -> Any:
    """An extension module from its file, or None where there is none."""
    if not path.is_file():
        return None
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build() -> bool:
    """Builds, if it isn't done yet; whether there was something to do. Raises `BuildError`."""
    made = folder()
    if made.is_dir():
        return False
    if why := missing():
        raise BuildError(why)
    BUILT.mkdir(parents=True, exist_ok=True)
    target = BUILT / "target"  # kept: another build after a changed line takes seconds
    cargo("build", "--release", "--features", "extension", target=target)
    with tempfile.TemporaryDirectory(dir=BUILT) as scratch:
        ready = Path(scratch, "ready")
        ready.mkdir()
        shutil.copy2(target / "release" / f"lib{NAME}.so", ready / f"{NAME}.abi3.so")
        for old in BUILT.iterdir():  # of source that has changed since
            if old not in (target, SANITIZED, Path(scratch)):
                shutil.rmtree(old, ignore_errors=True)
        ready.rename(made)
    return True


def sanitized() -> tuple[list[str], dict[str, str]]:
    """Words and environment with which cargo builds so that AddressSanitizer watches every access to memory, those of
    the crates below ours too. Raises `BuildError` where this toolchain has no such runtime."""
    lines = _rustc("--version", "--verbose").splitlines()
    machine = next((line.removeprefix("host: ") for line in lines if line.startswith("host: ")), "")
    libraries = Path(_rustc("--print", "sysroot").strip(), "lib", "rustlib", machine, "lib")
    if not machine or not any(libraries.glob("librustc*_rt.asan.a")):
        raise BuildError("this Rust has no AddressSanitizer")
    # Stable compilers take the flag when they are told to stand for the next one; what is built is run here only.
    return ["--target", machine], {"RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Zsanitizer=address"}


def cargo(*words: str, target: Path, source: Path = SOURCE, besides: Mapping[str, str] | None = None) -> None:
    """Runs cargo on the crate, or another one of ours. ``besides``: environment. Raises `BuildError`."""
    done = subprocess.run(  # noqa: S603 - cargo, on files of ours
        ["cargo", *words, "--quiet"],  # noqa: S607 - whichever is first in the path
        cwd=source,
        env=os.environ | {"CARGO_TARGET_DIR": str(target), "PYO3_PYTHON": sys.executable} | dict(besides or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(done.stdout)


def missing() -> str:
    """What it takes and isn't there; empty when all is."""
    if not sys.platform.startswith("linux"):
        return "its system calls are Linux's"
    if not shutil.which("cargo") or not shutil.which("rustc"):
        return "there is no cargo (Debian: rustc-web, cargo-web)"
    if not shutil.which("cc"):
        return "there is no C compiler (cc)"
    words = _rustc("--version").split()
    version = tuple(int(part) for part in words[1].split("-")[0].split(".")[:2]) if len(words) > 1 else (0, 0)
    return "" if version >= OLDEST_RUST else f"rustc is older than {'.'.join(map(str, OLDEST_RUST))}"


def _rustc(*words: str) -> str:
    """What the compiler says."""
    return subprocess.run(  # noqa: S603 - rustc, with words of ours
        ["rustc", *words],  # noqa: S607 - whichever is first in the path
        capture_output=True,
        text=True,
        check=False,
    ).stdout
