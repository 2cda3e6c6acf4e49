"""Those who were refused or put out, and may come in again if a host wants it."""

from chalicelib.errors import Conflict

from . import admission, lobby
from .models import Occurrence, Participant

STATES = ("refused", "removed")


def out(occurrence: Occurrence) -> list[Participant]:
    """Who was refused or put out and could come in again, the last one first."""
    people = [person for person in lobby.participants(occurrence) if person.state in STATES]
    able = [person for person in people if not _revoked(occurrence, person)]
    return sorted(able, key=lambda person: person.decided_at or 0, reverse=True)


def readmit(occurrence: Occurrence, participant: str) -> None:
    """The person comes in again, by the link and in the browser they had. Raises `NotFound`, `Conflict`."""
    if _revoked(occurrence, lobby.find(occurrence, participant)):
        raise Conflict
    lobby.decide(occurrence, participant, "admitted", frm=(*STATES, "admitted"))


def _revoked(occurrence: Occurrence, person: Participant) -> bool:
    """Whose link was taken back stays out: the address invited may have been another's."""
    return bool(person.invitation) and admission.invitation_of(occurrence, person) is None
