"""What a push missed: who may not be in a room, and is still there by the workers' reports, is put out again; where
people lately moderated stand is told again."""

from chalicelib import clock, log
from chalicelib.errors import NotFound
from chalicelib.fleet import actions as fleet
from chalicelib.signalling.messages import Push

from . import lobby, moderation, scheduling

OUT = frozenset({"removed", "refused"})
"""States of who is to leave. Who waits and is inside holds the place that another browser took over."""


LATELY = 180
"""Seconds after a change of somebody's standing in which it is told again: the schedule comes by every minute."""


def put_right() -> int:
    """Looks at every live room; the schedule's act. Returns how many people were put out."""
    count = 0
    for room in fleet.live_rooms():
        try:
            count += _put_right(room.occurrence)
        except NotFound:
            continue  # forgotten; its room is about to be ended
        except Exception as fault:  # one room in trouble must not keep the others
            log.fault("repair", fault, occurrence=room.occurrence)
    return count


def _put_right(identifier: str) -> int:
    present = fleet.present(identifier)
    if not present:
        return 0
    occurrence = scheduling.occurrence_of(identifier)
    people = [person for person in lobby.participants(occurrence) if person.id in present]
    misplaced = [person for person in people if person.state != "admitted"]
    for person in misplaced:
        log.warning("still_inside", state=person.state)
        told = Push(type="replace", epoch=0, participant=person.id)
        fleet.tell(identifier, lobby.removal(person) if person.state in OUT else told)
    since = clock.now() - LATELY
    for person in people:
        if person.state == "admitted" and (person.changed_at or 0) >= since:
            moderation.tell_again(occurrence, person)
    return len(misplaced)
