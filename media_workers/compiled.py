"""The worker's busiest modules compiled by mypyc, where that was done: the same source, two to three times as fast.

python -m media_workers.compiled                         compiles, unless that is done already
python -m media_workers.compiled pytest -q tests/unit    runs a module (here pytest) over what is compiled

What is compiled lies in ``build/compiled/`` in a folder named after the very source, interpreter and compiler it was
made from: once a line is changed it isn't found any more, and the source runs (docs/decisions/0100).
"""

import fcntl
import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import media_workers

HOT = (
    *("udp", "ice", "checks", "srtp", "records", "usual", "dtls", "channels", "connection", "deferred", "room"),
    *("rtp", "rtcp", "picture", "vp8", "layer_filter", "sequence", "packet_map", "packet_ring"),
    *(
        "forwarder",
        "leg",
        "up_track",
        "down_track",
        "feedback",
        "rtcp_in",
        "native_forwarder",
        "native_line",
        "nack",
        "keyframes",
        "reception",
        "meter",
        "rate",
    ),
    *("twcc", "sent", "delay_trend", "estimator", "probing", "downlink"),
    *("asked", "layers", "allocation", "view", "quality", "levels", "speakers"),
)
"""What packets, feedback and beats go through."""
SOURCE = Path(__file__).parent
BUILT = SOURCE.parent / "build" / "compiled"
OFF = "IBOO_WORKER_COMPILED"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX") or ".so"


class CompileError(Exception):
    """What is missing on this machine, or what mypyc said."""


def folder() -> Path:
    """Where the present source's compiled modules belong, on this interpreter."""
    digest = hashlib.sha256(f"{SUFFIX} {sys.version}".encode())
    for path in sorted(SOURCE.rglob("*.py")):  # the others too: what is compiled relies on their types
        digest.update(path.read_bytes())
    return BUILT / digest.hexdigest()[:20]


def use() -> bool:
    """From now on the compiled modules are imported where there are any; whether there are. Call it before the first
    of them is imported."""
    found = folder()
    if os.environ.get(OFF, "yes") == "no" or not found.is_dir():
        return False
    sys.path.append(str(found))  # the library all of them share
    media_workers.__path__.insert(0, str(found / "media_workers"))
    return True


def build() -> bool:
    """Compiles, if it isn't done yet; whether there was something to do. Raises `CompileError`."""
    made = folder()
    if made.is_dir():
        return False
    if why := _missing():
        raise CompileError(why)
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two at once, each would clear away what the other is at
        if made.is_dir():
            return False
        _build(made)
    return True


def _build(made: Path) -> None:
    with tempfile.TemporaryDirectory(dir=BUILT) as scratch:
        _compile(Path(scratch))
        libraries = [path.relative_to(scratch) for path in Path(scratch).rglob(f"*{SUFFIX}")]
        ready = Path(scratch, "ready")
        for path in libraries:
            if path.parts[0] != "build":
                (ready / path).parent.mkdir(parents=True, exist_ok=True)
                Path(scratch, path).rename(ready / path)
        for old in BUILT.iterdir():  # of source that has changed since
            if old.is_dir() and old != Path(scratch):
                shutil.rmtree(old, ignore_errors=True)
        ready.rename(made)


def _compile(scratch: Path) -> None:
    """Leaves the libraries in a copy of the source. mypyc wants to run where it is imported from."""
    shutil.copytree(SOURCE, scratch / "media_workers", ignore=shutil.ignore_patterns("__pycache__"))
    files = [f"media_workers/{name}.py" for name in HOT]
    settings = {"MYPYPATH": str(SOURCE.parent), "MYPYC_OPT_LEVEL": "3", "MYPYC_DEBUG_LEVEL": "0", "CFLAGS": "-g0"}
    done = subprocess.run(  # noqa: S603 - mypyc, on files of ours
        [sys.executable, "-m", "mypyc", "--follow-imports=silent", "--ignore-missing-imports", *files],
        cwd=scratch,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CompileError(done.stdout)


def _missing() -> str:
    """What it takes and isn't there; empty when all is."""
    try:
        version("mypy")
    except PackageNotFoundError:
        return "mypy is not installed"
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if not shutil.which(compiler):
        return f"there is no C compiler ({compiler})"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "there is no Python.h (Debian: python3-dev)"
    return ""


def main(arguments: list[str]) -> int:
    """0 when all went well; 1 when nothing is compiled, with the reason: then the source runs."""
    if arguments:
        if not use():
            sys.stderr.write("Nothing is compiled: python -m media_workers.compiled\n")
            return 1
        sys.argv = arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
        return 0
    try:
        build()
    except CompileError as fault:
        sys.stderr.write(f"The worker runs from source: {fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
