"""What a receiver sees of changing sources: one track whose numbers run on without a seam.

A **segment** is a stretch of one source. Its shifts are fixed when it begins; within it packets keep their distances,
so late and repeated ones find their place.
"""

from collections import deque
from typing import Final, Generic, TypeVar

from media_workers.sequence import nearest

Source = TypeVar("Source")

REMEMBERED: Final = 512
"""Segments kept for packets that are late or asked for again. Each run of packets left out makes one: ten seconds."""


class Segment(Generic[Source]):
    """One source from a packet on; shifts are added to the source's numbers."""

    __slots__ = ("begins", "first", "picture_shift", "sequence_shift", "source", "timestamp_shift", "tl0_shift")

    def __init__(
        self,
        source: Source,
        first: int,
        sequence_shift: int,
        timestamp_shift: int,
        picture_shift: int,
        tl0_shift: int,
        begins: bool = True,
    ) -> None:
        """``first``: extended sequence number of the source's first packet. ``begins``: the source was switched to
        here; otherwise packets of it were left out just before."""
        self.source = source
        self.first = first
        self.sequence_shift = sequence_shift
        self.timestamp_shift = timestamp_shift
        self.picture_shift = picture_shift
        self.tl0_shift = tl0_shift
        self.begins = begins


class PacketMap(Generic[Source]):
    """``clock_rate``: RTP ticks per second; ``sequence`` and ``timestamp``: where the output begins (random)."""

    def __init__(self, clock_rate: int, sequence: int, timestamp: int) -> None:
        self._clock_rate = clock_rate
        self._segments: deque[Segment[Source]] = deque(maxlen=REMEMBERED)
        self.newest: Segment[Source] | None = None
        """The stretch new packets of the present source belong to."""
        self._highest = 0
        """Extended number of the newest packet of the present source, sent or left out."""
        self.last_sequence = sequence + 0xFFFF
        """Extended number of the newest packet out."""
        self.last_timestamp = timestamp
        self.last_time: float | None = None
        """When the first packet with the newest timestamp went out."""
        self.last_picture: int | None = None
        self.last_tl0: int | None = None
        """None: nothing that was sent has such a number."""

    def begin(
        self, source: Source, extended: int, timestamp: int, picture: int | None, tl0: int | None, now: float
    ) -> Segment[Source]:
        """Begins a segment with the packet that has these numbers: it follows the last one out, at the distance of the
        time that passed (a receiver takes another timestamp for jitter and freezes). Pictures keep their numbers up to
        the first switch: receivers take any to begin with, and nothing needs to be rewritten for them."""
        elapsed = 0 if self.last_time is None else max(1, round((now - self.last_time) * self._clock_rate))
        segment = Segment(
            source=source,
            first=extended,
            sequence_shift=self.last_sequence + 1 - extended,
            timestamp_shift=self.last_timestamp + elapsed - timestamp,
            picture_shift=_follows(self.last_picture, picture),
            tl0_shift=_follows(self.last_tl0, tl0),
        )
        self._segments.append(segment)
        self.newest = segment
        self._highest = extended
        return segment

    def segment(self, extended: int) -> Segment[Source] | None:
        """The stretch a packet of the present source belongs to; None for one from before its beginning."""
        for segment in reversed(self._segments):
            if extended >= segment.first:
                return segment
            if segment.begins:
                return None
        return None

    def skip(self, extended: int, picture_too: bool) -> bool:
        """Leaves a packet out, without a gap. ``picture_too``: it is the first of its picture.

        False when the packet is late: its number is given away already, as a gap."""
        if extended <= self._highest or not self._segments:
            return False
        self._highest = extended
        last = self._segments[-1]
        follows = Segment(
            last.source,
            extended + 1,
            last.sequence_shift - 1,
            last.timestamp_shift,
            last.picture_shift - picture_too,
            last.tl0_shift,
            begins=False,
        )
        if last.first == extended and not last.begins:
            self._segments[-1] = follows
        else:
            self._segments.append(follows)
        self.newest = follows
        return True

    def out(
        self, segment: Segment[Source], extended: int, timestamp: int, picture: int | None, tl0: int | None, now: float
    ) -> tuple[int, int]:
        """Extended sequence number and timestamp (32 bits) with which a packet of ``segment`` goes out."""
        sequence = extended + segment.sequence_shift
        stamp = (timestamp + segment.timestamp_shift) & 0xFFFFFFFF
        self._highest = max(self._highest, extended)
        if sequence > self.last_sequence:
            self.last_sequence = sequence
            if stamp != self.last_timestamp or self.last_time is None:
                self.last_timestamp, self.last_time = stamp, now
            if picture is not None:
                self.last_picture = picture + segment.picture_shift
            if tl0 is not None:
                self.last_tl0 = tl0 + segment.tl0_shift
        return sequence, stamp

    def origin(self, sequence: int) -> tuple[Segment[Source], int] | None:
        """Which segment, and which extended number of its source, went out as ``sequence`` (16 bits)."""
        wanted = nearest(sequence, self.last_sequence)
        if wanted > self.last_sequence:
            return None
        for segment in reversed(self._segments):
            extended = wanted - segment.sequence_shift
            if extended >= segment.first:
                return segment, extended
        return None

    def forget(self, source: Source) -> None:
        """Lets go of a source that is gone."""
        kept = [segment for segment in self._segments if segment.source is not source]
        if len(kept) != len(self._segments):
            self._segments = deque(kept, maxlen=REMEMBERED)
            self.newest = kept[-1] if kept else None


def _follows(last: int | None, number: int | None) -> int:
    """What to add to a number for it to follow the last one that was sent."""
    return 0 if last is None or number is None else last + 1 - number
