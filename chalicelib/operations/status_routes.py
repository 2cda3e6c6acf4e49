"""The public page that says how the service fares."""

from chalicelib import clock
from chalicelib.doors import Answer, Door, Page, Request

from . import status

routes = Door(__name__)


@routes.page("/status")
def service_status(request: Request) -> Answer:
    """How the service fares now."""
    found = status.parts()
    return Page("pages/status.html", {"parts": found, "worst": status.worst(found), "at": clock.now()})
