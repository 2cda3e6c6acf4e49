"""The public page that says how the service fares."""

from typing import Any

from chalicelib import clock
from chalicelib.doors import Answer, Door, Page, Request
from chalicelib.pages import translate

from . import incidents, status
from .models import Incident

routes = Door(__name__)


@routes.page("/status")
def service_status(request: Request) -> Answer:
    """How the service fares now."""
    found, announced = status.parts(), incidents.public()
    values = {
        "parts": found,
        "worst": status.worst(found),
        "at": clock.now(),
        "going_on": [_told(request, one) for one in announced if not one.over_at],
        "over": [_told(request, one) for one in announced if one.over_at],
    }
    return Page("pages/status.html", values)


def _told(request: Request, incident: Incident) -> dict[str, Any]:
    return {
        "part": translate(request.language)(incidents.PARTS[incident.part]),
        "begun_at": int(incident.begun_at),
        "over_at": int(incident.over_at) if incident.over_at else None,
        "notes": [{"at": int(note["at"]), "words": note[request.language]} for note in reversed(incident.notes)],
    }
