"""A media worker is killed in the middle of a meeting, and nobody hangs up."""

from dev.cloud import Cloud
from tests.browser.conftest import Arrive
from tests.browser.house import House


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

        second.kill()

        for person in (host, guest):
            person.until("that the room is lost", person.on_the_way_back)
        for person, other in ((host, guest), (guest, host)):
            person.until("the room again", person.inside)
            person.sees(other)
            person.hears(other)
        guest.say("après")
        for person in (host, guest):
            person.reads("avant", "après")
