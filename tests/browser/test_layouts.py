"""The stage filled by one to forty-nine people. Layout only: who claims something about media is in test_meeting.py."""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from dev.cloud import Cloud
from tests.browser.captures import LOOKS, picture, sound
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.crowd import crowd
from tests.browser.house import House
from tests.browser.person import Person

PICTURES = Path(__file__).parents[2] / "build" / "layouts"
"""Where the stage is kept to be looked at."""

BOXES = """() => [...document.querySelectorAll("#tiles > li")].map((tile) => {
  const { x, y, width, height } = tile.getBoundingClientRect();
  return { x, y, width, height, who: tile.dataset.participant, source: tile.dataset.source };
})"""
STAGE = """() => { const { x, y, width, height } = document.querySelector("#tiles").getBoundingClientRect();
  return { x, y, width, height }; }"""
MOVING = """() => [...document.querySelectorAll("#tiles > li:not(.self) video")]
  .filter((video) => !video.hidden && video.videoWidth > 0).length"""

SEVEN = tuple(
    (first_name, "Roche", f"{number}@client.example")
    for number, first_name in enumerate(("Nadia", "Paul", "Rosa", "Samuel", "Tess", "Ugo", "Vera"))
)
IN_THE_SMALL_WINDOW = """() => {
  const small = window.documentPictureInPicture?.window?.document;
  const video = small?.querySelector("video") ?? document.pictureInPictureElement;
  return Boolean(video && video.videoWidth > 0);
}"""

Small = Callable[[int, str], Person]


@pytest.fixture
def small(playwright: Playwright, host_state: Any, tmp_path: Path) -> Iterator[Small]:
    """``small(0, name)``: a person whose camera gives 160 × 90 at 5 frames a second; all in one browser process."""
    look = LOOKS[0]
    files = [
        f"--use-file-for-fake-video-capture={picture(tmp_path / 'small.y4m', look, (160, 90), 5)}",
        f"--use-file-for-fake-audio-capture={sound(tmp_path / 'tone.wav', look)}",
    ]
    browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *files])
    people: list[Person] = []

    def arrives(number: int, name: str) -> Person:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            locale="fr-FR",
            storage_state=host_state if name == House.host_name else None,
        )
        # What a strong device shows; how many a weak one does is tested in tests/unit/web.
        context.add_init_script("Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => 16 })")
        context.add_init_script("Object.defineProperty(navigator, 'deviceMemory', { get: () => 16 })")
        people.append(Person(context.new_page(), name, look))
        return people[-1]

    yield arrives
    for person in people:
        person.page.context.close()
    browser.close()
    for person in people:
        assert person.complaints == []


def boxes(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.page.evaluate(BOXES)
    return found


def fill_well(person: Person) -> None:
    """No tile leaves the stage or lies over another one, and most of the stage is faces."""
    stage, tiles = person.page.evaluate(STAGE), boxes(person)
    for tile in tiles:
        assert tile["x"] >= stage["x"] - 1
        assert tile["y"] >= stage["y"] - 1
        assert tile["x"] + tile["width"] <= stage["x"] + stage["width"] + 1
        assert tile["y"] + tile["height"] <= stage["y"] + stage["height"] + 1
    for one, other in combinations(tiles, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        assert beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    faces = sum(tile["width"] * tile["height"] for tile in tiles)
    assert faces > 0.6 * stage["width"] * stage["height"]


def keep(person: Person, name: str) -> None:
    """Takes a picture to be looked at, wide and as on a phone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width, height in ((1280, 800), (390, 844)):
        person.page.set_viewport_size({"width": width, "height": height})
        person.page.wait_for_timeout(400)
        person.page.screenshot(path=PICTURES / f"{name}-{width}.png")
    person.page.set_viewport_size({"width": 1280, "height": 800})


def test_eight_browsers_fill_the_stage_as_they_come(
    small: Small, product: Cloud, browsers: list[Browser], host_state: Any
) -> None:
    planning = browsers[0].new_context(storage_state=host_state, locale="fr-FR")
    house = House(product, host_state, planning.new_page(), SEVEN)
    planning.close()
    host = small(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    fill_well(host)
    keep(host, "1")
    seen = [host]
    for number in range(7):
        guest = small(number + 1, house.guest_name(number))
        house.open_guest(guest, number)
        guest.join()
        guest.until("the waiting room", guest.waits)
        host.admit(guest.name)
        guest.until("the room", guest.inside)
        seen.append(guest)
        host.until("the tile", lambda: len(boxes(host)) == len(seen))
        fill_well(host)
        if len(seen) in (2, 3, 5, 8):
            host.until("all pictures", lambda: host.page.evaluate(MOVING) == len(seen) - 1)
            keep(host, str(len(seen)))


@pytest.mark.parametrize("count", [25, 49])
def test_a_crowd_is_seen_at_once_in_a_window_and_by_pages_on_a_phone(
    small: Small, house: House, product: Cloud, count: int
) -> None:
    host = small(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    with crowd(product, house.occurrence, count - 1) as names:
        host.until("everybody", lambda: len(boxes(host)) == count)
        host.until("all pictures", lambda: host.page.evaluate(MOVING) == count - 1)
        assert host.inside()
        fill_well(host)
        assert host.page.locator("#pages").is_hidden()
        keep(host, str(count))
        host.page.set_viewport_size({"width": 390, "height": 844})
        host.until("a page of eight", lambda: len(boxes(host)) == 8)
        fill_well(host)
        first = {box["who"] for box in boxes(host)}
        host.page.locator("#page-on").click()
        host.until("the second page", lambda: not first & {box["who"] for box in boxes(host)})
        host.until("its pictures", lambda: host.page.evaluate(MOVING) == 8)
        keep(host, f"{count}-page")
        assert len(names) == count - 1


def test_a_pinned_face_and_the_speaker_are_large(small: Small, house: House, product: Cloud) -> None:
    host = small(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    with crowd(product, house.occurrence, 4) as names:
        host.until("everybody", lambda: len(boxes(host)) == 5)
        tile = host.tile(names[2])
        tile.hover()
        tile.locator(".pin").click()
        host.until("a large face", host.page.locator("li.main-face").is_visible)
        assert names[2] in host.page.locator("li.main-face .name").inner_text()
        sizes = [box["width"] * box["height"] for box in boxes(host)]
        assert sizes[0] > 4 * max(sizes[1:])
        keep(host, "pinned")
        host.page.locator("li.main-face .pin").click()
        host.until("equal faces", lambda: not host.page.locator("li.main-face").count())
        heights = [box["height"] for box in boxes(host)]
        assert all(abs(one - other) < 2 for one, other in pairwise(heights))
        host.page.locator("#more").click()
        host.page.locator("#view").click()
        host.page.locator("input[name=view-mode][value=speaker]").check()
        host.until("the speaker, large", host.page.locator("li.main-face").is_visible)
        host.page.locator("#view-self").uncheck()
        host.until("oneself gone", lambda: not host.page.locator("li.tile.self").count())
        keep(host, "speaker")


def test_a_small_window_shows_who_speaks_and_closes_again(small: Small, house: House, product: Cloud) -> None:
    host = small(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    with crowd(product, house.occurrence, 1):
        host.until("the other one's picture", lambda: host.page.evaluate(MOVING) == 1)
        host.open_in_more("view")
        host.page.locator("#small-window").click()
        opened = host.page.locator("#small-window[aria-pressed=true]")
        host.until("the small window", opened.count)
        host.until("a picture in it", lambda: host.page.evaluate(IN_THE_SMALL_WINDOW))
        host.page.locator("#small-window").click()
        host.until("it closed", lambda: not opened.count())
