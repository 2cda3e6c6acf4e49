"""Pages for visitors, and what search engines ask for."""

from chalicelib import findable, log
from chalicelib.doors import Answer, Door, Page, Redirect, Request, Text
from chalicelib.pages import Language

from . import references
from .facts import facts
from .references import Named

routes = Door(__name__)


@routes.page("/")
def home(request: Request) -> Answer:
    """The landing page; who is signed in goes on to the meetings."""
    if request.visitor:
        return Redirect("/meetings")
    return Page("pages/home.html", {"customers": _customers(request.language)})


@routes.page("/features")
def features(request: Request) -> Answer:
    """What the product does, and what it does not."""
    return Page("pages/features.html", {"facts": facts()})


@routes.page("/security")
def security(request: Request) -> Answer:
    """What is encrypted where, and how to report a weakness."""
    return Page("pages/security.html")


@routes.page("/help")
def help_index(request: Request) -> Answer:
    """The way to help."""
    return Page("pages/help.html")


@routes.page("/help/guests")
def help_for_guests(request: Request) -> Answer:
    """For who was invited."""
    return Page("pages/help_article.html", {"part": "guests", "facts": facts()})


@routes.page("/help/hosts")
def help_for_hosts(request: Request) -> Answer:
    """For who holds meetings."""
    return Page("pages/help_article.html", {"part": "hosts", "facts": facts()})


@routes.page("/help/administrators")
def help_for_administrators(request: Request) -> Answer:
    """For who looks after a company."""
    return Page("pages/help_article.html", {"part": "administrators", "facts": facts()})


@routes.page("/robots.txt")
def robots(request: Request) -> Answer:
    """For search engines: what they may read (RFC 9309)."""
    return Text(findable.robots(), "text/plain; charset=utf-8")


@routes.page("/sitemap.xml")
def sitemap(request: Request) -> Answer:
    """For search engines: what there is to list."""
    return Text(findable.sitemap(), "application/xml; charset=utf-8")


def _customers(language: Language) -> list[Named]:
    """Who lets us name them; nobody while the store is away: the page itself needs no store."""
    try:
        return references.shown(language)
    except Exception as fault:  # told to the operator; the visitor reads the rest
        log.fault("references", fault)
        return []
