"""What hosts and guests do to each other, judged by axe (WCAG 2.2 AA) and done by keyboard alone."""

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.test_accessibility import faults, focused, go_to


def two(arrive: Arrive, house: House) -> tuple[Person, Person]:
    """The host inside with one guest."""
    host, guest = arrive(0, house.host_name), arrive(1, house.guest_name(0))
    house.open_host(host)
    host.join_inside()
    house.open_guest(guest, 0)
    guest.join()
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    return host, guest


def test_no_state_of_moderating_talking_and_leaving_has_a_fault(arrive: Arrive, house: House) -> None:
    host, guest = two(arrive, house)
    for person in (host, guest):
        person.page.locator("#hand").click()
        assert faults(person) == []
        person.page.locator("#hand-toggle").click()
        person.until("the hand", person.tile(person.name).locator(".hand-mark").is_visible)
    host.open_panel("people")
    host.page.get_by_role("button", name=f"Actions pour {guest.name}").click()
    assert faults(host) == []
    host.page.locator("[data-act=mute]").click()
    host.until("the mark of mute", host.tile(guest.name).locator(".name > .icon").is_visible)
    host.page.locator("[data-act=ask_microphone]").click()
    guest.until("the question", guest.page.get_by_role("alert").get_by_role("button").first.is_visible)
    assert faults(guest) == []
    host.page.locator("[data-act=host]").click()
    assert faults(host) == []
    host.page.keyboard.press("Escape")
    guest.say("Voir https://iboo.example/plan")
    host.open_panel("chat")
    host.page.locator("#lines .reply").first.click()
    host.say("Merci")
    guest.until("the answer", guest.page.locator("#lines .quote").is_visible)
    host.page.locator("#lines .reply").last.click()
    for person in (host, guest):
        assert faults(person) == []
    host.page.locator("#leave").click()
    assert faults(host) == []
    host.page.keyboard.press("Escape")
    guest.leave()
    guest.until("what is kept", guest.page.locator("#summary-kept li").first.is_visible)
    assert faults(guest) == []


def test_moderating_answering_and_rating_need_no_mouse(arrive: Arrive, house: House) -> None:
    host, guest = two(arrive, house)
    keys = host.page.keyboard
    go_to(guest, "hand")
    guest.page.keyboard.press("Enter")
    assert focused(guest) == "hand-toggle"
    guest.page.keyboard.press("Enter")
    host.until("the hand", host.tile(guest.name).locator(".hand-mark").is_visible)
    assert focused(guest) == "hand"
    keys.press("Shift+Tab")  # the host came by mouse: the first key shows where the keyboard is
    go_to(host, "people")
    keys.press("Enter")
    go_to(host, f"Actions pour {guest.name}")
    keys.press("Enter")
    assert focused(host) == f"Actions pour {guest.name}", "the keyboard stays where it was"
    go_to(host, f"Couper le microphone\u202f: {guest.name}")
    keys.press("Space")
    host.until("the mark of mute", host.tile(guest.name).locator(".name > .icon").is_visible)
    go_to(host, "door-locked")
    keys.press("Space")
    guest.until("the word", lambda: "verrouillée" in guest.page.locator(".lines-above").inner_text())
    keys.press("Escape")
    assert focused(host) == "people"
    guest.say("Une question")
    go_to(host, "chat")
    keys.press("Enter")
    host.until("the question", lambda: any("Une question" in line for line in host.lines()))
    go_to(host, f"Répondre à {guest.name}")
    keys.press("Enter")
    assert focused(host) == "compose-body"
    keys.type("Une réponse")
    keys.press("Enter")
    guest.until("the quote", guest.page.locator("#lines .quote").is_visible)
    guest.leave()
    guest.until("the question", guest.page.locator("#rating").is_visible)
    guest.page.locator("#rating input").first.focus()
    guest.page.keyboard.press("ArrowRight")
    guest.until("thanks", lambda: "Merci" in guest.page.locator("#rating-state").inner_text())
