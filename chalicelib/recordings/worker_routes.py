"""The workers' door for recordings."""

from chalicelib import clock, settings
from chalicelib.doors import Door, Json, Request
from chalicelib.errors import BadInput, NotAllowed
from chalicelib.signalling import messages, recording, tickets

from . import directing

routes = Door(__name__)


@routes.api("/workers/recordings", ["POST"], check=False)
def report(request: Request) -> Json:
    """What a worker records. What it lacks reaches it as a push, signed as all orders are."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        worker = tickets.check_report(token, request.body, settings.get("POOL_SECRET"), clock.wall_clock())
        said = recording.load_report(request.body)
    except tickets.TicketError as fault:
        raise NotAllowed from fault
    except messages.MessageError as fault:
        raise BadInput from fault
    if said.worker != worker:
        raise NotAllowed
    directing.heard(said)
    return Json({})
