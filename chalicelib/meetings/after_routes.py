"""Doors of what comes after a meeting: the end page's figures, the one question, the organiser's files."""

from chalicelib import pages
from chalicelib.doors import Answer, Door, Json, Request, Text
from chalicelib.errors import NotAllowed

from . import admission, attendance, files, ratings, scheduling, summary

routes = Door(__name__)


@routes.api("/api/occurrences/{occurrence}/summary", ["GET"])
def after(request: Request, occurrence: str) -> Answer:
    """What the caller may know once out."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    return Json(summary.of(found, person, pages.translate(request.language)))


@routes.api("/api/occurrences/{occurrence}/rating", ["POST"])
def rate(request: Request, occurrence: str) -> Answer:
    """How good sound and picture were."""
    found, person = admission.identify(occurrence, request.visitor, request.pass_token)
    presence = attendance.of_one(found, [person])
    if presence is None or not presence.intervals:
        raise NotAllowed
    ratings.give(found, person, request.json.get("score"))
    return Json()


@routes.form("/meetings/{meeting}/files/{name}")
def take(request: Request, meeting: str, name: str) -> Answer:
    """For the organiser: a file of the meeting. That it was taken is written down first."""
    occurrence = scheduling.find(request.account, meeting).occurrence
    file = files.take(occurrence, request.account, name, pages.translate(request.language))
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Text(file.content, file.content_type, headers=saved)
