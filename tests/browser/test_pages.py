"""Every page one can get to by links: it asks nobody but the product, breaks no rule of its own, axe finds no fault."""

from urllib.parse import urldefrag, urlsplit

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.test_accessibility import faults

MOST = 60


def walk(person: Person, start: list[str]) -> list[str]:
    """Opens the pages and all they link to on their own host. Returns the paths seen."""
    own = urlsplit(start[0]).netloc
    waiting, seen = list(start), list[str]()
    while waiting and len(seen) < MOST:
        answer = person.page.goto(waiting.pop(0))
        path = urlsplit(person.page.url).path
        if path in seen or (answer and "html" not in answer.headers.get("content-type", "")):
            continue  # what is no page, a program's document for instance, has nothing to be read by
        seen.append(path)
        assert faults(person) == [], path
        for link in person.page.locator("a[href]").evaluate_all("all => all.map(one => one.href)"):
            address = urldefrag(link)[0]
            parts = urlsplit(address)
            if parts.netloc == own and parts.path not in seen and address not in waiting:
                waiting.append(address)
    return seen


def test_what_a_stranger_sees_asks_nobody_else(arrive: Arrive, house: House) -> None:
    stranger = arrive(1, "Personne")
    seen = walk(stranger, [f"{house.url}/", f"{house.url}/nowhere"])
    assert {"/", "/signin", "/signup", "/policy", "/legal", "/terms", "/accessibility"} <= set(seen)
    assert {"/features", "/prices", "/security", "/help", "/help/guests", "/help/hosts"} <= set(seen)
    stranger.no_foreign_requests(house.url)


def test_what_a_host_sees_asks_nobody_else(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    seen = walk(host, [f"{house.url}/meetings"])
    assert {"/meetings", "/meetings/new", "/account", "/company"} <= set(seen)
    assert any(path.startswith("/m/") for path in seen)
    host.no_foreign_requests(house.url)


def test_what_a_guest_sees_asks_nobody_else(arrive: Arrive, house: House) -> None:
    guest = arrive(1, house.guest_name(0))
    seen = walk(guest, [house.links[0]])
    assert any(path.startswith("/my-data/") for path in seen)
    house.open_guest(guest, 0)
    guest.no_foreign_requests(house.url)
