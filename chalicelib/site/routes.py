"""Pages for visitors, and what search engines ask for."""

from chalicelib import findable
from chalicelib.doors import Answer, Door, Page, Redirect, Request, Text

from . import references

routes = Door(__name__)


@routes.page("/")
def home(request: Request) -> Answer:
    """The landing page; who is signed in goes on to the meetings."""
    if request.visitor:
        return Redirect("/meetings")
    return Page("pages/home.html", {"customers": references.shown(request.language)})


@routes.page("/robots.txt")
def robots(request: Request) -> Answer:
    """For search engines: what they may read (RFC 9309)."""
    return Text(findable.robots(), "text/plain; charset=utf-8")


@routes.page("/sitemap.xml")
def sitemap(request: Request) -> Answer:
    """For search engines: what there is to list."""
    return Text(findable.sitemap(), "application/xml; charset=utf-8")
