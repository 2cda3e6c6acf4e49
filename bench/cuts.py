"""How soon sound and picture are back after the network is: ``python -m bench.cuts``.

A guest's Chromium stands on a line of its own (a network namespace; root and nftables are needed); the line is cut for
5 s and for 20 s, and moved to another address. The figures are the seconds from the moment the line carries again (or
has its new address) to the first sound packet and the first decoded picture that the guest's browser counts.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.join import launch
from dev.cloud import running
from tests.browser import captures, line
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.house import House, sign_up
from tests.browser.line import Line
from tests.browser.person import Person

RUNS = {"cut of 5 s": 4, "cut of 20 s": 3, "new address": 4}
AIM_SOUND, AIM_PICTURE = 3.0, 5.0

WATCH = """
const Real = RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = class extends Real {
  constructor(...given) { super(...given); window.peers.push(this); }
};
window.counted = new Map();
window.first = {};
setInterval(async () => {
  for (const [number, peer] of window.peers.entries()) {
    if (peer.connectionState === "closed") continue;
    for (const one of (await peer.getStats()).values()) {
      if (one.type !== "inbound-rtp") continue;
      const key = `${number} ${one.id}`;
      const count = one.kind === "audio" ? one.packetsReceived : (one.framesDecoded ?? 0);
      if (count > (window.counted.get(key) ?? 0)) window.first[one.kind] ??= performance.now();
      window.counted.set(key, count);
    }
  }
}, 25);
"""

RETURNED = "() => { window.first = {}; window.returned = performance.now(); }"
SECONDS = "(kind) => (window.first[kind] ? (window.first[kind] - window.returned) / 1000 : null)"


def main() -> int:
    """Prints each figure as it comes, then a table and one JSON line. 1 where there is no line to be had."""
    if why := line.missing():
        print(f"no line of its own for a browser: {why}", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp())
    with running(folder / "data") as cloud, sync_playwright() as driver:
        own = Line(int(cloud.url.rpartition(":")[2]))
        try:
            own.open()
            near = launch(driver, folder, 0)
            look = captures.LOOKS[1]
            picture, sound = captures.picture(folder / "far.y4m", look), captures.sound(folder / "far.wav", look)
            files = [f"--use-file-for-fake-video-capture={picture}", f"--use-file-for-fake-audio-capture={sound}"]
            far = driver.chromium.launch(executable_path=own.program(folder, CHROMIUM), args=[*FLAGS, *files])
            state = sign_up(cloud, near)
            host_side, guest_side = near.new_context(storage_state=state), far.new_context(locale="fr-FR")
            house = House(cloud, state, host_side.new_page())
            host = Person(host_side.new_page(), house.host_name, captures.LOOKS[0])
            house.open_host(host)
            host.join_inside()
            guest = Person(guest_side.new_page(), house.guest_name(0), look)
            guest.page.add_init_script(WATCH)
            house.open_guest(guest, 0)
            guest.join()
            host.admit(guest.name)
            guest.until("the room", guest.inside)
            guest.sees(host)
            figures = {what: [_measure(guest, own, what) for _ in range(runs)] for what, runs in RUNS.items()}
            near.close()
            far.close()
        finally:
            own.close()
    _print(figures)
    return 0


def _measure(guest: Person, own: Line, what: str) -> tuple[float, float]:
    """Seconds to sound and to picture."""
    faults: dict[str, Callable[[], None]] = {
        "cut of 5 s": lambda: _cut(guest, own, 5),
        "cut of 20 s": lambda: _cut(guest, own, 20),
        "new address": lambda: _move(guest, own),
    }
    faults[what]()
    sound = guest.until("sound", lambda: guest.page.evaluate(SECONDS, "audio"))
    picture = guest.until("a picture", lambda: guest.page.evaluate(SECONDS, "video"))
    guest.until("the room", lambda: not guest.on_the_way_back())
    guest.page.wait_for_timeout(3000)
    print(f"{what}: sound {sound:.2f} s, picture {picture:.2f} s", file=sys.stderr)
    return sound, picture


def _cut(guest: Person, own: Line, seconds: int) -> None:
    with own.cut():
        guest.page.wait_for_timeout(seconds * 1000)
    guest.page.evaluate(RETURNED)


def _move(guest: Person, own: Line) -> None:
    own.turn()
    guest.page.evaluate(RETURNED)


def _print(figures: dict[str, list[tuple[float, float]]]) -> None:
    print(f"from the network's return to the first sound and picture of the other; aim {AIM_SOUND} and {AIM_PICTURE} s")
    for what, pairs in figures.items():
        sounds, pictures = zip(*pairs, strict=True)
        worst = f"max {max(sounds):.2f} / {max(pictures):.2f}"
        middle = f"p50 {sorted(sounds)[len(sounds) // 2]:.2f} / {sorted(pictures)[len(pictures) // 2]:.2f}"
        print(f"{what:12} runs {len(pairs)}   sound / picture: {middle} s   {worst} s")
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
