"""From the click on "join" to the first picture of somebody else: ``make bench-join`` (``python -m bench.join``).

The product runs as `make run` starts it. The host is in the meeting with camera and microphone; a guest who was let in
before joins again and again, each time on a freshly loaded page. Measured in the guest's page, from the click to the
first frame of the host's picture that the browser presents (requestVideoFrameCallback). Bounds live here, not in tests.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from dev.cloud import Cloud, running
from tests.browser.captures import LOOKS, picture, sound
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.house import House, sign_up
from tests.browser.person import Person

RUNS = 20
AIM_P95 = 0.5
"""Seconds, on loopback."""

WATCH = """() => {
  window.firstFrame = new Promise((done) => {
    document.querySelector("#join").addEventListener("click", () => {
      const clicked = performance.now();
      const watched = new WeakSet();
      let seen = false;
      const look = () => {
        for (const player of document.querySelectorAll("#tiles li:not(.self) video")) {
          if (watched.has(player)) continue;
          watched.add(player);
          player.requestVideoFrameCallback((now) => { seen = true; done((now - clicked) / 1000); });
        }
        if (!seen) requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}"""


def main() -> None:
    """Prints each figure as it comes, then p50, p95 and one JSON line."""
    folder = Path(tempfile.mkdtemp())
    with running(folder / "data") as cloud, sync_playwright() as driver:
        browsers = [launch(driver, folder, number) for number in (0, 1)]
        guest = admitted(cloud, browsers)
        figures = [_join_again(guest) for _ in range(RUNS)]
        for browser in browsers:
            browser.close()
    _print(figures)


def admitted(cloud: Cloud, browsers: list[Browser]) -> Person:
    """A guest in the room of a host who sends picture and sound, each in a browser of their own."""
    state = sign_up(cloud, browsers[0])
    hosting = browsers[0].new_context(storage_state=state, locale="fr-FR")
    house = House(cloud, state, hosting.new_page())
    host = Person(hosting.new_page(), house.host_name, LOOKS[0])
    house.open_host(host)
    host.join_inside()
    guest = Person(browsers[1].new_context(locale="fr-FR").new_page(), house.guest_name(0), LOOKS[1])
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    return guest


def launch(driver: Playwright, folder: Path, number: int) -> Browser:
    """A Chromium with the fake camera and microphone of that number."""
    look = LOOKS[number]
    files = [
        f"--use-file-for-fake-video-capture={picture(folder / f'{look.tone}.y4m', look)}",
        f"--use-file-for-fake-audio-capture={sound(folder / f'{look.tone}.wav', look)}",
    ]
    return driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *files])


def _join_again(guest: Person) -> float:
    """Seconds from click to first frame, on a page loaded anew."""
    guest.page.reload()
    guest.until("the preview", guest.page.locator("#join").is_visible)
    guest.page.evaluate(WATCH)
    guest.join()
    seconds = float(guest.page.evaluate("window.firstFrame"))
    print(f"{seconds:.3f} s", file=sys.stderr)
    return seconds


def _print(figures: list[float]) -> None:
    ordered = sorted(figures)
    p50, p95 = statistics.median(ordered), ordered[round(0.95 * (len(ordered) - 1))]
    print("click on “join” → first remote frame, warm, loopback, two Chromium and the whole product on this machine")
    print(f"runs {len(figures)}   p50 {p50:.3f} s   p95 {p95:.3f} s   max {ordered[-1]:.3f} s   aim: p95 < {AIM_P95} s")
    print(json.dumps({"runs": len(figures), "p50_s": p50, "p95_s": p95, "max_s": ordered[-1], "aim_p95_s": AIM_P95}))


if __name__ == "__main__":
    main()
