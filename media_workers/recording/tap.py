"""What one encoding sends to the recorder: a copy of each packet as it came, and its sender's reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from media_workers.recording import wire
from media_workers.recording.feed import Feed

if TYPE_CHECKING:
    from media_workers.rtp import Packet
    from media_workers.up_track import Encoding


class Tap:
    """``stream``: its number on the wire. ``wall``: seconds since 1970 at second 0 of the worker's clock. ``begun`` is
    called with the first packet; until then, where ``waits`` is set, everything before a keyframe is left out."""

    __slots__ = ("_begun", "_feed", "_waits", "_wall", "encoding", "stream")

    def __init__(
        self,
        encoding: Encoding,
        stream: int,
        feed: Feed,
        wall: float,
        *,
        waits: bool,
        begun: Callable[[Tap], None],
    ) -> None:
        self.encoding = encoding
        self.stream = stream
        self._feed = feed
        self._wall = wall
        self._waits = waits
        self._begun: Callable[[Tap], None] | None = begun

    def packet(self, packet: Packet, now: float) -> None:
        """A packet was taken in, for the first time."""
        picture = packet.picture
        keyframe = picture is not None and picture.keyframe
        if self._waits:
            if not keyframe:
                return
            self._waits = False
        if self._begun is not None:
            begun, self._begun = self._begun, None
            begun(self)
        redundant = packet.codec == "red"  # what it repeats has been written
        framed = wire.packet(
            self.stream,
            "opus" if redundant else packet.codec,
            packet.extended,
            packet.timestamp,
            now + self._wall,
            packet.plain if redundant else packet.payload,
            marker=packet.marker,
            keyframe=keyframe,
        )
        self._feed.packet(framed)

    def report(self, ntp: int, timestamp: int, now: float) -> None:
        """Its sender says which time that RTP time is."""
        self._feed.packet(wire.report(wire.Report(self.stream, ntp, timestamp, now + self._wall)))
