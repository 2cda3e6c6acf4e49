"""Doors of the room for its recording: asked by the host, answered by everybody (docs/recording.md, "Consent")."""

from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import BadInput, NotFound
from chalicelib.meetings import admission, lobby
from chalicelib.meetings.models import Occurrence, Participant

from . import actions

routes = Door(__name__)


@routes.api("/api/occurrences/{occurrence}/recording", ["POST"])
def ask(request: Request, occurrence: str) -> Answer:
    """For hosts: asks everybody."""
    found, _ = admission.hosting(occurrence, request.visitor, request.pass_token)
    return Json({"recording": actions.ask(found).id}, status=201)


@routes.api("/api/occurrences/{occurrence}/recording", ["GET"])
def question(request: Request, occurrence: str) -> Answer:
    """What is asked, and the caller's own answer."""
    found, person = _caller(request, occurrence)
    shown = actions.shown(found, person, request.language)
    if shown is None:
        raise NotFound
    return Json(shown)


@routes.api("/api/occurrences/{occurrence}/recording/answer", ["POST"])
def answer(request: Request, occurrence: str) -> Answer:
    """The caller agrees, refuses, or withdraws."""
    found, person = _caller(request, occurrence)
    recording, agreed, text = (request.json.get(name) for name in ("recording", "agreed", "text"))
    if not isinstance(recording, str) or not isinstance(agreed, bool) or not isinstance(text, str):
        raise BadInput
    actions.answer(found, person, recording, agreed, text)
    return Json()


@routes.api("/api/occurrences/{occurrence}/recording/stop", ["POST"])
def stop(request: Request, occurrence: str) -> Answer:
    """For hosts: nothing more is recorded."""
    found, _ = admission.hosting(occurrence, request.visitor, request.pass_token)
    actions.stop(found)
    return Json()


@routes.api("/api/occurrences/{occurrence}/recordings/{recording}/erase", ["POST"])
def erase(request: Request, occurrence: str, recording: str) -> Answer:
    """For the organiser: nothing of it is kept any more."""
    actions.erase(admission.host_of(occurrence, request.account), recording)
    return Json()


def _caller(request: Request, occurrence: str) -> tuple[Occurrence, Participant]:
    """Somebody inside, or at the door. Raises `NotAdmitted` for whom was refused or removed."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    if person.state in ("refused", "removed"):
        raise lobby.barred(person)
    return found, person
