"""What a room knows of where people stand: from tickets and pushes, the newest first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.signalling import standing as contract
from chalicelib.signalling.standing import Standing


class Standings:
    """By participant, whether in the room or still on the way: a push may overtake a join."""

    def __init__(self) -> None:
        self._known: dict[str, Standing] = {}

    def of(self, participant: str, ticket: Standing) -> Standing:
        """The newer of what is known and what a ticket says."""
        known = self._known.get(participant)
        if known is None or ticket.revision > known.revision:
            self._known[participant] = known = ticket
        return known

    def push(self, participant: str, message: Mapping[str, Any]) -> Standing | None:
        """What a push says, where it is newer than what is known. Raises `ValueError` for nonsense."""
        try:
            said = contract.read(message)
        except (KeyError, TypeError) as fault:
            raise ValueError("not a standing") from fault
        known = self._known.get(participant)
        if known is not None and said.revision <= known.revision:
            return None
        self._known[participant] = said
        return said

    def resume(self, participant: str, slots: object) -> Standing | None:
        """The person takes back what was held, by their own will; they tell the store too. `None`: nothing was."""
        known = self._known.get(participant)
        if known is None or not isinstance(slots, list):
            return None
        held = tuple(slot for slot in known.held if slot not in slots)
        if held == known.held:
            return None
        self._known[participant] = resumed = replace(known, held=held)
        return resumed
