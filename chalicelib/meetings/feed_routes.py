"""Doors of the calendar to subscribe to."""

from chalicelib.doors import Answer, Door, Page, Redirect, Request, Text
from chalicelib.errors import BadInput
from chalicelib.errors import mark as _
from chalicelib.pages import translate

from . import feed

routes = Door(__name__)

TURNS = {"on": True, "renew": True, "off": False}
DONE = {
    "on": _("L’adresse de votre calendrier fonctionne."),
    "renew": _("L’adresse est renouvelée : l’ancienne ne donne plus rien."),
    "off": _("L’adresse de votre calendrier ne donne plus rien."),
}


@routes.page("/calendar")
def calendar_page(request: Request) -> Answer:
    """The address to subscribe to, and how to take it back."""
    done = DONE.get(request.query.get("done", ""), "")
    values = {"address": feed.url(request.account), "done": translate(request.language)(done) if done else ""}
    return Page("pages/calendar.html", values)


@routes.form("/calendar")
def turn(request: Request) -> Answer:
    """Switches it on or off, or renews it."""
    how = request.form.get("turn", "")
    if how not in TURNS:
        raise BadInput
    if how != "on" or not request.account.feed_since:
        feed.turn(request.account, TURNS[how])
    return Redirect(f"/calendar?done={how}")


@routes.page("/calendar/{name}")
def subscribed(request: Request, name: str) -> Answer:
    """The calendar itself, for programs."""
    return Text(feed.read(name, request.address).decode(), "text/calendar; charset=utf-8")
