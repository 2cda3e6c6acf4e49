"""Doors of the notes a meeting writes together (docs/protocol.md, section 5)."""

import base64

from chalicelib import clock
from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import BadInput

from . import admission, chat, minutes, notes

routes = Door(__name__)


@routes.api("/api/occurrences/{occurrence}/notes", ["GET"])
def read(request: Request, occurrence: str) -> Answer:
    """The notes as one update of Yjs, and how long they are kept."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    admission.may_join(found, person)
    update = base64.b64encode(notes.state(found)).decode()
    return Json({"update": update, "kept": found.keep, "until": chat.kept_until(found, clock.now()) or 0})


@routes.api("/api/occurrences/{occurrence}/notes", ["POST"])
def write(request: Request, occurrence: str) -> Answer:
    """What a page typed."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    admission.may_join(found, person)
    client, number, update = (request.json.get(name) for name in ("client", "number", "update"))
    if not isinstance(client, int) or not isinstance(number, int) or not isinstance(update, str):
        raise BadInput
    notes.save(found, person, client, number, update)
    return Json()


@routes.api("/api/occurrences/{occurrence}/notes/minutes", ["POST"])
def send(request: Request, occurrence: str) -> Answer:
    """For the host: the notes go out as minutes."""
    found = admission.host_of(occurrence, request.account)
    to = request.json.get("to")
    if to not in ("me", "all"):
        raise BadInput
    minutes.send(found, request.account, everybody=to == "all")
    return Json()
