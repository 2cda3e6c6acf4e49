"""Encoders and players at a meeting (WHIP, WHEP): participants without a person, let in by the host beforehand.

Such a participant has a pass like a guest's; its token is the bearer token of RFC 9725, section 4.1, shown once. All
that holds for guests holds for it: it is seen in the room, can be removed, and its pass ends with the meeting.
"""

from chalicelib import clock, keyed, sessions, storage
from chalicelib.errors import BadInput, Conflict, Gone, NotFound, UnknownPerson
from chalicelib.register.events import Event

from . import admission, lobby, timetable
from .models import Occurrence, Participant, Pass

MOST = 10
"""Per occurrence."""
LONGEST_NAME = 60


def create(occurrence: Occurrence, host: Participant, name: str, policy_version: str) -> tuple[Participant, str]:
    """A new one with its token; ``host`` lets it in and answers for it.

    Raises `BadInput`, `Conflict` (too many), `Gone`.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput
    now = clock.now()
    if timetable.is_closed(occurrence, now):
        raise Gone
    if len([person for person in lobby.participants(occurrence) if person.is_encoder]) >= MOST:
        raise Conflict
    token = sessions.new_token()
    encoder = Participant(
        occurrence.partition,
        f"participant#{keyed.new_id()[:16]}",
        occurrence=occurrence.id,
        first_name="",
        name=name,
        role="guest",
        state="admitted",
        asked_at=now,
        seen_at=now,
        holder=sessions.token_hash(token),
        policy_version=policy_version,
        let_in_by=host.id,
    )
    storage.create(encoder, {Event.COLLECTED: now}, controller=occurrence.company)
    _give_pass(occurrence, encoder, now)
    return encoder, token


def let_in_by(occurrence: Occurrence, host: Participant) -> list[Participant]:
    """The encoders a host answers for."""
    return [one for one in lobby.participants(occurrence) if one.is_encoder and one.let_in_by == host.id]


def of_bearer(identifier: str, header: str) -> tuple[Occurrence, Participant]:
    """Whose an ``Authorization`` header is. Raises `UnknownPerson`, `NotFound`."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnknownPerson
    occurrence, participant = admission.identify(identifier, None, token.strip())
    if not participant.is_encoder:
        raise NotFound  # a guest's cookie is no bearer token
    return occurrence, participant


def _give_pass(occurrence: Occurrence, encoder: Participant, now: int) -> None:
    item = Pass(
        f"pass#{encoder.holder}",
        occurrence.partition,
        occurrence=occurrence.id,
        meeting=occurrence.meeting,
        participant=encoder.id,
    )
    storage.create(item, {Event.MEETING_END: max(int(occurrence.ends_at), now)}, controller=occurrence.company)
