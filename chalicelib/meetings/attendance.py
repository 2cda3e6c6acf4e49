"""Who was in a meeting, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.fleet import actions as fleet
from chalicelib.fleet.models import Interval
from chalicelib.fleet.rules import total, united

from . import lobby, quality
from .models import Occurrence, Participant


@dataclass(frozen=True)
class Presence:
    """One person's presence: merged intervals, seconds since 1970, and their sum in seconds."""

    name: str
    role: str
    intervals: list[tuple[int, int]]
    seconds: int
    participant: str = ""
    """Opaque id of who it is."""
    connections: tuple[Interval, ...] = ()
    """As reported."""

    @property
    def passage(self) -> quality.Passage | None:
        """How the network carried this person, if known."""
        return quality.of((one.quality for one in self.connections), self.seconds)

    def passage_within(self, since: int, until: int) -> quality.Passage | None:
        """The same for one of the intervals."""
        within = [one for one in self.connections if since <= one.since <= until]
        return quality.of((one.quality for one in within), until - since)


def of_all(occurrence: Occurrence) -> list[Presence]:
    """Everybody who was in the room, in the order of arrival."""
    reported = fleet.connections(occurrence.id)
    found = [_presence(person, reported.get(person.id, [])) for person in lobby.participants(occurrence)]
    return sorted((one for one in found if one.intervals), key=lambda one: one.intervals[0])


def of_one(occurrence: Occurrence, identities: Sequence[Participant]) -> Presence | None:
    """The presence of one person under all their identities; `None` without any."""
    if not identities:
        return None
    reported = fleet.connections(occurrence.id)
    return _presence(identities[-1], [interval for one in identities for interval in reported.get(one.id, [])])


def _presence(person: Participant, reported: list[Interval]) -> Presence:
    merged = united((float(one.since), float(one.until)) for one in reported)
    whole = [(int(since), int(until)) for since, until in merged]
    return Presence(person.shown_name, person.role, whole, int(total(merged)), person.id, tuple(reported))
