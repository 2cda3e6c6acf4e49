"""Every state of the room's page, judged by axe (WCAG 2.2 AA), and the way through it by keyboard alone."""

from pathlib import Path

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(person: Person) -> list[str]:
    """What axe finds wrong on the page as it stands."""
    person.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = person.page.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


def test_no_state_of_the_page_has_a_fault(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.until("the list of devices", lambda: host.page.locator("#preview-cameras option").count())
    assert faults(host) == []
    host.join_inside()
    assert faults(host) == []
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    assert faults(guest) == []
    host.until("the knock", lambda: host.page.locator("#door button").count())
    assert faults(host) == []
    host.open_panel("people")
    assert faults(host) == []
    host.page.locator("#waiting-list button").first.click()
    assert faults(host) == []
    host.page.keyboard.press("Escape")
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    host.say("Bonjour")
    host.until("one's own line", host.lines)
    assert faults(host) == []
    host.page.locator("#more").click()
    host.page.locator("#settings").click()
    assert faults(host) == []
    host.page.keyboard.press("Escape")
    host.page.locator("#keys").click()
    assert faults(host) == []
    guest.leave()
    guest.until("the end page", guest.out)
    assert faults(guest) == []


def test_the_keyboard_alone_is_enough(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    for person in (host, guest):
        go_to(person, "join")
        person.page.keyboard.press("Enter")
    host.until("the room", host.inside)
    host.until("the knock", lambda: host.page.locator("#door button").count())
    go_to(host, f"Faire entrer {guest.name}")
    host.page.keyboard.press("Space")
    guest.until("the room", guest.inside)
    go_to(guest, "chat")
    guest.page.keyboard.press("Enter")
    guest.until("the cursor in the message", lambda: focused(guest) == "compose-body")
    guest.page.keyboard.type("Par le clavier")
    guest.page.keyboard.press("Enter")
    guest.reads("Par le clavier")
    guest.page.keyboard.press("Escape")
    assert focused(guest) == "chat"
    go_to(guest, "microphone")
    guest.page.keyboard.press("Space")
    host.until("the mark of mute", host.tile(guest.name).locator(".name > .icon").is_visible)
    go_to(guest, "leave")
    guest.page.keyboard.press("Enter")
    guest.until("the end page", guest.out)
    assert focused(guest) == "after-title"


def focused(person: Person) -> str:
    """Id or label of what has the focus."""
    return str(person.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"))


def go_to(person: Person, target: str) -> None:
    """Presses Tab until the focus, seen, is on what has that id or label."""
    for _ in range(60):
        if focused(person) == target:
            ring = person.page.evaluate(
                "getComputedStyle(document.activeElement.querySelector('.disc') ?? document.activeElement).outlineStyle"
            )
            assert ring != "none", f"no focus to be seen on {target}"
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{target} can't be reached by Tab")


def test_no_panel_of_the_room_has_a_fault(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    host.tile(host.name).hover()
    assert faults(host) == []
    for which in ("notes", "more", "view", "connection"):
        host.open_in_more(which)
        host.until(f"the panel {which}", host.page.locator(f"#{which}-panel").is_visible)
        host.until("its title", lambda: host.page.locator("#panel-title").inner_text())
        assert faults(host) == [], which
    host.until("figures", lambda: host.page.locator("#connection-facts dd").count() > 3)
    assert faults(host) == []
    host.page.locator("#panel-close").click()
    assert focused(host) == "more", "the entry is hidden: the keyboard goes on at the button that shows it"


def test_layout_notes_and_pin_are_reached_by_keyboard(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    go_to(host, f"Épingler\u202f: {host.name} (vous)")
    host.page.keyboard.press("Enter")
    host.until("a large face", host.page.locator("li.main-face").is_visible)
    assert host.page.locator("li.main-face .pin").get_attribute("aria-pressed") == "true"
    go_to(host, "notes")
    host.page.keyboard.press("Enter")
    host.until("the notes", host.page.locator("#notes-text").is_visible)
    host.until("the cursor in them", lambda: focused(host) == "notes-text")
    host.page.keyboard.type("Écrit au clavier")
    assert host.page.locator("#notes-text").input_value() == "Écrit au clavier"
    host.page.keyboard.press("Escape")
    assert focused(host) == "notes"
    go_to(host, "more")
    host.page.keyboard.press("Enter")
    go_to(host, "view")
    host.page.keyboard.press("Enter")
    chosen = "document.activeElement.matches('input[name=view-mode]:checked')"
    host.until("the focus on the present layout", lambda: host.page.evaluate(chosen))
    host.page.keyboard.press("ArrowDown")
    host.until("the next layout", host.page.locator("input[name=view-mode][value=speaker]").is_checked)
