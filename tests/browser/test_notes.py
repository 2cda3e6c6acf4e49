"""Notes that two real browsers write at the same time, and a worker that dies meanwhile."""

from collections.abc import Callable

from dev.cloud import Cloud
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.test_failover import came_back, joins


def two(arrive: Arrive, house: House, inside: Callable[[], None] = lambda: None) -> tuple[Person, Person]:
    """Host and guest in the room, the notes open. ``inside``: called once the host is in."""
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    inside()
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    for person in (host, guest):
        person.open_in_more("notes")
        person.until("the notes", person.page.locator("#notes-text").is_visible)
        person.until("what is kept", lambda one=person: one.page.locator("#notes-kept").inner_text())  # type: ignore[misc]
    return host, guest


def text(person: Person) -> str:
    return person.page.locator("#notes-text").input_value()


def agree(host: Person, guest: Person, *words: str) -> None:
    """Waits until both read the same text, and every word is in it."""
    host.until("the same text", lambda: text(host) == text(guest) and all(word in text(host) for word in words))


def test_two_people_write_into_each_others_sentences_and_no_letter_is_lost(arrive: Arrive, house: House) -> None:
    host, guest = two(arrive, house)
    host.page.locator("#notes-text").press_sequentially("-- ")
    agree(host, guest, "-- ")
    guest.page.locator("#notes-text").press("End")
    for letter in "abcdefghijklmnopqrst":
        host.page.locator("#notes-text").press("Home")
        host.page.locator("#notes-text").press_sequentially(letter)
        guest.page.locator("#notes-text").press_sequentially(letter.upper())
    agree(host, guest)
    both = text(host)
    assert [letter for letter in both if letter in "ABCDEFGHIJKLMNOPQRST"] == list("ABCDEFGHIJKLMNOPQRST")
    assert sorted(letter for letter in both.partition("-")[0]) == list("abcdefghijklmnopqrst")
    host.until("saved", lambda: host.page.locator("#notes-state").inner_text() == "Enregistré")
    guest.page.reload()
    guest.join_inside()
    guest.open_in_more("notes")
    guest.until("the notes again", lambda: text(guest) == both)


def test_who_has_not_opened_the_notes_is_told_once_that_somebody_writes(arrive: Arrive, house: House) -> None:
    host, guest = two(arrive, house)
    guest.page.reload()
    guest.join_inside()
    host.page.locator("#notes-text").press_sequentially("un")
    guest.until("the line", lambda: "notes communes" in guest.page.locator("#notices").inner_text())


def test_what_is_typed_while_the_worker_dies_is_there_afterwards(arrive: Arrive, house: House, product: Cloud) -> None:
    with product.another_worker("worker-local-2") as second:
        house.pause_media()  # the room must find its place on the second worker
        host, guest = two(arrive, house, inside=house.resume_media)
        host.page.locator("#notes-text").press_sequentially("avant ")
        agree(host, guest, "avant ")
        before = {person.name: joins(person) for person in (host, guest)}
        second.kill()
        host.page.locator("#notes-text").press_sequentially("pendant ")
        guest.page.locator("#notes-text").press_sequentially("aussi ")
        for person in (host, guest):
            came_back(person, before[person.name])
        agree(host, guest, "avant ", "pendant ", "aussi ")


def test_the_host_sends_minutes_and_the_guest_is_told(arrive: Arrive, house: House, product: Cloud) -> None:
    host, guest = two(arrive, house)
    guest.page.locator("#notes-text").press_sequentially("Décision : oui")
    agree(host, guest, "Décision : oui")
    guest.until("saved", lambda: guest.page.locator("#notes-state").inner_text() == "Enregistré")
    known = {mail["id"] for mail in product.mail(to="anne@morel.example")}
    host.page.locator("#minutes-me").click()
    host.page.locator("#question button[value=yes]").click()
    guest.until("the line", lambda: "compte rendu" in guest.page.locator("#notices").inner_text())
    host.until("the mail", lambda: {m["id"] for m in product.mail(to="anne@morel.example")} - known)
