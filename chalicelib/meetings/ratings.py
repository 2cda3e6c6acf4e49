"""How good sound and picture were, if somebody cares to say: one number, asked once, at the end."""

from chalicelib import clock, storage
from chalicelib.errors import BadInput
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from .models import Occurrence, Participant, Rating

SCORES = range(1, 6)


def give(occurrence: Occurrence, person: Participant, score: object) -> None:
    """Keeps a score from 1 to 5; given again, the last one counts. Raises `BadInput`."""
    if isinstance(score, bool) or not isinstance(score, int) or score not in SCORES:
        raise BadInput
    now = clock.now()
    rating = Rating(
        occurrence.partition,
        f"rating#{person.id}",
        occurrence=occurrence.id,
        participant=person.id,
        score=score,
        at=now,
    )
    try:
        storage.create(rating, {Event.COLLECTED: now})
    except AlreadyThere:
        storage.update(rating, Rating.score.set(score), always=True)


def of(occurrence: Occurrence, participant: str) -> Rating | None:
    """What a person said; `None`: nothing."""
    return storage.get(Rating, occurrence.partition, f"rating#{participant}")
