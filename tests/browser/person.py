"""A person in front of a browser: what they do, see and hear."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.captures import Look

PATIENCE = 30.0
"""Seconds until a state that never comes is given up. Nothing is concluded from how long one took."""

PICTURE = """(player) => {
  if (!player || player.readyState < 2 || player.videoWidth === 0 || player.hidden) return null;
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext("2d");
  context.drawImage(player, 0, 0, 32, 24);
  return [...context.getImageData(0, 0, 32, 24).data].filter((_, index) => index % 4 !== 3);
}"""

LOUDNESS = """async (frequency) => {
  const ears = (window.ears ??= { context: new AudioContext(), heard: new Map() });
  await ears.context.resume();
  if (!ears.analyser) ears.analyser = new AnalyserNode(ears.context, { fftSize: 8192, smoothingTimeConstant: 0 });
  for (const player of document.querySelectorAll("#sound audio")) {
    const stream = player.srcObject;
    if (!stream || ears.heard.has(stream.id)) continue;
    const source = ears.context.createMediaStreamSource(stream);
    source.connect(ears.analyser);
    ears.heard.set(stream.id, source);
  }
  const levels = new Float32Array(ears.analyser.frequencyBinCount);
  ears.analyser.getFloatFrequencyData(levels);
  const bin = Math.round((frequency * ears.analyser.fftSize) / ears.context.sampleRate);
  const peak = Math.max(...levels.slice(bin - 2, bin + 3));
  const around = [...levels.slice(bin - 14, bin - 6), ...levels.slice(bin + 7, bin + 15)];
  return { peak, around: Math.max(...around) };
}"""


class Person:
    """One browser with one page. ``name``: as others see it; ``requests``: every address the browser asked for."""

    def __init__(self, page: Page, name: str, look: Look) -> None:
        self.page = page
        self.name = name
        self.look = look
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._listen(line.type, line.text))

    def _listen(self, kind: str, text: str) -> None:
        # A refused request is part of many a story; Chromium reports each as an error of the page.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def until(self, what: str, state: Callable[[], Any]) -> Any:
        """Waits until ``state()`` is true and returns it. ``what`` names it for the failure."""
        deadline = time.monotonic() + PATIENCE
        while not (found := state()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name}: {what} never came. The page says: {self.words()[:1000]}")
            self.page.wait_for_timeout(50)
        return found

    def words(self) -> str:
        """All that stands on the page."""
        return self.page.locator("main").inner_text()

    # Going in and out

    def join(self) -> None:
        """Presses the one button of the preview, once the camera's own picture is there."""
        self.until("the preview", lambda: self.page.locator("#mirror").evaluate(PICTURE))
        self.page.locator("#join").click()

    def join_inside(self) -> None:
        """Joins and waits until inside."""
        self.join()
        self.until("the room", self.inside)

    def inside(self) -> bool:
        """Whether the stage is shown."""
        return self.page.locator("#live").is_visible()

    def on_the_way_back(self) -> bool:
        """Whether the page says that it lost the room and returns."""
        return bool(self.page.evaluate("document.body.dataset.state === 'rejoining'"))

    def waits(self) -> bool:
        """Whether the waiting room is shown."""
        return self.page.locator("#give-up").is_visible()

    def out(self) -> str:
        """Why this person is out ("left", "removed"…), empty while not."""
        after = self.page.locator("#after")
        return str(after.get_attribute("data-reason") or "") if after.is_visible() else ""

    def leave(self) -> None:
        """Presses leave; a host must say that leaving is meant."""
        self.page.locator("#leave").click()
        confirm = self.page.locator("#leave-dialog button[value=leave]")
        if confirm.is_visible():
            confirm.click()

    # Seeing and hearing

    def tile(self, name: str) -> Locator:
        """The tile of that person."""
        return self.page.locator("li.tile.camera").filter(has=self.page.locator(".name", has_text=name))

    def shows_tile(self, name: str) -> bool:
        """Whether that person has a tile."""
        return self.tile(name).count() == 1

    def sees(self, other: "Person") -> None:
        """Waits until the other's own picture moves on that person's tile."""
        player = self.tile(other.name).locator("video")
        self.until(f"the colour of {other.name}", lambda: _resembles(self._picture(player), other.look))
        self.frames_advance(player, other.name)

    def frames_advance(self, player: Locator, what: str) -> None:
        """Waits until two pictures of a player differ."""
        first = self.until(f"a picture of {what}", lambda: self._picture(player))
        self.until(f"another picture of {what}", lambda: _differ(first, self._picture(player)))

    def hears(self, other: "Person") -> None:
        """Waits until the other's tone stands out of what this page plays."""
        self.until(f"the tone of {other.name}", lambda: self.loud(other.look.tone))

    def hears_no_more(self, other: "Person") -> None:
        """Waits until the other's tone has been away for longer than any pause between two beeps."""
        quiet = 0

        def silent() -> bool:
            nonlocal quiet
            quiet = 0 if self.loud(other.look.tone) else quiet + 1
            return quiet == 30

        self.until(f"silence of {other.name}", silent)

    def loud(self, frequency: int) -> bool:
        """Whether that tone is heard right now."""
        found = self.page.evaluate(LOUDNESS, frequency)
        return bool(found["peak"] > -60 and found["peak"] > found["around"] + 15)

    def _picture(self, player: Locator) -> list[int] | None:
        found: list[int] | None = player.evaluate(PICTURE) if player.count() == 1 else None
        return found

    # Talking

    def open_panel(self, which: str) -> None:
        """Opens "chat" or "people" unless it is open."""
        button = self.page.locator(f"#{which}")
        if button.get_attribute("aria-expanded") != "true":
            button.click()

    def open_in_more(self, which: str) -> None:
        """Opens "notes", "view" … by its button in the bar, or by its entry under "more"."""
        if not self.page.locator(f"#{which}").is_visible():
            self.page.locator("#more").click()
        if self.page.locator(f"#{which}").get_attribute("aria-expanded") != "true":
            self.page.locator(f"#{which}").click()

    def say(self, text: str) -> None:
        """Writes a line."""
        self.open_panel("chat")
        self.page.locator("#compose-body").fill(text)
        self.page.locator("#compose-body").press("Enter")

    def lines(self) -> list[str]:
        """The conversation as this person reads it."""
        return self.page.locator("#lines li[data-seq] .line-body").all_text_contents()

    def reads(self, *lines: str) -> None:
        """Waits until the conversation is exactly this."""
        self.until(f"the lines {lines}", lambda: self.lines() == list(lines))

    # Hosting

    def admit(self, name: str) -> None:
        """Lets somebody in, from the line over the stage or the list of people."""
        self._press(f"Faire entrer {name}")

    def refuse(self, name: str) -> None:
        """Refuses somebody, and confirms."""
        self._press(f"Refuser l’entrée à {name}")
        self.page.locator("#question button[value=yes]").click()

    def remove(self, name: str) -> None:
        """Puts somebody out, and confirms."""
        self.act("Exclure", name)
        self.page.locator("#question button[value=yes]").click()

    def act(self, words: str, name: str) -> None:
        """Opens what may be done to somebody, and does it."""
        self.open_panel("people")
        menu = self.page.locator(f"button[aria-label='Actions pour {name}']:visible")
        if menu.get_attribute("aria-expanded") != "true":
            menu.click()
        self._press(f"{words}\u202f: {name}")

    def _press(self, label: str) -> None:
        self.page.locator(f"button[aria-label='{label}']:visible").first.click()

    # The network

    def no_foreign_requests(self, url: str) -> None:
        """Every request of this browser went to the product's own address."""
        own = urlsplit(url).netloc
        foreign = [one for one in self.requests if urlsplit(one).netloc != own and urlsplit(one).scheme != "data"]
        assert self.requests
        assert not foreign


def _resembles(picture: list[int] | None, look: Look) -> bool:
    """Whether most of a picture has the person's colour: the codec and the black bar leave that much."""
    if picture is None:
        return False
    pixels = [picture[index : index + 3] for index in range(0, len(picture), 3)]
    near = [all(abs(a - b) < 50 for a, b in zip(pixel, look.rgb, strict=True)) for pixel in pixels]
    return sum(near) > len(near) / 2


def _differ(first: list[int], second: list[int] | None) -> bool:
    """Whether something has moved: at least one value in fifty differs clearly, more than a codec does to a still."""
    if second is None:
        return False
    return sum(abs(a - b) > 40 for a, b in zip(first, second, strict=True)) > len(first) / 50
