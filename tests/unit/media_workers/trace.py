"""What the estimate for one receiver was made from in a real meeting, as a file: `tests.media.record_traces` writes it.

Compressed text. The first line is JSON: where it comes from. Each further line is one thing that happened: a letter,
how long after the one before in tenths of a millisecond, and what. ``s``: sizes of numbered packets that went out
together; ``f``: feedback that came (its FCI, hex); ``t``: the tick of every 20 ms, with the bytes a probe asked for;
``n``: the bits per second needed; ``c``: the network's conditions from now on.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_workers.chaos import CALM, Conditions
from media_workers.downlink import Downlink
from media_workers.forwarder import TICK

FOLDER = Path(__file__).parent / "traces"
TRACES = tuple(sorted(path.stem for path in FOLDER.glob("*.gz")))
"""Names of those there are."""
UNIT = 10_000
"""Parts of a second."""
CALMLY = asdict(CALM)


@dataclass(frozen=True)
class Event:
    """``at``: in units since the beginning. Of the others what belongs to the kind."""

    kind: str
    at: int
    values: tuple[int, ...] = ()
    information: bytes = b""
    ways: tuple[Conditions, Conditions] | None = None
    """To the receiver, and from it."""

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self.at / UNIT


@dataclass(frozen=True)
class Trace:
    """``about``: name, network, most (bits per second), browser, date."""

    about: dict[str, Any]
    events: list[Event]

    def replay(self, downlink: Downlink, told: Callable[[Event], None] = lambda event: None) -> None:
        """Gives a downlink what the recorded one was given. ``told``: called after each event."""
        downlink.numbered = True
        for event in self.events:
            now = event.seconds
            if event.kind == "s":
                for size in event.values:
                    downlink.sent(size, now)
            elif event.kind == "f":
                downlink.feedback(event.information, now)
            elif event.kind == "t":
                downlink.padding(now, TICK)
            elif event.kind == "n":
                downlink.need(event.values[0])
            told(event)

    def phases(self) -> list[tuple[float, Conditions]]:
        """From which second on which conditions were those of the way to the receiver."""
        return [(event.seconds, event.ways[0]) for event in self.events if event.ways is not None]

    @property
    def most(self) -> int:
        """Bits per second the estimate may not go beyond."""
        return int(self.about["most"])

    @property
    def length(self) -> float:
        """Seconds."""
        return self.events[-1].seconds

    def written(self) -> bytes:
        """The same trace is the same bytes."""
        lines = [json.dumps(self.about)]
        before = 0
        for event in self.events:
            lines.append(f"{event.kind},{event.at - before},{_shown(event)}")
            before = event.at
        return gzip.compress("\n".join(lines).encode(), 9, mtime=0)

    @classmethod
    def read(cls, name: str) -> "Trace":
        """One of ours."""
        return cls.of((FOLDER / f"{name}.gz").read_bytes())

    @classmethod
    def of(cls, data: bytes) -> "Trace":
        """What `written` gave: what is malformed raises anything."""
        head, *lines = gzip.decompress(data).decode().split("\n")
        events, at = [], 0
        for line in lines:
            kind, passed, rest = line.split(",", 2)
            at += int(passed)
            events.append(_event(kind, at, rest))
        return cls(json.loads(head), events)


def _shown(event: Event) -> str:
    if event.kind == "f":
        return event.information.hex()
    if event.ways is not None:
        return json.dumps([{name: of for name, of in asdict(way).items() if of != CALMLY[name]} for way in event.ways])
    return ",".join(map(str, event.values))


def _event(kind: str, at: int, rest: str) -> Event:
    if kind == "f":
        return Event(kind, at, information=bytes.fromhex(rest))
    if kind == "c":
        down, up = (Conditions(**changed) for changed in json.loads(rest))
        return Event(kind, at, ways=(down, up))
    return Event(kind, at, tuple(map(int, rest.split(","))))
