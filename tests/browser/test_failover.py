"""A media worker is killed in the middle of a meeting, and nobody hangs up."""

from dev.cloud import Cloud
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person


def joins(person: Person) -> int:
    """How often this browser has posted an offer: what happens between two looks is not missed."""
    return sum(url.endswith("/join") for url in person.requests)


def came_back(person: Person, joins_before: int) -> None:
    """Waits until the person is in the room again, by a join of its own accord."""
    person.until("another join", lambda: joins(person) > joins_before)
    person.until("the room again", lambda: person.inside() and not person.on_the_way_back())


def two(arrive: Arrive, house: House) -> tuple[Person, Person]:
    """A host and a guest in a room that had to find its place on the second worker."""
    house.pause_media()
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    house.resume_media()
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    return host, guest


def test_a_killed_worker_costs_nobody_the_meeting(arrive: Arrive, house: House, product: Cloud) -> None:
    with product.another_worker("worker-local-2") as second:
        host, guest = two(arrive, house)
        guest.sees(host)
        guest.say("avant")
        host.open_panel("chat")
        host.reads("avant")

        before = {person.name: joins(person) for person in (host, guest)}
        second.kill()

        for person, other in ((host, guest), (guest, host)):
            came_back(person, before[person.name])
            person.sees(other)
            person.hears(other)
        guest.say("après")
        for person in (host, guest):
            person.reads("avant", "après")


def test_a_mute_and_a_raised_hand_outlive_the_worker(arrive: Arrive, house: House, product: Cloud) -> None:
    with product.another_worker("worker-local-3") as second:
        host, guest = two(arrive, house)
        host.act("Couper le microphone", guest.name)
        guest.page.locator("#hand").click()
        guest.page.locator("#hand-toggle").click()
        tile = host.tile(guest.name)
        host.until("the hand", tile.locator(".hand-mark").is_visible)
        host.until("the mark of mute", tile.locator(".name > .icon").is_visible)

        before = {person.name: joins(person) for person in (host, guest)}
        second.kill()

        for person, other in ((host, guest), (guest, host)):
            came_back(person, before[person.name])
            person.sees(other)
        host.hears_no_more(guest)
        host.until("the hand again", tile.locator(".hand-mark").is_visible)
        host.until("the mark of mute again", tile.locator(".name > .icon").is_visible)
        guest.page.locator("#microphone").click()
        host.hears(guest)
