"""One worker's stretch of a recording: its tracks, what became of their segments, the manifest at the end."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from media_workers.recording.sealing import Seal
from media_workers.recording.spool import Full, Spool
from media_workers.recording.track import Segment, TrackWriter

logger = logging.getLogger(__name__)


@dataclass
class Track:
    """A track being written. ``path``: of its objects."""

    seal: Seal
    path: str
    writer: TrackWriter
    segments: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Number, start, duration, bytes of the object."""


class Part:
    """``began``: zero of the timeline, seconds since 1970."""

    def __init__(
        self, recording: str, number: int, began: float, spool: Spool, keyframe: Callable[[int], None]
    ) -> None:
        self.recording = recording
        self.number = number
        self.tracks: dict[str, Track] = {}
        self.waiting: set[str] = set()
        """Paths of objects that the store does not have yet."""
        self.lost = 0
        self.over = False
        self._began = began
        self._spool = spool
        self._keyframe = keyframe

    @property
    def closed(self) -> bool:
        """Nothing more will come, and all of it is stored."""
        return self.over and not self.waiting

    def open(self, track: str, kind: str, key: bytes, path: str) -> None:
        """A track begins, or goes on: its numbers do, too."""
        if track in self.tracks or self.over:
            return

        def written(segment: Segment) -> None:
            self._written(track, segment)

        writer = TrackWriter(kind, self._began, written, self._keyframe)
        self.tracks[track] = Track(Seal(self.recording, track, key), path, writer)

    def close(self) -> None:
        """Ends every track and writes their manifests. Twice changes nothing."""
        if self.over:
            return
        self.over = True
        for track in self.tracks.values():
            track.writer.pause("left")
            if track.segments or track.writer.gaps:
                self._manifest(track)

    def _written(self, name: str, segment: Segment) -> None:
        track = self.tracks[name]
        head: dict[str, Any] = {
            "codec": segment.codec,
            "mime": segment.mime,
            "start": segment.start,
            "duration": segment.duration,
        }
        if segment.size:
            head["width"], head["height"] = segment.size
        called = f"{self.number:04d}-{segment.number:06d}-{segment.start}-{segment.duration}"
        sealed = track.seal.segment(called, segment.number, head, segment.media)
        if self._keep(track.path + called, sealed):
            track.segments.append((segment.number, segment.start, segment.duration, len(sealed)))
        else:
            track.writer.gaps.append((segment.start, segment.duration, "disk"))

    def _manifest(self, track: Track) -> None:
        content = {
            "recording": self.recording,
            "track": track.seal.track,
            "part": self.number,
            "closed": True,
            "lost": self.lost,
            "segments": track.segments,
            "gaps": sorted(track.writer.gaps),
        }
        name = f"{self.number:04d}-manifest-0"
        self._keep(track.path + name, track.seal.manifest(name, content))

    def _keep(self, path: str, sealed: bytes) -> bool:
        self.waiting.add(path)
        try:
            self._spool.put(path, sealed)
        except Full as fault:
            self.waiting.discard(path)
            self.lost += 1
            logger.error("a segment is lost: %s", fault)
            return False
        return True
