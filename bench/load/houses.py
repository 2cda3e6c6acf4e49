"""Companies that sign up, plan meetings and let their guests in, by pages and mails as anybody would."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bench.load.browser import TIMEOUT, WebBrowser
from tests.functional.browser import Seen

PASSWORD = "une phrase que personne ne devine 42"  # noqa: S105 (of companies made up here)
ZONE = "Europe/Paris"
PATIENCE = 30.0


class Site(Protocol):
    """Where the product is, and where its mail lands: a local cloud, or what stands for it."""

    @property
    def url(self) -> str:
        """Without a slash at the end."""

    def mail(self, to: str = "") -> list[dict[str, Any]]:
        """The messages to an address, newest first; ``text`` is their text."""


class Unexpected(Exception):
    """The product did not answer as it should; the text says what was asked and what came."""


@dataclass
class Person:
    """Somebody with a browser, in front of a room. ``api``: path of the occurrence's interface; ``link``: of a guest's
    invitation."""

    name: str
    browser: WebBrowser
    api: str = ""
    link: str = ""

    def call(self, method: str, path: str, data: object = None, content_type: str = "application/json") -> Seen:
        """A request of the room's page."""
        return self.browser.call(method, self.api + path, data, content_type)


@dataclass
class Meeting:
    """``host`` and ``guests`` are let in and have the room's page open."""

    occurrence: str
    host: Person
    guests: list[Person] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """Everybody."""
        return [self.host, *self.guests]


class House:
    """A company of one person with an account. ``timeout``: seconds of one request."""

    def __init__(self, cloud: Site, number: int, timeout: float = TIMEOUT) -> None:
        self._cloud = cloud
        self._timeout = timeout
        self.number = number
        self.email = f"anne{number}@maison{number}.example"
        self.browser = WebBrowser(cloud.url, timeout=timeout)

    def sign_up(self) -> None:
        """Registers, confirms the address, signs in. Raises `Unexpected`."""
        self.browser.open("/signup")
        given: dict[str, Any] = {
            "first_name": "Anne",
            "name": f"Dupont {self.number}",
            "company": f"Maison {self.number}",
            "email": self.email,
            "password": PASSWORD,
        }
        self.browser.send("/signup", **given, terms=True, dpa=True)
        confirm = _link(self._cloud, self.email, r"/verify/[\w.~-]+")
        self.browser.open(confirm)
        seen = self.browser.send(confirm)
        if "/signin" in seen.path:
            seen = self.browser.send("/signin", email=self.email, password=PASSWORD)
        _expect(seen.status == 200, "sign up", seen)

    def meet(self, guests: int) -> Meeting:
        """Plans a meeting that begins in five minutes with so many guests; all are let in. Raises `Unexpected`."""
        start = datetime.now(ZoneInfo(ZONE)) + timedelta(minutes=5)
        stamp = f"{self.number}-{time.monotonic_ns()}"
        addresses = [f"guest{at}-{stamp}@client.example" for at in range(guests)]
        self.browser.open("/meetings/new")
        typed: dict[str, Any] = {"date": start.strftime("%Y-%m-%d"), "time": start.strftime("%H:%M"), "timezone": ZONE}
        seen = self.browser.send("/meetings/new", title="Point projet", invitees="\n".join(addresses), **typed)
        found = re.search(r"/m/([\w-]+)", seen.html)
        _expect(found is not None, "plan a meeting", seen)
        assert found is not None
        occurrence = found[1]
        api = f"/api/occurrences/{occurrence}"
        self.browser.open(f"/m/{occurrence}")
        meeting = Meeting(occurrence, Person(f"host {self.number}", self.browser, api))
        meeting.guests = [self._guest(address, at, api) for at, address in enumerate(addresses)]
        for guest in meeting.guests:
            self._admit(meeting, guest)
        return meeting

    def _guest(self, address: str, number: int, api: str) -> Person:
        link = _link(self._cloud, address, r"/i/[\w.~-]+")
        browser = WebBrowser(self._cloud.url, timeout=self._timeout)
        browser.open(link)
        seen = browser.send(link, first_name="Léa", name=f"Martin {number}")
        _expect(seen.status == 200, "enter by the link", seen)
        return Person(f"guest {self.number}.{number}", browser, api, link)

    def _admit(self, meeting: Meeting, guest: Person) -> None:
        me = guest.call("GET", "/me")
        _expect(me.status == 200, "ask where one stands", me)
        done = meeting.host.call("POST", f"/participants/{me.json['participant']}/admit")
        _expect(done.status == 204, "admit", done)


def _expect(right: bool, what: str, seen: Seen) -> None:
    if not right:
        raise Unexpected(f"{what}: {seen.status} {seen.path} {seen.body[:300]!r}")


def _link(cloud: Site, address: str, path: str) -> str:
    """The link of that path in the newest mail to somebody; waits for it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for mail in cloud.mail(to=address):
            if found := re.search(path, mail["text"]):
                return found[0]
        time.sleep(0.05)
    raise Unexpected(f"no mail to {address} with {path}")
