"""The document of the interface, and the page that shows it to who writes a program."""

from typing import Any

from chalicelib.accounts.scopes import WORDS
from chalicelib.doors import Answer, Door, Json, Page, Request
from chalicelib.pages import translate
from chalicelib.webhooks.rules import WORDS as EVENTS

from . import after_routes, document, invitee_routes, meeting_routes, planning_routes
from .door import PER_MINUTE, PREFIX, ProgramDoor
from .operations import Operation

routes = Door(__name__)

PARTS: tuple[ProgramDoor, ...] = (
    meeting_routes.routes,
    planning_routes.routes,
    invitee_routes.routes,
    after_routes.routes,
)
"""The parts of the interface, in the order of the document."""


def operations() -> list[Operation]:
    """All operations."""
    return [one for part in PARTS for one in part.operations]


@routes.api(f"{PREFIX}/openapi.json", ["GET"])
def openapi(request: Request) -> Answer:
    """The document, for programs; its sentences in the language of Accept-Language."""
    return Json(document.make(operations(), request.language))


@routes.page("/developers")
def developers(request: Request) -> Answer:
    """The same for people, without a script."""
    made = document.make(operations(), request.language)
    said = translate(request.language)
    values: dict[str, Any] = {
        "paths": made["paths"],
        "schemas": made["components"]["schemas"],
        "server": made["servers"][0]["url"],
        "about": made["info"]["description"],
        "scopes": [(scope.value, said(words)) for scope, words in WORDS.items()],
        "events": [(event.value, said(words)) for event, words in EVENTS.items()],
        "per_minute": PER_MINUTE,
    }
    return Page("pages/developers.html", values)
