"""Doors for encoders and players: WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep). How a host lets one in:
`chalicelib.recordings.encoder_routes`."""

from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.fleet import actions as fleet
from chalicelib.signalling.messages import Push

from . import encoders
from .room_routes import enter

routes = Door(__name__)


@routes.api("/whip/{occurrence}", ["POST"], content_type="application/sdp", check=False)
def publish(request: Request, occurrence: str) -> Answer:
    """An encoder's offer in, the worker's answer out."""
    return _join(request, occurrence, "whip")


@routes.api("/whep/{occurrence}", ["POST"], content_type="application/sdp", check=False)
def watch(request: Request, occurrence: str) -> Answer:
    """A player's offer in, the worker's answer out."""
    return _join(request, occurrence, "whep")


@routes.api("/whip/{occurrence}/{connection}", ["DELETE"], check=False)
def stop_publishing(request: Request, occurrence: str, connection: str) -> Answer:
    """The encoder stops."""
    return _leave(request, occurrence, connection)


@routes.api("/whep/{occurrence}/{connection}", ["DELETE"], check=False)
def stop_watching(request: Request, occurrence: str, connection: str) -> Answer:
    """The player stops."""
    return _leave(request, occurrence, connection)


def _join(request: Request, occurrence: str, kind: str) -> Answer:
    """No trickling (RFC 9725, section 4.3): the worker needs no candidates of the other side, so PATCH is refused."""
    found, encoder = encoders.of_bearer(occurrence, request.headers.get("authorization", ""))
    return enter(request, found, encoder, f"/{kind}/{found.id}/")


def _leave(request: Request, occurrence: str, connection: str) -> Answer:
    found, encoder = encoders.of_bearer(occurrence, request.headers.get("authorization", ""))
    fleet.tell(found.id, Push(type="leave", epoch=0, participant=encoder.id, connection=connection))
    return Json()
