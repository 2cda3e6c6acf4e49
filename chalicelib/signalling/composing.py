"""What functions and the job that makes one file of a recording say to each other (docs/recording.md, "Saving")."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .messages import MessageError

What = Literal["meeting", "person", "voice"]
"""Everybody in a grid; one person's picture and sound; one person's sound alone."""

CHUNK = 4 << 20
"""Bytes of a file that are sealed together; the last chunk is shorter."""

FRAME = 40
"""Milliseconds of a picture."""


@dataclass(frozen=True)
class Stretch:
    """One worker's part of a track. ``key``: of its segments, base64. ``segments``: number, start, duration (ms)."""

    part: int
    key: str
    segments: list[tuple[int, int, int]]


@dataclass(frozen=True)
class Source:
    """A track: microphone, camera, screen or screen_sound of a person. ``name``: as on the tile."""

    track: str
    participant: str
    source: str
    name: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class Brief:
    """All a job knows. ``length``: milliseconds of the timeline. ``key``: seals the file, base64. ``token``: for every
    further call, as the first one's is used up."""

    recording: str
    file: str
    what: What
    length: int
    key: str
    token: str
    sources: list[Source]


def name_of(part: int, number: int, start: int, duration: int) -> str:
    """Of a segment's object, without its path."""
    return f"{part:04d}-{number:06d}-{start}-{duration}"


def chunk_name(number: int) -> str:
    """Of a file's object, without its path."""
    return f"{number:06d}"


def associated(recording: str, place: str, name: str) -> bytes:
    """What an object is sealed for. ``place``: a track's id, or ``file#<id>``."""
    return f"{recording}\0{place}\0{name}".encode()


def nonce(number: int) -> bytes:
    """Of a segment, and of a chunk: each has a key of its own."""
    return number.to_bytes(12, "big")


def dump(brief: Brief) -> dict[str, Any]:
    """As it travels."""
    return asdict(brief)


def load(body: bytes) -> Brief:
    """Raises `MessageError`."""
    try:
        data: dict[str, Any] = json.loads(body)
        what = data["what"]
        if what not in ("meeting", "person", "voice"):
            raise ValueError(what)
        return Brief(
            recording=str(data["recording"]),
            file=str(data["file"]),
            what=what,
            length=int(data["length"]),
            key=str(data["key"]),
            token=str(data["token"]),
            sources=[_source(source) for source in data["sources"]],
        )
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise MessageError("not a brief") from fault


def _source(data: Any) -> Source:
    stretches = [
        Stretch(int(one["part"]), str(one["key"]), [(int(n), int(start), int(d)) for n, start, d in one["segments"]])
        for one in data["stretches"]
    ]
    return Source(str(data["track"]), str(data["participant"]), str(data["source"]), str(data["name"]), stretches)
