"""Builds the fast side of the load client: 0 when it is there then, or can't be here; ``test``: its tests first."""

import sys
from collections.abc import Sequence

from bench.media import client
from media_workers import native


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    if why := native.missing():
        print(f"The load client stays in Python: {why}")
        return 0
    try:
        native.cargo("fetch", target=client.TARGET, source=client.SOURCE)
    except native.BuildError as fault:
        print(f"The load client stays in Python: its crates can't be fetched: {fault}")
        return 0
    try:
        if arguments == ["test"]:
            native.cargo("test", "--release", target=client.TARGET, source=client.SOURCE)
        client.build()
    except native.BuildError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
