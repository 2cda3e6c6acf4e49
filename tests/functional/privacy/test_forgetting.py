"""A meeting, from its planning to its last trace, through the pages; the clock is moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib import clock
from chalicelib.privacy.census import census
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import CONTRACTS, EPHEMERAL, KEYS, PEOPLE, USAGE
from chalicelib.storage import expiry
from chalicelib.storage.items import table_name
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import Customer, is_signed_in, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

PARIS = ZoneInfo("Europe/Paris")
GUEST = "bruno@client.example"
FORGOTTEN = (404, 410)


@dataclass
class Held:
    """A meeting that took place. ``link``: the guest's; ``room``: the occurrence; ``ends_at``: planned, seconds."""

    host: Customer
    guest: Browser
    meeting: str
    room: str
    link: str
    ends_at: int

    def pages(self) -> list[str]:
        """Every page that shows something of it."""
        own = f"/meetings/{self.meeting}"
        return [
            own,
            f"{own}/edit",
            f"{own}/cancel",
            f"/m/{self.room}",
            self.link,
            self.link.replace("/i/", "/my-data/"),
        ]

    def calls(self) -> list[tuple[str, str]]:
        """Every call of its API that reads or changes something."""
        base = f"/api/occurrences/{self.room}"
        return [
            ("GET", f"{base}/me"),
            ("GET", f"{base}/chat"),
            ("POST", f"{base}/chat"),
            ("GET", f"{base}/waiting"),
            ("POST", f"{base}/participants/x/admit"),
            ("POST", f"{base}/end"),
        ]


@pytest.fixture
def held(mailbox: Mailbox) -> Held:
    """A meeting of one hour that starts in half an hour; its guest has entered, its host has written."""
    host = sign_up(mailbox)
    start = datetime.fromtimestamp(clock.now(), PARIS).replace(second=0) + timedelta(minutes=30)
    host.browser.open("/meetings/new")
    page = host.browser.send(
        "/meetings/new",
        title="Point mensuel",
        date=f"{start:%Y-%m-%d}",
        time=f"{start:%H:%M}",
        length="60",
        timezone="Europe/Paris",
        invitees=f"Bruno Martin <{GUEST}>",
    )
    assert page.path.startswith("/meetings/"), page.text
    meeting = page.path.partition("?")[0].rpartition("/")[2]
    link = mailbox.last(GUEST).link("/i/")
    guest = Browser(address="192.0.2.7")
    guest.open(link)
    room = guest.send(link, first_name="Bruno", name="Martin").path
    assert room.startswith("/m/"), room
    host.browser.open(room)
    host.browser.call("GET", f"/api/occurrences/{room[3:]}/me")
    written = host.browser.call("POST", f"/api/occurrences/{room[3:]}/chat", {"id": "1", "body": "bonjour"})
    assert written.status < 300, written.body
    return Held(host, guest, meeting, room[3:], link, int((start + timedelta(hours=1)).timestamp()))


def traces(held: Held) -> list[str]:
    """What the engine still holds that names the meeting, its guest or what was said, in any table."""
    words = (held.meeting, GUEST, "Bruno", "Point mensuel")
    return [
        f"{store.key}: {item['pk']} {item['sk']}"
        for store in (EPHEMERAL, USAGE, KEYS, PEOPLE, CONTRACTS)
        for item in expiry.scan(store)
        if any(word in repr(item) for word in words)
    ]


def test_28_days_and_a_second_after_it_nothing_of_a_meeting_is_shown_though_it_is_there(
    held: Held, clock_file: MovedClock
) -> None:
    for path in held.pages():
        assert held.host.browser.open(path).status == 200, path
    for browser in (held.host.browser, held.guest):
        assert browser.call("GET", held.calls()[0][1]).status == 200
    clock_file.move(seconds=held.ends_at + 28 * 86_400 + 1 - clock.now())
    assert traces(held), "the sweep was off: the rows are to be there"
    assert sign_in(held.host.browser, held.host.email).status == 303
    for path in held.pages():
        assert held.host.browser.open(path).status in FORGOTTEN, path
    held.guest.open("/")
    held.host.browser.open("/account")
    for browser in (held.host.browser, held.guest):
        for method, path in held.calls():
            body = {"id": "2", "body": "encore"} if method == "POST" else None
            assert browser.call(method, path, body).status in (*FORGOTTEN, 401), path
    assert held.host.browser.call("GET", held.calls()[0][1]).status in FORGOTTEN


def test_after_the_sweep_nothing_of_it_is_left_and_the_account_is_still_there(
    held: Held, clock_file: MovedClock
) -> None:
    assert traces(held)
    clock_file.move(seconds=held.ends_at + 28 * 86_400 + 1 - clock.now())
    assert sweep().finished
    assert traces(held) == []
    of_meetings = [item for item in expiry.scan(KEYS) if not item["pk"].startswith("key#seclog#")]
    assert list(expiry.scan(USAGE)) == [] == of_meetings
    assert [count.late for count in census().values()] == [0] * len(census())
    sign_in(held.host.browser, held.host.email)
    assert is_signed_in(held.host.browser)


def test_before_that_it_is_there(held: Held, clock_file: MovedClock) -> None:
    clock_file.move(seconds=held.ends_at + 28 * 86_400 - 60 - clock.now())
    sweep()
    sign_in(held.host.browser, held.host.email)
    assert held.host.browser.open(f"/meetings/{held.meeting}").status == 200
    kinds = {item["kind"] for item in expiry.scan(USAGE)}
    assert {"meeting", "occurrence", "invitation"} <= kinds
    assert census()[table_name(USAGE)].late == 0
