"""Watching a recording: it plays in time, sounds, jumps what was not recorded; only sealed bytes come."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response, Route, ViewportSize

from dev.cloud import Cloud
from dev.cloud.environment import TABLE_PREFIX
from tests.browser.captures import LOOKS
from tests.browser.house import HOST, House
from tests.browser.person import PICTURE, Person
from tests.browser.test_accessibility import faults

MAGIC = (b"\x1a\x45\xdf\xa3", b"ftyp", b"moof", b"OpusHead", b"webm", "Léa".encode())
"""What plain media, or a name, would begin with or hold."""

Watch = Callable[..., Person]


class Wire:
    """What came from the store's own address."""

    def __init__(self, cloud: Cloud) -> None:
        self.store = urlsplit(cloud.engine_url).netloc
        self.answers: list[Response] = []

    def listen(self, answer: Response) -> None:
        if urlsplit(answer.url).netloc == self.store:
            self.answers.append(answer)

    def bodies(self) -> list[bytes]:
        return [answer.body() for answer in self.answers if answer.ok]


@pytest.fixture
def recording(product: Cloud, house: House) -> str:
    """Two people, 40 seconds, 16 of them without anything (tests/functional/recordings/written.py)."""
    command = [sys.executable, "-m", "tests.functional.recordings.written", house.occurrence, HOST[2]]
    written = subprocess.run(command, env=product.functions, check=True, capture_output=True, text=True)
    return written.stdout.strip()


@pytest.fixture
def wire(product: Cloud) -> Wire:
    return Wire(product)


@pytest.fixture
def watch(browsers: list[Browser], house: House, wire: Wire, recording: str) -> Iterator[Watch]:
    """``watch(width=390, …)``: the organiser at the recording's page. At the end no page may have complained."""
    people: list[Person] = []

    def watches(**context: Any) -> Person:
        size: ViewportSize = {"width": context.pop("width", 1280), "height": 844}
        fresh = browsers[0].new_context(viewport=size, locale="fr-FR", storage_state=house.host_state, **context)
        person = Person(fresh.new_page(), house.host_name, LOOKS[0])
        person.page.on("response", wire.listen)
        people.append(person)
        person.page.goto(f"{house.url}/recordings/{recording}")
        return person

    yield watches
    for person in people:
        person.page.context.close()
        assert person.complaints == []


def tile(person: Person, name: str) -> Any:
    return person.page.locator("#faces .face").filter(has=person.page.locator(".name", has_text=name))


def light(person: Person, which: str) -> float | None:
    """Mean brightness of the picture shown there."""
    player = person.page.locator(f"{which} video")
    values = player.evaluate(PICTURE) if player.count() == 1 else None
    return sum(values) / len(values) if values else None


def seconds(person: Person) -> float:
    return float(person.page.locator("#seek").input_value()) / 1000


def seek(person: Person, to: float) -> None:
    person.page.locator("#seek").evaluate(
        "(bar, to) => { bar.value = to; bar.dispatchEvent(new Event('change')); }", 1000 * to
    )


def status(person: Person) -> str:
    return person.page.locator("#player-status").inner_text()


def press(person: Person, key: str) -> None:
    person.page.locator("body").press(key)


