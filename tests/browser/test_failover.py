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


def test_a_killed_worker_costs_nobody_the_meeting(arrive: Arrive, house: House, product: Cloud) -> None:
    with product.another_worker("worker-local-2") as second:
        house.pause_media()  # the room must find its place on the second worker
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
