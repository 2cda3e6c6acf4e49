"""Runs a command that ends when its parent does, even a parent killed with -9.

    python -S -E dev/leash.py <pid of the parent> <command> …

Linux tells a process when its parent dies only if it asks (prctl(2), PR_SET_PDEATHSIG); the request survives execve.
Elsewhere the command runs without a leash.
"""

import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def command(*words: str) -> list[str]:
    """The command line that keeps ``words`` on this process's leash."""
    return [sys.executable, "-S", "-E", str(Path(__file__)), str(os.getpid()), *words]


def main() -> None:
    parent, words = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            sys.exit(1)
    os.execvp(words[0], words)  # noqa: S606 (no shell is what we want)


if __name__ == "__main__":
    main()
