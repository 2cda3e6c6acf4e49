"""The table of the register in docs/privacy.md.

python -m dev.register_table          writes it
python -m dev.register_table --check  fails when the committed one is not what the register says
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from chalicelib.register import ROWS, Row
from chalicelib.register.model import Clock, Phase

DOCUMENT = Path(__file__).parent.parent / "docs" / "privacy.md"
BEGIN = "<!-- register: written by python -m dev.register_table -->"
END = "<!-- /register -->"
HEADS = ("Row", "What", "Hat", "Kinds", "Store", "Purpose", "Basis", "From", "Set", "Promised", "Clause")


def table(rows: Iterable[Row] = ROWS) -> str:
    """The table in Markdown: one line per row and clock."""
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    lines += ["| " + " | ".join(_cells(row, clock)) + " |" for row in rows for clock in row.clocks]
    return "\n".join(lines)


def unsigned(rows: Iterable[Row] = ROWS) -> str:
    """The choices that a person responsible has yet to sign, as a list."""
    return "\n".join(f"- `{row.key}`: {choice}" for row in rows for choice in row.unsigned)


def written(document: str) -> str:
    """``document`` with the present table in it. Raises `ValueError` when it has no place for one."""
    before, _, rest = document.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{DOCUMENT.name} has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table()}\n\nNot signed yet by a person responsible:\n\n{unsigned()}\n{END}{after}"


def main(arguments: Sequence[str]) -> int:
    """0, or 1 when ``--check`` finds the document out of date."""
    parser = argparse.ArgumentParser(prog="dev.register_table")
    parser.add_argument("--check", action="store_true")
    present = DOCUMENT.read_text()
    wanted = written(present)
    if not parser.parse_args(arguments).check:
        DOCUMENT.write_text(wanted)
        return 0
    if present != wanted:
        sys.stderr.write("docs/privacy.md is not what the register says: run `python -m dev.register_table`.\n")
    return int(present != wanted)


def _cells(row: Row, clock: Clock) -> list[str]:
    store = row.archive if clock.phase is Phase.ARCHIVE else row.store
    places = [store.key if store else "memory only" if not row.kinds and row.key == "live" else "the browser"]
    if row.objects:
        places.append(f"bucket {row.objects.key}/{row.prefix}")
    return [
        f"`{row.key}`",
        row.label.en,
        ", ".join(sorted(role.value for role in row.roles)),
        ", ".join(f"`{kind}`" for kind in row.kinds) or "–",
        ", ".join(places),
        clock.purpose.en,
        clock.basis.value,
        clock.start.value,
        str(clock.keep),
        str(clock.promise),
        clock.clause,
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
