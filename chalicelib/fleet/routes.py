"""The workers' door."""

from chalicelib import clock, settings
from chalicelib.doors import Door, Json, Request
from chalicelib.errors import BadInput, NotAllowed
from chalicelib.signalling import messages, tickets

from . import actions

routes = Door(__name__)


@routes.api("/workers/report", ["POST"], check=False)
def report(request: Request) -> Json:
    """A worker's report; the answer carries commands."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        worker = tickets.check_report(token, request.body, settings.get("POOL_SECRET"), clock.wall_clock())
        said = messages.load_report(request.body)
    except tickets.TicketError as fault:
        raise NotAllowed from fault
    except messages.MessageError as fault:
        raise BadInput from fault
    if said.worker != worker:
        raise NotAllowed
    answer = messages.ReportAnswer(actions.report(said))
    return Json({"commands": [vars(command) for command in answer.commands]})
