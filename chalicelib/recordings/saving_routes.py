"""Doors of saving: the organiser's page, and the job that makes the file (docs/recording.md, "Saving")."""

from collections.abc import Mapping
from typing import Any

from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import BadInput, NotFound
from chalicelib.signalling import composing as contract

from . import composing, saving

routes = Door(__name__)


@routes.api("/api/recordings/{recording}/files", ["GET"])
def files(request: Request, recording: str) -> Answer:
    """For the organiser: what can be made, is being made, is there."""
    found, _ = saving.organised(recording, request.account)
    return Json(saving.overview(found))


@routes.api("/api/recordings/{recording}/files", ["POST"])
def make(request: Request, recording: str) -> Answer:
    """For the organiser: has a file made."""
    what, about = request.json.get("what"), request.json.get("about")
    if what not in ("meeting", "person", "voice") or not (about is None or isinstance(about, str)):
        raise BadInput
    if (what == "meeting") != (about is None):
        raise BadInput
    found, _ = saving.organised(recording, request.account)
    return Json({"file": saving.make(found, request.account, what, about).id}, status=201)


@routes.api("/api/recordings/{recording}/files/{file}/take", ["POST"])
def take(request: Request, recording: str, file: str) -> Answer:
    """For the organiser, who has read that this copy is theirs to answer for: the key, once more written down."""
    if request.json.get("controller") is not True:
        raise BadInput
    found, occurrence = saving.organised(recording, request.account)
    return Json(saving.take(occurrence, request.account, saving.find_ready(found, file)))


@routes.api("/api/recordings/{recording}/files/{file}/chunks", ["GET"])
def chunks(request: Request, recording: str, file: str) -> Answer:
    """For the organiser: where the next sealed chunks are."""
    first = request.query.get("from", "0")
    if not (first.isascii() and first.isdecimal() and len(first) < 7):
        raise BadInput
    found, _ = saving.organised(recording, request.account)
    return Json({"links": saving.links(saving.find_ready(found, file), int(first))})


@routes.api("/compose/{verb}", ["POST"], check=False)
def job(request: Request, verb: str) -> Answer:
    """For the job: it is known by its token, and sees one recording."""
    said = request.json
    name, token = said.get("file"), request.headers.get("authorization", "").removeprefix("Bearer ")
    if not isinstance(name, str) or len(name) > 100:
        raise BadInput
    match verb:
        case "claim":
            return Json(contract.dump(composing.claim(name, token)))
        case "links":
            return Json({"links": _links(name, token, said)})
        case "progress":
            composing.progress(name, token, _number(said, "done"))
        case "finish":
            composing.finish(name, token, _number(said, "chunks"), _number(said, "bytes"))
        case "fail":
            composing.fail(name, token, str(said.get("why")))
        case _:
            raise NotFound
    return Json()


def _links(name: str, token: str, said: Mapping[str, Any]) -> list[str]:
    names, numbers, track = said.get("names"), said.get("chunks"), said.get("track")
    if isinstance(numbers, list) and all(type(one) is int for one in numbers):
        return composing.writing_links(name, token, numbers)
    if isinstance(track, str) and isinstance(names, list) and all(isinstance(one, str) for one in names):
        return composing.reading_links(name, token, track, names)
    raise BadInput


def _number(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or value < 0:
        raise BadInput
    return value
