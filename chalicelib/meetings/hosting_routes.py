"""Doors of hosts and co-hosts in a room (docs/protocol.md, section 5)."""

from collections.abc import Callable

from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import BadInput, NotFound

from . import admission, lobby, moderation, opening, readmission, scheduling
from .models import Occurrence, Participant
from .room_routes import slots_in

routes = Door(__name__)


@routes.api("/api/occurrences/{occurrence}/waiting", ["GET"])
def waiting(request: Request, occurrence: str) -> Answer:
    """Who waits, who was refused or put out, and who comes in without waiting."""
    found, _ = _hosting(request, occurrence)
    people = [
        {"participant": person.id, "name": person.shown_name, "since": int(person.asked_at)}
        for person in lobby.waiting(found)
    ]
    out = [{"participant": person.id, "name": person.shown_name} for person in readmission.out(found)]
    return Json({"waiting": people, "out": out, "door": opening.of(found)})


@routes.api("/api/occurrences/{occurrence}/waiting/admit", ["POST"])
def admit_all(request: Request, occurrence: str) -> Answer:
    """Lets in everybody who waits."""
    found, _ = _hosting(request, occurrence)
    lobby.admit_all(found)
    return Json()


@routes.api("/api/occurrences/{occurrence}/door", ["POST"])
def door(request: Request, occurrence: str) -> Answer:
    """Locks and unlocks; opens to those invited, to colleagues."""
    found, by = _hosting(request, occurrence)
    opening.change(found, by, request.json)
    return Json()


@routes.api("/api/occurrences/{occurrence}/hands/lower", ["POST"])
def lower_all(request: Request, occurrence: str) -> Answer:
    """Lowers every hand."""
    found, by = _hosting(request, occurrence)
    moderation.lower_all(found, by)
    return Json()


@routes.api("/api/occurrences/{occurrence}/participants/{participant}/{act}", ["POST"])
def act(request: Request, occurrence: str, participant: str, act: str) -> Answer:
    """What is done to one person: one of `ACTS`."""
    found, by = _hosting(request, occurrence)
    if act not in ACTS:
        raise NotFound
    ACTS[act](request, found, by, participant)
    return Json()


@routes.api("/api/occurrences/{occurrence}/end", ["POST"])
def end(request: Request, occurrence: str) -> Answer:
    """Over for everybody."""
    found, by = _hosting(request, occurrence)
    moderation.may_end(found, by)
    scheduling.end(found)
    return Json()


Act = Callable[[Request, Occurrence, Participant, str], None]


def _refuse(request: Request, occurrence: Occurrence, by: Participant, participant: str) -> None:
    word = request.json.get("word", "") if request.body else ""
    if not isinstance(word, str):
        raise BadInput
    lobby.refuse(occurrence, participant, word)


def _remove(request: Request, occurrence: Occurrence, by: Participant, participant: str) -> None:
    moderation.may_remove(occurrence, by, participant)
    lobby.remove(occurrence, participant)


def _resume(request: Request, occurrence: Occurrence, by: Participant, participant: str) -> None:
    moderation.resume(occurrence, lobby.find(occurrence, participant), slots_in(request), by)


def _stop(what: str) -> Act:
    return lambda request, occurrence, by, participant: moderation.stop(occurrence, by, participant, what)


def _ask(what: str) -> Act:
    return lambda request, occurrence, by, participant: moderation.ask(occurrence, by, participant, what)


ACTS: dict[str, Act] = {
    "admit": lambda request, occurrence, by, participant: lobby.admit(occurrence, participant),
    "refuse": _refuse,
    "remove": _remove,
    "readmit": lambda request, occurrence, by, participant: readmission.readmit(occurrence, participant),
    "resume": _resume,
    "lower": lambda request, occurrence, by, participant: moderation.lower(occurrence, by, participant),
    "cohost": lambda request, occurrence, by, participant: moderation.name_cohost(occurrence, by, participant, True),
    "guest": lambda request, occurrence, by, participant: moderation.name_cohost(occurrence, by, participant, False),
    "host": lambda request, occurrence, by, participant: moderation.hand_over(occurrence, by, participant),
    **{what: _stop(what) for what in moderation.STOPS},
    **{what: _ask(what) for what in moderation.ASKS},
}
"""Name in the protocol → what it does."""


def _hosting(request: Request, occurrence: str) -> tuple[Occurrence, Participant]:
    return admission.hosting(occurrence, request.visitor, request.pass_token)
