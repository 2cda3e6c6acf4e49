"""Doors of the player: a viewing with its keys, and links to what is sealed (docs/recording.md, "Watching")."""

from chalicelib.doors import Answer, Door, Json, Request

from . import watching

routes = Door(__name__)


@routes.api("/api/recordings/{recording}/viewings", ["POST"])
def begin(request: Request, recording: str) -> Answer:
    """Somebody begins to watch: it is written down, then the keys are handed out."""
    found = watching.find(request.account, recording)
    return Json(watching.begin(request.account, found), status=201)


@routes.api("/api/recordings/{recording}/viewings/{viewing}/links", ["POST"])
def links(request: Request, recording: str, viewing: str) -> Answer:
    """Where the next segments are. Asked for again and again: so a share taken back ends what plays."""
    found = watching.find(request.account, recording)
    wanted = request.json.get("objects")
    return Json({"links": watching.links(request.account, found, viewing, wanted), "seconds": watching.LINKS_WORK})
