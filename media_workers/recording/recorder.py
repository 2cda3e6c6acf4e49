"""What the recorder's process does with what the worker sends it; without the process, the socket and the threads."""

import base64
import logging
from collections.abc import Callable
from typing import Any

from media_workers.recording.part import Part
from media_workers.recording.spool import Spool
from media_workers.recording.timeline import SenderClock
from media_workers.recording.track import TrackWriter
from media_workers.recording.wire import Arrived, Order, Report

logger = logging.getLogger(__name__)

Say = Callable[[dict[str, Any]], None]


class Recorder:
    """``say``: tells the worker something. Times are seconds since 1970."""

    def __init__(self, spool: Spool, say: Say) -> None:
        self._spool = spool
        self._say = say
        self._parts: dict[tuple[str, int], Part] = {}
        self._writers: dict[int, TrackWriter] = {}
        """By stream."""
        self._clocks: dict[str, SenderClock] = {}
        """By sender: one connection has one clock."""
        self._orders: dict[str, Callable[[Order], None]] = {
            "part": self._part,
            "track": self._track,
            "stream": self._stream,
            "pause": self._pause,
            "close": self._close,
            "forget": self._forget,
        }

    def take(self, said: Arrived | Report | Order) -> None:
        """A packet, a report, or an order."""
        if isinstance(said, Arrived):
            if (writer := self._writers.get(said.stream)) is not None:
                self._write(writer, said)
        elif isinstance(said, Report):
            if (writer := self._writers.get(said.stream)) is not None:
                writer.report(said)
        else:
            self._orders[said["order"]](said)

    @staticmethod
    def _write(writer: TrackWriter, packet: Arrived) -> None:
        try:
            writer.packet(packet)
        except Exception:
            # What a participant sends must not end the recording of the others.
            logger.exception("a packet of %s was not written", packet.codec)

    def beat(self, now: float) -> None:
        """Several times a second: what is late is given up, what there is to say is said."""
        for writer in set(self._writers.values()):
            writer.beat(now)

    def stored(self, path: str) -> None:
        """The store has an object."""
        for part in self._parts.values():
            part.waiting.discard(path)

    def close_all(self) -> None:
        """The worker is gone: what is here is written to its end."""
        for part in self._parts.values():
            part.close()

    def status(self, oldest: float) -> dict[str, Any]:
        """What the worker must know. ``oldest``: seconds the segment that waits longest has been tried."""
        return {
            "say": "status",
            "oldest": round(oldest, 1),
            "parts": [
                {
                    "recording": part.recording,
                    "part": part.number,
                    "waiting": len(part.waiting),
                    "lost": part.lost,
                    "closed": part.closed,
                }
                for part in self._parts.values()
            ],
        }

    @property
    def all_closed(self) -> bool:
        """Whether nothing is open and nothing waits."""
        return all(part.closed for part in self._parts.values())

    def _part(self, said: Order) -> None:
        name = said["recording"], said["part"]
        if name not in self._parts:
            self._parts[name] = Part(*name, said["began"], self._spool, self._want_keyframe)

    def _track(self, said: Order) -> None:
        part = self._parts[said["recording"], said["part"]]
        part.open(said["track"], said["kind"], base64.b64decode(said["key"]), said["path"])

    def _stream(self, said: Order) -> None:
        track = self._parts[said["recording"], said["part"]].tracks.get(said["track"])
        if track is not None:
            clock = self._clocks.setdefault(said["sender"], SenderClock())
            track.writer.open(said["stream"], clock)
            self._writers[said["stream"]] = track.writer

    def _pause(self, said: Order) -> None:
        track = self._parts[said["recording"], said["part"]].tracks.get(said["track"])
        if track is not None:
            track.writer.pause(said["reason"])
            for stream in [number for number, writer in self._writers.items() if writer is track.writer]:
                del self._writers[stream]

    def _close(self, said: Order) -> None:
        part = self._parts.get((said["recording"], said["part"]))
        if part is None:
            return
        part.close()
        gone = {track.writer for track in part.tracks.values()}
        self._writers = {number: writer for number, writer in self._writers.items() if writer not in gone}

    def _forget(self, said: Order) -> None:
        self._parts.pop((said["recording"], said["part"]), None)
        if not self._parts:
            self._clocks.clear()

    def _want_keyframe(self, stream: int) -> None:
        self._say({"say": "keyframe", "stream": stream})
