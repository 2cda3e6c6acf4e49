"""A meeting in a frame of a customer's own page, which is of another site than the product."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.browser.captures import LOOKS
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

DELEGATED = "camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock"


class Site(HTTPServer):
    """A customer's page with one frame, under another host name than the product's."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.frame, self.allow = "", DELEGATED
        self.url = f"http://localhost:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        frame = f'<iframe src="{self.server.frame}" allow="{self.server.allow}" width="1200" height="760"></iframe>'
        self.wfile.write(f"<!doctype html><title>Client</title><h1>Espace client</h1>{frame}".encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as made:
        yield made


def allow(host: Person, house: House, sites: str) -> None:
    host.page.goto(f"{house.url}/company/programs")
    host.page.locator("[name=frames]").fill(sites)
    host.page.locator("form[action='/company/programs/frames'] button").click()
    host.page.get_by_role("status").filter(has_text="Les sites sont enregistrés").wait_for()


def in_frame(page: Any, house: House, site: Site) -> Person:
    """A guest whose page is the frame within the site's page."""
    page.goto(site.url)
    person = Person(page, house.guest_name(0), LOOKS[1])
    framed: Any = person
    framed.page = next(frame for frame in page.frames if frame != page.main_frame)
    return person


def test_a_guest_meets_the_host_in_a_frame_of_the_customers_page(arrive: Arrive, house: House, site: Site) -> None:
    host = arrive(0, house.host_name)
    allow(host, house, site.url)
    house.open_host(host)
    host.join_inside()
    visitor = arrive(1, house.guest_name(0))
    page = visitor.page
    site.frame = house.links[0]
    guest = in_frame(page, house, site)
    frame: Any = guest.page
    frame.locator("[name=first_name]").fill("Léa")
    frame.locator("[name=name]").fill("Martin")
    frame.locator("main form button[type=submit]").click()
    guest.until("the preview", frame.locator("#join").is_visible)
    guest.join()
    guest.until("the waiting room", guest.waits)
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    guest.sees(host)
    host.sees(guest)
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == "__Host-pass"]
    assert [(cookie["sameSite"], bool(cookie.get("partitionKey"))) for cookie in cookies] == [("None", True)]
    visitor.requests = [url for url in visitor.requests if not url.startswith(site.url)]


def test_a_site_the_company_does_not_name_shows_nothing(arrive: Arrive, house: House, site: Site) -> None:
    host = arrive(0, house.host_name)
    allow(host, house, "https://www.client.example")
    visitor = arrive(1, house.guest_name(0))
    site.frame = house.links[0]
    visitor.page.goto(site.url)
    frame = next(one for one in visitor.page.frames if one != visitor.page.main_frame)
    visitor.until("the browser's refusal", lambda: frame.url.startswith("chrome-error:"))
    assert frame.locator("[name=first_name]").count() == 0
    visitor.complaints = [line for line in visitor.complaints if "frame-ancestors" not in line]
    visitor.requests = [url for url in visitor.requests if not url.startswith(site.url)]
