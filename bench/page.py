"""What the room's page costs: ``make bench-page`` (``python -m bench.page``).

First load: a guest opens the room's page in a fresh browser until the preview shows, then until inside. Requests and
bytes, as they are and compressed as a CDN would (gzip). Seats: offers of 12, 25 and 49 in the same browser, answered by
the product's worker, each joined several times: sizes, and the time from making the offer to the host's first picture.
"""

import gzip
import json
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Response, sync_playwright

from bench.join import admitted, launch
from dev.cloud import running
from tests.browser.captures import LOOKS
from tests.browser.person import Person

SEATS = (12, 25, 49)
RUNS = 5

JOIN = """async (seats) => {
  const base = document.querySelector('script[type=module]').src.replace('main.js', '');
  const load = (name) => import(base + name);
  const [{ Api }, { Connection }, { browserClock }] = await Promise.all(
    [load('wire/api.js'), load('wire/join.js'), load('clock.js')]);
  const csrf = document.querySelector('meta[name=csrf-token]').content;
  const occurrence = location.pathname.split('/').pop();
  const began = performance.now();
  const connection = new Connection(new Api(occurrence, csrf), browserClock, seats);
  await connection.prepare();
  const offered = performance.now();
  const hello = await connection.open();
  const greeted = performance.now();
  const seated = hello.seats.find((one) => one.source === 'camera');
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = connection.streams.seats[seated ? seated.seat : 0].video;
  void video.play();
  const seen = await new Promise((done) => video.requestVideoFrameCallback(done));
  const sdp = { offer: connection.peer.localDescription.sdp, answer: connection.peer.remoteDescription.sdp };
  connection.leave();
  return { offering: offered - began, joining: greeted - offered, all: seen - began, ...sdp };
}"""


@dataclass
class Load:
    """What was fetched. ``own``: our scripts; ``vendor``: other people's."""

    requests: int = 0
    bytes: dict[str, int] = field(default_factory=dict)
    packed: int = 0

    def add(self, response: Response) -> None:
        """Counts one answer with a body."""
        body = response.body()
        kind = _kind(response)
        self.requests += 1
        self.bytes[kind] = self.bytes.get(kind, 0) + len(body)
        self.packed += len(body) if kind == "font" else len(gzip.compress(body))

    @property
    def total(self) -> int:
        """Bytes as they are."""
        return sum(self.bytes.values())


def main() -> None:
    """Prints both tables and one JSON line."""
    folder = Path(tempfile.mkdtemp())
    with running(folder / "data") as cloud, sync_playwright() as driver:
        browsers = [launch(driver, folder, number) for number in (0, 1)]
        guest = admitted(cloud, browsers)
        cookies = guest.page.context.storage_state()
        loads = _loads(Person(browsers[1].new_context(storage_state=cookies).new_page(), guest.name, LOOKS[1]), guest)
        guest.page.reload()
        guest.until("the preview", guest.page.locator("#join").is_visible)
        seats = {seats: [guest.page.evaluate(JOIN, seats) for _ in range(RUNS)] for seats in SEATS}
        for browser in browsers:
            browser.close()
    _print(loads, seats)


def _loads(fresh: Person, guest: Person) -> dict[str, Load]:
    """The page opened by a browser that has nothing of it; what the preview needs, and what came until inside."""
    answers: list[Response] = []
    fresh.page.on("response", lambda answer: answers.append(answer))
    fresh.page.goto(guest.page.url)
    fresh.until("the preview", fresh.page.locator("#mirror").is_visible)
    fresh.page.wait_for_load_state("networkidle")
    loads = {"preview": Load(), "inside": Load()}
    first = len(answers)
    fresh.join_inside()
    fresh.page.wait_for_timeout(6000)  # panels are fetched ahead, four seconds after the way in
    for number, answer in enumerate(answers):
        if "/static/" in answer.url or answer.url == guest.page.url:
            loads["preview" if number < first else "inside"].add(answer)
    return loads


def _kind(response: Response) -> str:
    path = response.url.partition("?")[0]
    for ending, kind in ((".js", "script"), (".css", "style"), (".woff2", "font"), (".svg", "image")):
        if path.endswith(ending):
            return "vendor" if "/vendor/" in path else kind
    return "page"


def _print(loads: dict[str, Load], seats: dict[int, list[dict[str, Any]]]) -> None:
    print("| part | requests | kB | kB compressed | own scripts kB | styles | fonts | others' scripts |")
    print("|---|---|---|---|---|---|---|---|")
    for name, load in loads.items():
        parts = (load.bytes.get(kind, 0) / 1000 for kind in ("script", "style", "font", "vendor"))
        shown = " | ".join(f"{part:.0f}" for part in parts)
        print(f"| {name} | {load.requests} | {load.total / 1000:.0f} | {load.packed / 1000:.0f} | {shown} |")
    print(
        "\n| seats | offer kB (gzip) | answer kB (gzip) | making the offer ms | joining ms | to the first picture ms |"
    )
    print("|---|---|---|---|---|---|")
    for number, runs in seats.items():
        sizes = (f"{len(runs[0][part]) / 1000:.0f} ({_packed(runs[0][part]):.1f})" for part in ("offer", "answer"))
        times = (f"{statistics.median(run[part] for run in runs):.0f}" for part in ("offering", "joining", "all"))
        print(f"| {number} | {' | '.join(sizes)} | {' | '.join(times)} |")
    print(json.dumps({name: {"requests": load.requests, "bytes": load.total} for name, load in loads.items()}))


def _packed(text: str) -> float:
    return len(gzip.compress(text.encode())) / 1000


if __name__ == "__main__":
    main()
