"""Tickets work once: which ones were seen while they were good."""

from chalicelib.signalling.tickets import LEEWAY, LIFETIME

MOST = 100_000
"""Ids remembered. A flood of rightly signed tickets would need the functions' key."""


class TicketsUsed:
    """Remembers ids for as long as a ticket can be good."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def use(self, ticket: str, now: float) -> bool:
        """False when it was used before. ``now``: seconds since 1970."""
        for old in list(self._until):  # in order of use: the first that is still good ends the search
            if self._until[old] >= now and len(self._until) < MOST:
                break
            del self._until[old]
        if ticket in self._until:
            return False
        # A ticket dated by a clock that runs ahead is good for both leeways.
        self._until[ticket] = now + LIFETIME + 2 * LEEWAY
        return True
