"""What the main routes of the functions take, one at a time and four at once."""

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

from bench.load.browser import WebBrowser
from bench.load.houses import House, Meeting, Unexpected
from bench.load.visitor import AUDIO
from bench.media import process
from bench.media.peer import CERTIFICATE
from dev.cloud import Cloud
from media_workers.dtls import fingerprint
from tests.media.offers import OfferText

AT_ONCE = 4
"""Browsers."""
ALONE, TOGETHER = 20, 40
"""Requests of each route, one after the other and from all browsers at once: what the plan of a new company permits."""

Ask = Callable[[], int]
"""One request; its status."""


@dataclass(frozen=True)
class RouteRow:
    """``p50_ms``, ``p95_ms``: one request at a time. ``per_second``: with `AT_ONCE` browsers. ``cpu_ms``: of the
    functions' process per request, over both."""

    route: str
    requests: int
    p50_ms: float
    p95_ms: float
    per_second: float
    cpu_ms: float


def measure(cloud: Cloud, houses: list[House]) -> Iterator[RouteRow]:
    """Each route in turn. ``houses``: signed up, one per browser. Raises `Unexpected` when one is refused."""
    strangers = [WebBrowser(cloud.url) for _ in range(AT_ONCE)]
    yield _row(cloud, "home", 200, [_opening(one, "/") for one in strangers])
    yield _row(cloud, "sign-in page", 200, [_opening(one, "/signin") for one in strangers])
    yield _row(cloud, "plan a meeting", 303, [_planning(house) for house in houses])
    meetings = [house.meet(1) for house in houses]
    yield _row(cloud, "enter by link", 303, [_entering(meeting) for meeting in meetings])
    yield _row(cloud, "me", 200, [_asking(meeting) for meeting in meetings])
    yield _row(cloud, "join", 201, [_joining(meeting) for meeting in meetings])
    yield _row(cloud, "chat", 201, [_chatting(meeting) for meeting in meetings])


def _row(cloud: Cloud, route: str, status: int, asks: list[Ask]) -> RouteRow:
    for ask in asks:
        _timed(ask, route, status)  # cold
    spent = process.cpu_seconds(cloud.pids["functions"])
    alone = sorted(_timed(asks[number % len(asks)], route, status) for number in range(ALONE))
    began = time.perf_counter()
    with ThreadPoolExecutor(len(asks)) as pool:
        each = TOGETHER // len(asks)
        list(pool.map(lambda ask: [_timed(ask, route, status) for _ in range(each)], asks))
    took = time.perf_counter() - began
    requests = ALONE + each * len(asks)
    return RouteRow(
        route,
        requests,
        p50_ms=round(1000 * statistics.median(alone), 1),
        p95_ms=round(1000 * alone[round(0.95 * (len(alone) - 1))], 1),
        per_second=round(each * len(asks) / took, 1),
        cpu_ms=round(1000 * (process.cpu_seconds(cloud.pids["functions"]) - spent) / requests, 1),
    )


def _timed(ask: Ask, route: str, status: int) -> float:
    began = time.perf_counter()
    answered = ask()
    took = time.perf_counter() - began
    if answered != status:
        raise Unexpected(f"{route}: {answered} instead of {status}")
    return took


def _opening(browser: WebBrowser, path: str) -> Ask:
    return lambda: browser.open(path).status


def _asking(meeting: Meeting) -> Ask:
    return lambda: meeting.host.call("GET", "/me").status


def _planning(house: House) -> Ask:
    house.browser.open("/meetings/new")
    fields = dict(house.browser.page.form("/meetings/new").fields)
    numbers = count()

    def ask() -> int:
        number = next(numbers)
        typed = {"title": f"Point {number}", "invitees": f"invited{number}.{house.number}@client.example"}
        return house.browser.post("/meetings/new", fields | typed, follow=False).status

    return ask


def _entering(meeting: Meeting) -> Ask:
    """The same guest comes in again and again, by the link, from the same browser."""
    guest = meeting.guests[0]
    guest.browser.open(guest.link)
    fields = {**guest.browser.page.form(guest.link).fields, "first_name": "Léa", "name": "Martin"}
    return lambda: guest.browser.post(guest.link, fields, follow=False).status


def _joining(meeting: Meeting) -> Ask:
    """Offers of which nothing follows: the worker forgets them."""

    def ask() -> int:
        offer = OfferText(
            fragment=secrets.token_hex(4),
            password=secrets.token_hex(12),
            fingerprint=fingerprint(CERTIFICATE),
            ssrcs={"microphone": AUDIO},
        )
        return meeting.host.call("POST", "/join", str(offer), "application/sdp").status

    return ask


def _chatting(meeting: Meeting) -> Ask:
    return lambda: meeting.host.call("POST", "/chat", {"id": secrets.token_hex(8), "body": "Bonjour"}).status
