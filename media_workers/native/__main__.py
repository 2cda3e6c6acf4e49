"""Builds the library where that isn't done: 0 when it is there then; 1 with the reason, and Python forwards.

python -m media_workers.native test     its own tests after that; nothing, said in one line, where there is no cargo
"""

import sys
from collections.abc import Sequence

from media_workers import native


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    try:
        if arguments == ["test"]:
            if why := native.missing():
                sys.stdout.write(f"The native forwarder is not tested: {why}\n")
                return 0
            try:
                native.cargo("fetch", target=native.BUILT / "target")
            except native.BuildError as fault:
                sys.stdout.write(f"The native forwarder is not tested: its crates can't be fetched: {fault}\n")
                return 0
            native.cargo("test", "--release", target=native.BUILT / "target")
        native.build()
    except native.BuildError as fault:
        sys.stderr.write(f"The worker forwards in Python: {fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
