"""What functions and workers say to each other of recordings (docs/recording.md, "Between functions and workers")."""

import json
from dataclasses import dataclass, field
from typing import Any

from .messages import MessageError


@dataclass(frozen=True)
class HeldRoom:
    """A room a worker holds. ``recording``, ``part``, ``version``: the state it follows; empty and 0: it knows none."""

    room: str
    epoch: int
    recording: str
    part: int
    version: int


@dataclass(frozen=True)
class PartReport:
    """A part a worker writes or has written. ``waiting``: segments not stored yet; ``lost``: known to be missing.

    Repeated until a report that held it closed was answered 200.
    """

    recording: str
    part: int
    waiting: int
    lost: int
    closed: bool


@dataclass(frozen=True)
class RecordingReport:
    """``POST /workers/recordings`` at the functions, while there is something to say."""

    worker: str
    incarnation: str
    rooms: list[HeldRoom]
    parts: list[PartReport]


def load_report(body: bytes) -> RecordingReport:
    """Raises `MessageError`."""
    try:
        data: dict[str, Any] = json.loads(body)
        return RecordingReport(
            worker=str(data["worker"]),
            incarnation=str(data["incarnation"]),
            rooms=[
                HeldRoom(str(r["room"]), int(r["epoch"]), str(r["recording"]), int(r["part"]), int(r["version"]))
                for r in data["rooms"]
            ],
            parts=[
                PartReport(str(p["recording"]), int(p["part"]), int(p["waiting"]), int(p["lost"]), bool(p["closed"]))
                for p in data["parts"]
            ],
        )
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as fault:
        raise MessageError("not a report of recordings") from fault


@dataclass(frozen=True)
class WantedTrack:
    """A track to be written. ``key``: segment key of this part, base64; ``path``: of its objects in the bucket;
    ``owner``: the participant who agreed to it; empty: the one who sends it."""

    track: str
    participant: str
    source: str
    key: str
    path: str
    owner: str = ""

    @property
    def agreed_by(self) -> str:
        """The participant whose withdrawal ends it."""
        return self.owner or self.participant


@dataclass(frozen=True)
class Wanted:
    """The message of a push ``record``: everything a room must do about its recording.

    ``state``: asking, running, stopped. ``began``: zero of the timeline, seconds since 1970. ``answers``: participant →
    agreed or refused; who is not in it has not answered. ``said``: how many answers each has given, by which a worker
    tells one given after a withdrawal it has heard of itself.
    """

    recording: str
    version: int
    state: str
    part: int
    began: float
    answers: dict[str, str]
    tracks: list[WantedTrack]
    said: dict[str, int] = field(default_factory=dict)


def load_wanted(data: Any) -> Wanted:
    """From a push's message. Raises `MessageError`."""
    try:
        return Wanted(
            recording=str(data["recording"]),
            version=int(data["version"]),
            state=str(data["state"]),
            part=int(data["part"]),
            began=float(data["began"]),
            answers={str(who): str(answer) for who, answer in data["answers"].items()},
            tracks=[_load_track(track) for track in data["tracks"]],
            said={str(who): int(count) for who, count in data.get("said", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise MessageError("not the state of a recording") from fault


def _load_track(data: Any) -> WantedTrack:
    return WantedTrack(
        track=str(data["track"]),
        participant=str(data["participant"]),
        source=str(data["source"]),
        key=str(data["key"]),
        path=str(data["path"]),
        owner=str(data.get("owner", "")),
    )
