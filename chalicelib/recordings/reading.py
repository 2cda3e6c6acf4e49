"""A recording as a player or a composer reads it: who, which stretches, which segments, where something is missing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib import storage
from chalicelib.register import row_of
from chalicelib.storage import keys, objects
from chalicelib.storage.sealing import Unreadable

from . import vault
from .models import Part, Recording, Track
from .rules import Gap, Segment, gaps_between, read_name
from .vault import PartName

ROW = row_of("recording")


@dataclass(frozen=True)
class PartView:
    """One worker's stretch of a track. ``key``: of its segments, 32 bytes. Times in milliseconds of the timeline.

    ``whole``: its manifest says that nothing is lost and every segment it names is there.
    """

    number: int
    key: bytes
    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]
    whole: bool


@dataclass(frozen=True)
class TrackView:
    """One source of one person. ``name``: as on the tile."""

    id: str
    participant: str
    source: str
    name: str
    parts: tuple[PartView, ...]

    @property
    def segments(self) -> Iterator[tuple[PartView, Segment]]:
        """All segments in the order of the timeline."""
        return ((part, segment) for part in self.parts for segment in part.segments)


@dataclass(frozen=True)
class Timeline:
    """``began_at``: seconds since 1970, zero of the timeline. ``length``: milliseconds."""

    recording: str
    began_at: int
    length: int
    tracks: tuple[TrackView, ...]


@dataclass(frozen=True)
class Opened:
    """A segment in plain: what it is (docs/recording.md), and a whole file of media."""

    head: dict[str, Any]
    media: bytes


def timeline(recording: Recording) -> Timeline:
    """What can be played. Tracks whose key was destroyed are left out. Raises `KeyDestroyed` when its own key was."""
    keys.open_key(vault.recording_owner(recording.id))
    tracks = tuple(view for track in _tracks(recording) if (view := track_view(recording, track)) is not None)
    ends = [segment.start + segment.duration for view in tracks for _, segment in view.segments]
    return Timeline(recording.id, int(recording.began_at or 0), max(ends, default=0), tracks)


def track_view(recording: Recording, track: Track) -> TrackView | None:
    """One track; `None` when its key was destroyed."""
    try:
        key = vault.track_key(recording.id, track.id)
    except keys.KeyDestroyed:
        return None
    opened = storage.get(Track, track.pk, track.sk, key=key)
    if opened is None:
        return None
    parts = tuple(_part(recording, track, part) for part in parts_of(recording))
    return TrackView(track.id, opened.participant, opened.source, opened.name, tuple(p for p in parts if p.segments))


def segment(recording: str, track: TrackView, part: PartView, wanted: Segment) -> Opened:
    """A segment fetched and decrypted. Raises `Unreadable`, also when it is not there."""
    content = objects.raw(ROW, path_of(recording, track.id) + wanted.object)
    if content is None:
        raise Unreadable(wanted.object)
    plain = vault.open_object(part.key, recording, track.id, wanted.object, content)
    length = int.from_bytes(plain[:4], "big")
    return Opened(json.loads(plain[4 : 4 + length]), plain[4 + length :])


def path_of(recording: str, track: str) -> str:
    """Where a track's objects are, below the row's prefix."""
    return objects.name_for(f"recording#{recording}", f"track#{track}", "")


def parts_of(recording: Recording) -> list[Part]:
    """In order."""
    return sorted(storage.query(Part, recording.pk, "part#"), key=lambda part: part.number)


def part_name(part: Part) -> PartName:
    """What segment keys are made from."""
    return PartName(part.number, int(part.epoch), part.incarnation)


def _tracks(recording: Recording) -> Iterator[Track]:
    return storage.query(Track, recording.pk, "track#")


def _part(recording: Recording, track: Track, part: Part) -> PartView:
    key = vault.segment_key(recording.id, track.id, part_name(part))
    path = path_of(recording.id, track.id)
    there = {name.removeprefix(path): size for name, size in objects.sizes(ROW, f"{path}{part.number:04d}-").items()}
    found = sorted(segment for name, size in there.items() if (segment := read_name(name, size)) is not None)
    manifest = _manifest(key, recording.id, track.id, path, sorted(there))
    if manifest is None:
        return PartView(part.number, key, tuple(found), tuple(gaps_between(found)), whole=False)
    named = {int(one[0]) for one in manifest["segments"]}
    whole = bool(manifest["closed"]) and not manifest["lost"] and named <= {one.number for one in found}
    gaps = tuple(Gap(int(start), int(duration), str(reason)) for start, duration, reason in manifest["gaps"])
    return PartView(part.number, key, tuple(found), gaps, whole)


def _manifest(key: bytes, recording: str, track: str, path: str, names: list[str]) -> dict[str, Any] | None:
    for name in reversed([name for name in names if "-manifest-" in name]):
        content = objects.raw(ROW, path + name)
        if content is not None:
            manifest: dict[str, Any] = json.loads(vault.open_object(key, recording, track, name, content))
            return manifest
    return None
