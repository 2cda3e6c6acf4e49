"""Telephones and browsers that lack something: an emulated Android phone in a meeting, what is said to the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from dev.cloud import Cloud
from tests.browser.captures import LOOKS
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

APP = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 300.0"


@pytest.fixture
def phone(browsers: list[Browser], playwright: Playwright, house: House) -> Iterator[Person]:
    """The guest, with a Pixel's screen, fingers and name."""
    context = browsers[1].new_context(**playwright.devices["Pixel 7"], locale="fr-FR")
    person = Person(context.new_page(), house.guest_name(0), LOOKS[1])
    yield person
    context.close()
    assert person.complaints == []
    person.no_foreign_requests(house.url)


@pytest.fixture
def bare(browsers: list[Browser]) -> Iterator[Page]:
    """A page of a browser that a test takes something from."""
    context = browsers[0].new_context(locale="fr-FR", user_agent=APP)
    yield context.new_page()
    context.close()


def test_a_phone_sees_hears_and_is_seen_and_its_controls_are_under_the_thumb(
    arrive: Arrive, house: House, phone: Person
) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    house.open_guest(phone, 0)
    phone.until("the preview", phone.page.locator("#join").is_visible)
    phone.page.locator("#join").tap()
    host.admit(phone.name)
    phone.until("the room", phone.inside)
    for one, other in ((host, phone), (phone, host)):
        one.sees(other)
        one.hears(other)
    height = phone.page.viewport_size["height"] if phone.page.viewport_size else 0
    for name in ("microphone", "camera", "chat", "people", "leave"):
        box = phone.page.locator(f"#{name}").bounding_box()
        assert box and box["width"] >= 44 and box["height"] >= 44, name
        assert box["y"] > height * 2 / 3, f"{name} is out of the thumb's reach"
    phone.page.locator("#microphone").tap()
    host.until("the mark of mute", host.tile(phone.name).locator(".name > .icon").first.is_visible)


def test_the_screen_is_kept_awake_inside_and_let_go_outside(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    host.page.add_init_script(
        """window.locks = [];
        Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
          window.locks.push(kind);
          return { release: async () => void window.locks.pop() };
        } } });"""
    )
    house.open_host(host)
    assert host.page.evaluate("window.locks.length") == 0
    host.join_inside()
    host.until("the lock", lambda: host.page.evaluate("window.locks.length") == 1)
    host.leave()
    host.until("the lock given back", lambda: host.page.evaluate("window.locks.length") == 0)


def test_sound_that_is_held_waits_for_a_tap(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    guest = arrive(1, house.guest_name(0))
    guest.page.add_init_script(
        """let held = true;
        const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () {
          if (held && this.closest("#sound")) return Promise.reject(new DOMException("held", "NotAllowedError"));
          return play.call(this);
        };
        window.letGo = () => (held = false);"""
    )
    house.open_guest(guest, 0)
    guest.join()
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    offer = guest.page.locator("#state button")
    guest.until("the offer to listen", offer.is_visible)
    guest.page.evaluate("letGo()")
    offer.click()
    guest.until("no offer any more", lambda: not offer.is_visible())
    guest.hears(host)


@pytest.mark.parametrize("path", ["/check", "room"])
def test_a_browser_too_old_gets_a_sentence_and_nothing_else(arrive: Arrive, house: House, path: str) -> None:
    host = arrive(0, house.host_name)
    host.page.add_init_script("delete AbortSignal.any;")
    if path == "room":
        house.open_host(host)
    else:
        host.page.goto(house.url + path)
    host.until("the sentence", host.page.locator("#gate-old h2").is_visible)
    assert not host.page.locator("#join, #check-start").first.is_visible()


def test_another_apps_window_without_camera_hands_out_the_address(bare: Page, product: Cloud) -> None:
    bare.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });")
    bare.goto(f"{product.url}/check")
    bare.locator("#gate-inside h2").wait_for()
    assert bare.locator("#gate-address").input_value() == f"{product.url}/check"
    bare.locator("#gate-copy").click()
    assert bare.locator("#gate-copy").inner_text() == "Adresse copiée"


def test_the_first_script_uses_no_syntax_an_old_browser_would_stumble_on() -> None:
    text = (Path(__file__).parents[2] / "web" / "room" / "gate.js").read_text()
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("*", "/*", "/**")))
    for young in ("=>", "const ", "let ", "`", "?.", "??", "class ", "import ", "async "):
        assert young not in code, young
