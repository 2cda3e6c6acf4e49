"""The door by which a host lets an encoder in. It is here, above meetings, as what the encoder sends is recorded on the
host's word: who has agreed already has agreed for it as well (docs/decisions/0140)."""

from chalicelib import settings
from chalicelib.accounts.documents import VERSIONS
from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import BadInput
from chalicelib.meetings import admission, encoders

from . import actions

routes = Door(__name__)


@routes.api("/api/occurrences/{occurrence}/encoders", ["POST"])
def let_in(request: Request, occurrence: str) -> Answer:
    """For the host: a participant for an encoder or a player, and its bearer token, shown this once."""
    found, host = admission.hosting(occurrence, request.visitor, request.pass_token)
    name = request.json.get("name")
    if not isinstance(name, str):
        raise BadInput
    encoder, token = encoders.create(found, host, name, VERSIONS["policy"])
    actions.answer_for(found, host, encoder)
    base = settings.get("BASE_URL")
    urls = {"whip": f"{base}/whip/{found.id}", "whep": f"{base}/whep/{found.id}"}
    return Json({"participant": encoder.id, "token": token, **urls}, status=201)
