"""Who speaks how loudly, as the senders measured it (RFC 6464): the worker never decodes sound."""

from typing import Final

SILENCE: Final = 70
"""-dBov; at this or quieter somebody counts as silent."""


class Levels:
    """The loudest level of each participant since the last look."""

    def __init__(self) -> None:
        self._loudest: dict[str, int] = {}

    def heard(self, participant: str, level: int) -> None:
        """A packet with that level (0 loudest, 127 silence) came."""
        if level < min(SILENCE, self._loudest.get(participant, SILENCE)):
            self._loudest[participant] = level

    def take(self) -> dict[str, int]:
        """Participants who were not silent since the last call, with their levels."""
        taken, self._loudest = self._loudest, {}
        return taken
