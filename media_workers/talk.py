"""What is written in a meeting that keeps nothing, and reactions: in this memory, gone with the room."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from media_workers.rate import Rate

LONGEST = 4_000
"""Characters of a line, as where lines are stored."""
LONGEST_ID = 64
MOST = 200_000
"""Characters kept for who comes later; the oldest lines go first."""
REACTIONS = frozenset({"agree", "applause", "heart", "laugh", "surprise", "party"})
LINES, SIGNS = 1.0, 2.0
"""Lines and reactions per second of one person, averaged over `OVER` seconds."""
OVER = 10.0


class Talk:
    """``wall``: seconds since 1970."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._lines: deque[dict[str, Any]] = deque()
        self._characters = 0
        self._rates: dict[tuple[str, str], Rate] = {}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What somebody who comes now may read, oldest first."""
        return list(self._lines)

    def say(self, participant: str, name: str, message: Mapping[str, Any], now: float) -> dict[str, Any] | None:
        """The line to tell everybody; `None` where it is none, comes twice, or too many come."""
        body, identifier, reply = message.get("body"), message.get("id"), message.get("reply", "")
        if not (isinstance(body, str) and isinstance(identifier, str) and isinstance(reply, str)):
            return None
        text = body.strip()
        if not (0 < len(text) <= LONGEST and 0 < len(identifier) <= LONGEST_ID and len(reply) <= LONGEST_ID):
            return None
        if any((line["participant"], line["id"]) == (participant, identifier) for line in self._lines):
            return None
        if not self._allowed("line", participant, LINES, now):
            return None
        line = {
            "seq": 0,
            "id": identifier,
            "participant": participant,
            "name": name,
            "body": text,
            "at": int(self._wall()),
            "reply": reply,
        }
        self._keep(line)
        return line

    def react(self, participant: str, message: Mapping[str, Any], now: float) -> dict[str, Any] | None:
        """The reaction to tell everybody; `None` where it is none or too many come."""
        reaction = message.get("reaction")
        known = isinstance(reaction, str) and reaction in REACTIONS
        if not known or not self._allowed("sign", participant, SIGNS, now):
            return None
        return {"type": "reaction", "participant": participant, "reaction": reaction}

    def _keep(self, line: dict[str, Any]) -> None:
        self._lines.append(line)
        self._characters += len(line["body"])
        while self._characters > MOST:
            self._characters -= len(self._lines.popleft()["body"])

    def _allowed(self, what: str, participant: str, per_second: float, now: float) -> bool:
        rate = self._rates.setdefault((what, participant), Rate(per_second, OVER, now))
        return rate.take(1, now)
