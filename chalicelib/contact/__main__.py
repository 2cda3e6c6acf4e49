"""For the person who answers, until the back office has its page.

python -m chalicelib.contact list
python -m chalicelib.contact answer <reference> < answer.txt
python -m chalicelib.contact close <reference>
"""

import argparse
import sys
from collections.abc import Sequence

from . import actions


def main(arguments: Sequence[str]) -> int:
    """0 when it is done."""
    parser = argparse.ArgumentParser(prog="chalicelib.contact")
    parser.add_argument("act", choices=("list", "answer", "close"))
    parser.add_argument("reference", nargs="?", default="")
    given = parser.parse_args(arguments)
    if given.act == "list":
        sys.stdout.writelines(f"{one.reference} {one.topic}\n" for one in actions.open_ones())
    elif given.act == "answer":
        actions.answer(given.reference, sys.stdin.read().strip())
    else:
        actions.close(actions.find(given.reference))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
