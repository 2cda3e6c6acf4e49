"""For the operator of the pool.

python -m chalicelib.fleet list              workers by their last report
python -m chalicelib.fleet drain <worker>    it takes no new room; those it holds go on
"""

import argparse
import sys
from collections.abc import Sequence

from chalicelib import clock

from . import actions


def main(arguments: Sequence[str]) -> int:
    """0 when it is done, 1 when there is no such worker."""
    parser = argparse.ArgumentParser(prog="chalicelib.fleet")
    parser.add_argument("act", choices=("list", "drain"))
    parser.add_argument("worker", nargs="?", default="")
    given = parser.parse_args(arguments)
    if given.act == "drain":
        return 0 if actions.drain(given.worker) else 1
    now = clock.now()
    for one in actions.candidates():
        state = "draining" if one.draining else "silent" if not one.fresh(now) else "ready"
        sys.stdout.write(f"{one.worker}\t{state}\t{one.load}/{one.capacity}\trevision {one.revision}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
