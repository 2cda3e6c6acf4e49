"""A recording as a worker's own writer leaves it, and a store that a composing job finds it in."""

import base64
import io
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.signalling import composing
from chalicelib.signalling.composing import Brief, Source, Stretch, What
from media_workers.compose.composer import compose
from media_workers.compose.output import SealedFile
from media_workers.compose.tape import Reels, Shelf
from media_workers.recording.part import Part
from media_workers.recording.spool import Spool
from media_workers.recording.timeline import SenderClock
from tests.unit.media_workers.recording.senders import BEGAN, Camera, Sound

KEY = bytes(range(32))
KINDS = {"microphone": "audio", "screen_sound": "audio", "camera": "video", "screen": "video"}
RATE = 48_000


@dataclass
class Taped:
    """One worker's part, written into ``folder``."""

    folder: Path
    tracks: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _streams: int = 0

    def __post_init__(self) -> None:
        self.spool = Spool(self.folder, 1 << 30)
        self.part = Part("r", 1, BEGAN, self.spool, lambda stream: None)

    def sound(self, who: str, name: str, hertz: int, *spans: tuple[float, float], start: float = 0.0) -> None:
        """Somebody's microphone: sends in these spans, seconds from ``start`` on, is muted between them."""
        track = self._track(who, name, "microphone")
        for begins, ends in spans:
            self._streams += 1
            sender = Sound(self._streams, hertz, start=BEGAN + start)
            track.open(self._streams, SenderClock())
            for packet in sender.packets(int(begins * 50), int(ends * 50)):
                track.packet(packet)
            track.pause("muted")

    def picture(
        self, who: str, name: str, begins: float, frames: int, source: str = "camera", size: tuple[int, int] = (160, 96)
    ) -> None:
        """Somebody's camera or screen: so many frames, 25 a second, with a keyframe each four seconds."""
        track = self._track(who, name, source)
        self._streams += 1
        sender = Camera(
            self._streams, start=BEGAN + begins, keyframe_every=100, width=size[0], height=size[1], delay=0.02
        )
        track.open(self._streams, SenderClock())
        for packet in sender.packets(0, frames):
            track.packet(packet)
        track.pause("left")

    def _track(self, who: str, name: str, source: str) -> Any:
        identifier = f"{who}-{source}"
        self.tracks[identifier] = (who, source, name)
        self.part.open(identifier, KINDS[source], KEY, f"recordings/r/{identifier}/")
        return self.part.tracks[identifier].writer

    def brief(self, what: What = "meeting", only: str = "") -> Brief:
        """What the functions would say of it."""
        sources = []
        for identifier, (who, source, name) in self.tracks.items():
            if only and who != only:
                continue
            segments = [(n, start, length) for n, start, length, _ in self.part.tracks[identifier].segments]
            stretch = Stretch(1, base64.b64encode(KEY).decode(), segments)
            sources.append(Source(identifier, who, source, name, [stretch]))
        ends = [start + length for one in sources for _, start, length in one.stretches[0].segments]
        return Brief("r", "f", what, max(ends), base64.b64encode(KEY).decode(), "", sources)


class Shelves:
    """A store: segments from the spool, chunks in memory."""

    def __init__(self, taped: Taped) -> None:
        self._taped = taped
        self.chunks: dict[int, bytes] = {}
        self.fetched: list[str] = []
        self._lock = threading.Lock()

    def reading_links(self, track: str, names: list[str]) -> list[str]:
        return [f"recordings/r/{track}/{name}" for name in names]

    def writing_links(self, numbers: list[int]) -> list[str]:
        return [str(number) for number in numbers]

    def fetch(self, link: str) -> bytes:
        with self._lock:
            self.fetched.append(link)
        return self._taped.spool.get(link)

    def put(self, link: str, content: bytes) -> None:
        assert int(link) not in self.chunks, "each number is sealed once"
        self.chunks[int(link)] = content

    def opened(self) -> bytes:
        """The file as a browser puts it together."""
        return b"".join(
            AESGCM(KEY).decrypt(number.to_bytes(12, "big"), self.chunks[number], f"r\0file#f\0{number:06d}".encode())
            for number in sorted(self.chunks)
        )


def composed(taped: Taped, brief: Brief, chunk: int = composing.CHUNK) -> tuple[bytes, Shelves]:
    """The file, and the store after it."""
    store = Shelves(taped)
    reels, shelf = Reels(brief, store), Shelf(store)
    out = SealedFile(brief.recording, brief.file, KEY, shelf.put, chunk)
    compose(brief, reels, out, lambda done: None)
    shelf.close()
    reels.close()
    assert (out.chunks, out.size) == (len(store.chunks), len(store.opened()))
    return store.opened(), store


def heard(file: bytes) -> Any:
    """The sound of a file: mono, 48 kHz, from its very beginning as a player plays it."""
    with av.open(io.BytesIO(file), "r") as container:
        wave = numpy.zeros(int((container.duration or 0) / 1_000_000 * RATE) + RATE, numpy.float32)
        for frame in container.decode(audio=0):
            at = round(float(frame.time or 0) * RATE)
            samples = frame.to_ndarray()[0]
            if at < 0:
                samples, at = samples[-at:], 0
            wave[at : at + len(samples)] = samples
    return wave


def seen(file: bytes) -> list[tuple[float, Any]]:
    """The pictures of a file: time in seconds, brightness (height, width)."""
    with av.open(io.BytesIO(file), "r") as container:
        return [(float(frame.time or 0), frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def tone(wave: Any, hertz: int, second: float, length: float = 0.1) -> float:
    """How much of a tone there is in a stretch, 0 to 1."""
    part = wave[int(second * RATE) : int((second + length) * RATE)]
    turns = numpy.exp(-2j * numpy.pi * hertz * numpy.arange(len(part)) / RATE)
    return float(2 * abs((part * turns).mean()))