def test_it_plays_in_time_jumps_what_was_not_recorded_and_only_sealed_bytes_come(
    watch: Watch, wire: Wire, house: House
) -> None:
    anne = watch()
    assert anne.page.locator("#before").is_visible() and not wire.answers, "looking at the page fetches nothing"
    anne.page.locator("#watch").click()
    anne.until("a picture", lambda: light(anne, "#faces"))
    first = light(anne, "#faces")
    anne.until("another picture", lambda: abs((light(anne, "#faces") or 0) - (first or 0)) > 10)
    anne.until("the ring of who speaks", tile(anne, "Anne").and_(anne.page.locator(".speaking")).count)
    anne.until("sound, decoded", lambda: anne.page.evaluate(HEARD))
    assert "pas encore enregistré, jusqu’à 0:04" in tile(anne, "Léa").inner_text() or seconds(anne) >= 4
    press(anne, " ")
    anne.until("a pause", anne.page.locator("#toggle[aria-label=Lire]").count)

    seek(anne, 9)
    anne.until("a gap in words", lambda: "micro coupé de 0:08 à 0:28" in tile(anne, "Anne").inner_text())
    seek(anne, 30)  # 2 s into a piece: the fiftieth picture, of which the brightness is known
    anne.until("the picture of that moment", lambda: abs((light(anne, "#faces") or 0) - 116) < 12)
    anne.until("what is shared, large", anne.page.locator("#shared .face").is_visible)

    seek(anne, 11)
    press(anne, " ")
    anne.until("the jump", lambda: seconds(anne) > 28)
    anne.until("the jump in words", lambda: "Rien n’est enregistré de 0:12 à 0:28" in status(anne))
    anne.until("the shared screen", lambda: light(anne, "#shared"))
    seek(anne, 39)
    anne.until("the end", lambda: "Fin de l’enregistrement" in status(anne))

    bodies = wire.bodies()
    assert len(bodies) >= 10
    assert not [magic for magic in MAGIC for body in bodies if magic in body[:4_096]]
    paths = {urlsplit(answer.url).path.split("/")[1] for answer in wire.answers}
    assert paths == {f"{TABLE_PREFIX}-recordings"}
    assert {urlsplit(url).netloc for url in anne.requests if url.startswith("http")} == {
        urlsplit(house.url).netloc,
        wire.store,
    }


HEARD = """() => [...document.querySelectorAll("#faces audio")].some(
  (audio) => audio.currentTime > 0.2 && audio.webkitAudioDecodedByteCount > 0)"""


def test_it_hears_the_keyboard_and_axe_finds_no_fault_on_a_phone_in_the_dark(watch: Watch) -> None:
    anne = watch(width=390, color_scheme="dark", reduced_motion="reduce")
    assert faults(anne) == []
    anne.page.locator("#watch").press("Enter")
    anne.until("a picture", lambda: light(anne, "#faces"))
    press(anne, "k")
    anne.until("a pause", anne.page.locator("#toggle[aria-label=Lire]").count)
    at = seconds(anne)
    press(anne, "ArrowRight")
    anne.until("five seconds on", lambda: seconds(anne) == pytest.approx(at + 5, abs=0.2))
    press(anne, "m")
    anne.until("silence", anne.page.locator("#mute[aria-label='Rétablir le son']").count)
    press(anne, ">")
    assert anne.page.locator("#speed").input_value() == "1.25"
    assert anne.page.locator("#lanes .lane").count() == 2
    assert faults(anne) == []
    wide = anne.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing scrolls sideways"


def test_whoever_may_not_watch_gets_nothing(
    browsers: list[Browser], product: Cloud, house: House, recording: str
) -> None:
    context = browsers[1].new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{house.url}/recordings/{recording}")
    assert "/signin" in page.url
    status = page.evaluate(
        "path => fetch(path, {method: 'POST', body: '{}', headers: {'Content-Type': 'application/json'}})"
        ".then(answer => answer.status)",
        f"/api/recordings/{recording}/viewings",
    )
    assert status in (401, 403)
    context.close()


def test_a_share_taken_back_ends_what_plays(watch: Watch, recording: str) -> None:
    anne = watch()
    asked: list[str] = []

    def links(route: Route) -> None:
        """The first ones are good for three seconds, then the right is gone."""
        if asked:
            route.fulfill(status=404, json={"error": {"code": "not_found", "message": "Plus permis."}})
            return
        asked.append(route.request.url)
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "seconds": 3})

    anne.page.route("**/links", links)
    anne.page.locator("#watch").click()
    anne.until("a picture", lambda: light(anne, "#faces"))
    anne.until("some seconds", lambda: seconds(anne) > 3)
    seek(anne, 38)
    anne.until("the end in words", lambda: "Plus permis." in anne.page.locator("#player-trouble").inner_text())
    anne.until("nothing that plays", anne.page.locator("#toggle").is_disabled)
