"""A media worker is killed in the middle of a meeting, and nobody hangs up."""

import time
from pathlib import Path

from dev.cloud import Cloud
from tests.browser import recorded
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


def test_a_killed_worker_costs_nobody_the_meeting_and_its_recording_goes_on(
    arrive: Arrive, house: House, product: Cloud, tmp_path: Path
) -> None:
    with product.another_worker("worker-local-2") as second:
        host, guest = two(arrive, house)
        guest.sees(host)
        recorded.press_record(host)
        for person in (host, guest):
            recorded.answer(person, "yes")
        host.until("being recorded", lambda: "vous aussi" in recorded.line(host))
        recorded.until("a segment of each source", lambda: len(recorded.stored(product)) >= 4)
        guest.say("avant")
        host.open_panel("chat")
        host.reads("avant")

        before = {person.name: joins(person) for person in (host, guest)}
        killed = time.time()
        second.kill()

        for person in (host, guest):
            came_back(person, before[person.name])
        for person, other in ((host, guest), (guest, host)):
            person.sees(other)
            person.hears(other)
        guest.say("après")
        for person in (host, guest):
            person.reads("avant", "après")
        host.until("being recorded again", lambda: "vous aussi" in recorded.line(host))
        again = time.time()
        recorded.press_record(host)
        host.until("the end", lambda: recorded.line(host) == "")

    recording = recorded.finished(product, house.occurrence)
    assert [part["state"] for part in recording["parts"]] == ["lost", "closed"]
    assert recording["state"] == "incomplete" and recording["missing"] <= 4, "an open segment of each track at most"
    tracks = recorded.saved(product, recording["recording"], tmp_path)
    assert {(track.name, track.source) for track in tracks} == {
        (person.name, source) for person in (host, guest) for source in ("microphone", "camera")
    }
    for track in tracks:
        ends = [track.began + (start + length) / 1000 for start, length in track.said["segments"]]
        kept = [end for end in ends if end <= killed + 1]
        assert kept and killed - max(kept) < 6, "what was open when it died, and no more"
        assert track.span[1] > again - 5, "and it goes on"


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
