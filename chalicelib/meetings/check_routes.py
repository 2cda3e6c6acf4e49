"""The page on which somebody tries microphone, loudspeaker, camera and network before a meeting, and what it asks.

No account and no invitation is needed, and nothing is kept: what may be asked is small, and counted per origin.
"""

from chalicelib import throttle
from chalicelib.doors import Answer, Door, Json, Page, Request, Text
from chalicelib.errors import BadInput
from chalicelib.fleet import checks, relays

routes = Door(__name__)

LARGEST_OFFER = 10_000
"""Characters: one section for data channels."""
PER_ORIGIN = (120, 600)
"""Tries and seconds. A whole company may stand behind one address, and all of it check before one meeting."""


@routes.page("/check")
def check_page(request: Request) -> Answer:
    """The page. Everything in it happens in the browser."""
    return Page("pages/check.html", {})


@routes.api("/api/check/relays", ["POST"])
def check_relays(request: Request) -> Answer:
    """Relays, for the two minutes a check may take."""
    throttle.hit("check/relays", request.address, *PER_ORIGIN)
    return Json({"relays": relays.of_check()})


@routes.api("/api/check", ["POST"], content_type="application/sdp")
def check(request: Request) -> Answer:
    """An offer of data channels in, a worker's answer out."""
    throttle.hit("check", request.address, *PER_ORIGIN)
    try:
        offer = request.body.decode()
    except UnicodeDecodeError as fault:
        raise BadInput from fault
    if not 0 < len(offer) <= LARGEST_OFFER:
        raise BadInput
    return Text(checks.check(offer), "application/sdp", status=201)


@routes.page("/help/browsers")
def browsers(request: Request) -> Answer:
    """Which browsers suit, and how far each was tried."""
    return Page("pages/browsers.html", {})
