"""What a person may know of a meeting they were in: how long it was, who was there, what is kept and until when."""

from collections.abc import Callable
from typing import Any

from chalicelib import clock, storage
from chalicelib.errors import mark as _
from chalicelib.register.events import Event

from . import attendance, chat, files, lobby, ratings, saves
from .models import Occurrence, Participant


def of(occurrence: Occurrence, person: Participant, translate: Callable[[str], str]) -> dict[str, Any]:
    """For the end page. Raises `NotAdmitted` for whom was refused or removed."""
    if person.state != "admitted":
        raise lobby.barred(person)
    present = attendance.of_all(occurrence)
    own = next((one for one in present if one.participant == person.id), None)
    begun = min((one.intervals[0][0] for one in present), default=0)
    until = max((one.intervals[-1][1] for one in present), default=0)
    rated = ratings.of(occurrence, person.id)
    return {
        "seconds": until - begun,
        "own_seconds": own.seconds if own else 0,
        "people": [one.name for one in present] if own else [],
        "kept": [{"what": translate(what), "until": at} for what, at in _kept(occurrence, person, bool(own))],
        "saves": [
            {"what": translate(files.label(str(save.what))), "by": save.name, "at": int(save.at)}
            for save in saves.of(occurrence)
        ],
        "score": int(rated.score) if rated else 0,
    }


def _kept(occurrence: Occurrence, person: Participant, was_in: bool) -> list[tuple[str, int]]:
    """What is kept of the meeting, and when it is deleted at the latest (seconds since 1970; 0: it is not kept)."""
    now = clock.now()
    kept = [(_("Le nom que vous avez donné"), int(person.delete_by or 0))]
    if was_in:
        kept.append(
            (
                _("Vos heures d’arrivée et de départ, et la qualité de votre liaison"),
                storage.due("interval", {Event.COLLECTED: now}, occurrence.company) or 0,
            )
        )
    written = chat.written_by(occurrence, person)
    gone = occurrence.keep == "end" and occurrence.ended_at is not None
    if occurrence.keep == "none" or gone:
        kept.append((_("Les messages écrits"), 0))
    elif written:
        kept.append((_("Vos messages écrits"), max(int(line.delete_by or 0) for line in written)))
    return kept
