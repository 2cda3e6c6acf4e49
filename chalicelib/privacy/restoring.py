"""Before a restored copy of a table is opened: what was forgotten since the copy was made is forgotten in it too.

How to: docs/operations.md. Content sealed under a destroyed key stays unreadable whatever is restored.

    python -m chalicelib.privacy.restoring <table> <seconds since 1970 of the copy>
"""

import sys
from collections.abc import Sequence
from datetime import date, timedelta

from chalicelib import clock, log, storage
from chalicelib.storage import restored
from chalicelib.storage.tombstones import Tombstone, day_of


def replay(table: str, copied_at: int) -> tuple[int, int]:
    """Plays the tombstones since ``copied_at`` on ``table``, and takes out what is past its time or unknown.

    Returns how many items went and how many stayed. Doing it twice changes nothing.
    """
    went, stayed = restored.forget_again(table, locators_since(copied_at), clock.now())
    log.info("restored", table=table, went=went, stayed=stayed)
    return went, stayed


def locators_since(moment: int) -> frozenset[str]:
    """What was erased since, by locator."""
    first, last = date.fromisoformat(day_of(moment)), date.fromisoformat(day_of(clock.now()))
    days = ((first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1))
    stones = (stone for day in days for stone in storage.query(Tombstone, f"tombstones#{day}"))
    return frozenset(stone.locator for stone in stones if stone.done_at >= moment)


def main(arguments: Sequence[str]) -> int:
    """0 when the table may be opened."""
    table, copied_at = arguments
    went, stayed = replay(table, int(copied_at))
    sys.stdout.write(f"{went} items forgotten again, {stayed} stay: {table} may be opened.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
