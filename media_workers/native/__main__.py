"""Builds the library where that isn't done: 0 when it is there then; 1 with the reason, and Python forwards.

python -m media_workers.native test                     its own tests before that
python -m media_workers.native sanitize                 its own tests, each access to memory watched
python -m media_workers.native pytest -q tests/media    after that runs a module, here pytest, over native workers

They do nothing, and say so in one line, where it can't be built.
"""

import os
import runpy
import sys
from collections.abc import Sequence

from media_workers import native


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    try:
        if arguments == ["sanitize"]:
            return _sanitize()
        testing = arguments == ["test"]
        if arguments and (testing or not native.folder().is_dir()) and (why := _hindrance()):
            sys.stdout.write(f"The native forwarder is not tested: {why}\n")
            return 0
        if testing:
            native.cargo("test", "--release", target=native.BUILT / "target")
        native.build()
    except native.BuildError as fault:
        sys.stderr.write(f"The worker forwards in Python: {fault}\n")
        return 1
    if arguments and not testing:
        os.environ["TESTED_FORWARDER"] = "native"
        sys.argv = list(arguments)
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _sanitize() -> int:
    """Its tests with AddressSanitizer; where that is not to be had, a line that says so."""
    if why := _hindrance():
        sys.stdout.write(f"The native forwarder is not tested: {why}\n")
        return 0
    try:
        words, besides = native.sanitized()
    except native.BuildError as fault:
        sys.stdout.write(f"Memory is not watched: {fault}\n")
        return 0
    native.cargo("test", *words, target=native.SANITIZED, besides=besides)
    return 0


def _hindrance() -> str:
    """Why it can't be built; empty when it can."""
    if why := native.missing():
        return why
    try:
        native.cargo("fetch", target=native.BUILT / "target")
    except native.BuildError as fault:
        return f"its crates can't be fetched: {fault}"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
