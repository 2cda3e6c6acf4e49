"""Records what the estimate of a downlink is made from, with a real browser on networks made bad by script.

``python -m tests.media.record_traces [name ...]`` writes tests/unit/media_workers/traces/, a minute for each network.
Two people send cameras of three encodings, a third one with Debian's Chromium watches both; the way to and from him is
what the script says. Not a test: run it by hand, on a machine with nothing else to do, when browsers give feedback in
another way.
"""

import argparse
import asyncio
import datetime
import subprocess
import sys
from dataclasses import dataclass

from media_workers.chaos import Conditions
from media_workers.downlink import Downlink
from tests.media.rough import Fared, RoughMeeting
from tests.media.waiting import until
from tests.unit.media_workers.trace import FOLDER, UNIT, Event, Trace

LINE = Conditions(delay=0.02, bitrate=100_000_000)
"""A good line: its bandwidth keeps what was sent together in order."""
WATCHER, SENDERS = "paul", ("anne", "zoe")
WIDTH, HEIGHT = 960, 540
PAINT = """([width, height]) => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const some = (most) => Math.floor(Math.random() * most);
  setInterval(() => {
    for (let patch = 0; patch < 40; patch += 1) {
      context.fillStyle = `hsl(${some(360)} 80% ${some(100)}%)`;
      context.fillRect(some(width), some(height), 20 + some(100), 20 + some(100));
    }
  }, 50);
  return window.slots[1].sender.replaceTrack(canvas.captureStream(20).getVideoTracks()[0]);
}"""
"""A picture that takes all the bits it may: the browser's fake camera takes a tenth of what a face does."""


@dataclass(frozen=True)
class Phase:
    """Seconds of one network, to the watcher and from him."""

    seconds: float
    down: Conditions = LINE
    up: Conditions = LINE


def _cap(bitrate: int, queue: float = 0.3) -> Conditions:
    return Conditions(delay=0.02, bitrate=bitrate, queue=queue)


_ROUGH = Conditions(delay=0.02, bitrate=100_000_000, jitter=0.08, loss=0.03)
_STALLS = Conditions(delay=0.02, bitrate=50_000_000, stall=0.15, every=1.0)
_LOSSY = Conditions(delay=0.02, bitrate=100_000_000, loss=0.12)

SCRIPTS: dict[str, tuple[Phase, ...]] = {
    "steady": (Phase(35),),
    "jitter": (Phase(12), Phase(30, _ROUGH, _ROUGH)),
    "cap": (Phase(12), Phase(20, _cap(300_000)), Phase(15)),
    "falling": (Phase(15, _cap(2_000_000)), Phase(15, _cap(500_000)), Phase(20, _cap(1_000_000))),
    "bloat": (Phase(12), Phase(25, _cap(700_000, queue=2.0)), Phase(12)),
    "stalls": (Phase(12), Phase(25, _STALLS, _STALLS), Phase(8)),
    "loss": (Phase(12), Phase(20, _LOSSY), Phase(12)),
}


class Taped(Downlink):
    """Keeps what it is given, in times rounded as a trace has them, so that the trace gives the same estimates."""

    def __init__(self, most: int, zero: float) -> None:
        """``zero``: the instant from which times are counted."""
        super().__init__(most, 0.0)
        self.numbered = True
        self.events: list[Event] = []
        self.rates: list[int] = []
        """After each tick."""
        self._zero = zero
        self._at = 0

    def _now(self, now: float) -> float:
        self._at = round((now - self._zero) * UNIT)
        return self._at / UNIT

    def weather(self, phase: Phase, now: float) -> None:
        """The network from now on."""
        self._now(now)
        self.events.append(Event("c", self._at, ways=(phase.down, phase.up)))

    def sent(self, size: int, now: float) -> None:
        """See `Downlink`."""
        super().sent(size, self._now(now))
        self.events.append(Event("s", self._at, (size,)))

    def sent_all(self, sizes: list[int], now: float) -> None:
        """See `Downlink`."""
        if sizes:
            super().sent_all(sizes, self._now(now))
            self.events.append(Event("s", self._at, tuple(sizes)))

    def feedback(self, information: bytes, now: float) -> None:
        """See `Downlink`."""
        super().feedback(information, self._now(now))
        self.events.append(Event("f", self._at, information=information))

    def need(self, bits: float) -> None:
        """See `Downlink`."""
        whole = round(bits)
        if min(whole, self.most) != self.needed:
            self.events.append(Event("n", self._at, (whole,)))
        super().need(whole)

    def padding(self, now: float, tick: float) -> int:
        """See `Downlink`."""
        size = super().padding(self._now(now), tick)
        self.events.append(Event("t", self._at, (size,)))
        self.rates.append(self.rate)
        return size


async def record(name: str, version: str) -> Trace:
    """Plays one network."""
    phases = SCRIPTS[name]
    clock = asyncio.get_running_loop().time
    async with RoughMeeting.of(WATCHER, *SENDERS) as meeting:
        await meeting.join(WATCHER, width=320, height=180)
        page = meeting.pages[WATCHER]
        await until(lambda: page.evaluate("!!window.state.hello"), bool, "the watcher's first word")
        connection = meeting.connection(WATCHER)
        # Nobody else is there: nothing numbered has been sent yet.
        taped = Taped(connection.leg.downlink.most, clock())
        connection.leg.downlink = connection.view._downlink = taped
        meeting.disturb(WATCHER, down=phases[0].down, up=phases[0].up)
        taped.weather(phases[0], clock())
        for sender in SENDERS:
            await meeting.join(sender, simulcast=True, width=WIDTH, height=HEIGHT)
            page = meeting.pages[sender]
            await until(lambda: page.evaluate("!!window.state.hello"), bool, f"{sender}'s first word")  # noqa: B023
            await page.evaluate(PAINT, [WIDTH, HEIGHT])
            await page.evaluate("window.show([])")
        await until(
            lambda: meeting.fared(WATCHER),
            lambda seen: all(seen.get(one, Fared()).frames > 5 for one in SENDERS),
            "both pictures",
        )
        for place, phase in enumerate(phases):
            if place:
                meeting.disturb(WATCHER, down=phase.down, up=phase.up)
                taped.weather(phase, clock())
            await asyncio.sleep(phase.seconds)
        events, rates = list(taped.events), list(taped.rates)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    about = {"name": name, "recorded": today, "browser": version, "most": taped.most}
    trace = Trace(about, events)
    assert replayed(trace) == rates, "what is written down is not what the estimate was made from"
    return trace


def replayed(trace: Trace) -> list[int]:
    """The estimate after each tick, made from the trace alone."""
    downlink, rates = Downlink(trace.most, 0.0), list[int]()
    trace.replay(downlink, lambda event: rates.append(downlink.rate) if event.kind == "t" else None)
    return rates


def main() -> None:
    """Records all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(SCRIPTS))
    chosen = parser.parse_args().names or list(SCRIPTS)
    said = subprocess.run(["/usr/bin/chromium", "--version"], capture_output=True, text=True, check=True).stdout
    version = " ".join(said.split()[:2])
    FOLDER.mkdir(exist_ok=True)
    for name in chosen:
        trace = asyncio.run(record(name, version))
        data, rates = trace.written(), replayed(trace)
        (FOLDER / f"{name}.gz").write_bytes(data)
        sys.stdout.write(
            f"{name:8} {trace.length:4.1f} s {len(data) / 1000:4.1f} kB {min(rates)}..{max(rates)} bit/s\n"
        )


if __name__ == "__main__":
    main()
