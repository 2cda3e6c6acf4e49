"""The changes of a room's notes, passed on and remembered for who opens them later. Only pages read them."""

from collections import deque
from collections.abc import Iterator
from typing import Any

LONGEST = 16_000
"""Characters of one change in base64."""
REMEMBERED = 512 * 1024
"""Characters of all that is remembered: what a channel takes at once without being given up."""


class Notes:
    """In the order they came."""

    def __init__(self) -> None:
        self._changes: deque[str] = deque()
        self._size = 0
        self.full = False
        """Something was refused."""

    def add(self, message: dict[str, Any], *, stored: bool) -> dict[str, Any] | None:
        """What the others are told of a change; None when it is none, or doesn't fit any more.

        ``stored``: the functions keep it as well, so the oldest may be forgotten here."""
        update = message.get("update")
        if not isinstance(update, str) or not 0 < len(update) <= LONGEST or not update.isascii():
            return None
        if not stored and self._size + len(update) > REMEMBERED:
            self.full = True
            return None
        self._changes.append(update)
        self._size += len(update)
        while self._size > REMEMBERED:
            self._size -= len(self._changes.popleft())
        return {"type": "note", "update": update}

    def told(self) -> Iterator[dict[str, Any]]:
        """Everything remembered, and the message that ends it."""
        for update in self._changes:
            yield {"type": "note", "update": update}
        yield {"type": "notes", "full": self.full}
