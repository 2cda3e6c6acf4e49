"""One source of one person: frames in, segments of about four seconds out, and a list of what lies between them."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from media_workers.errors import Malformed
from media_workers.recording import frames, muxer
from media_workers.recording.frames import Broken, Frame
from media_workers.recording.jitter import HOLD, Jitter
from media_workers.recording.muxer import Sample
from media_workers.recording.timeline import SenderClock, Timeline, ticks
from media_workers.recording.wire import Arrived, Report

logger = logging.getLogger(__name__)

LENGTH = 4.0
"""Seconds after which a segment ends: sound at once, a picture with the next keyframe, which is asked for."""
ASKED_EVERY = 1.0
"""Seconds between two wishes for a keyframe that does not come."""
LARGEST = 32 << 20
"""Bytes of a segment that waits for its end in vain."""
FILLED = 1.0
"""Seconds of missing sound that are filled with silence; more closes the segment."""
OVERLAP = 0.02
"""Seconds by which a packet of sound may begin before the end of the one before and still follow it: some encoders take
their delay (6.5 ms) out of the second packet's time."""
CONCEALED = 0.06
"""Seconds of it that a decoder conceals, by what came before, before it would fade out anyway."""
NEAR = 0.03
"""Seconds by which a segment may begin beside the end of the one before and still be put right behind it: what is less
is the clocks' drift."""
RATES = {"audio": 48_000, "video": 90_000}


@dataclass(frozen=True)
class Segment:
    """A segment that is over. Times in milliseconds of the recording's timeline."""

    number: int
    start: int
    duration: int
    codec: str
    mime: str
    size: tuple[int, int] | None
    media: bytes


@dataclass
class _Stream:
    """One encoding on its way into a track."""

    codec: str
    timeline: Timeline
    assembler: frames.Sounds | frames.Pictures
    jitter: Jitter = field(default_factory=Jitter)


class TrackWriter:
    """``began``: zero of the timeline, seconds since 1970. ``written`` is called with each segment; ``keyframe`` with
    the stream that should send one. All other times are seconds since 1970 as well."""

    def __init__(
        self,
        kind: str,
        began: float,
        written: Callable[[Segment], None],
        keyframe: Callable[[int], None],
    ) -> None:
        self.kind = kind
        self.gaps: list[tuple[int, int, str]] = []
        """Start, duration, reason."""
        self._began = began
        self._written = written
        self._keyframe = keyframe
        self._streams: dict[int, _Stream] = {}
        self._current: int | None = None
        self._frames: list[Frame] = []
        self._bytes = 0
        self._size: tuple[int, int] | None = None
        self._number = 0
        self._end: int | None = None
        """Of the last segment, milliseconds."""
        self._reason = ""
        """Why the last segment ended, if it was no mere cut."""
        self._asked = 0.0

    def open(self, stream: int, clock: SenderClock) -> None:
        """Packets of this stream belong here; ``clock`` is its sender's."""
        self._streams[stream] = _Stream("", Timeline(clock, RATES[self.kind]), frames.Sounds())

    def packet(self, packet: Arrived) -> None:
        """A packet came."""
        stream = self._streams.get(packet.stream)
        if stream is None:
            return
        if packet.codec != stream.codec:
            self._change(packet.stream, stream, packet.codec)
        if packet.stream != self._current:
            if self._current is not None:
                self._drain(self._current)
                self._close("")
            self._current = packet.stream
        stream.timeline.arrived(packet.timestamp, packet.at)
        self._take(packet.stream, stream, stream.jitter.put(packet))

    def report(self, said: Report) -> None:
        """A sender report came."""
        if said.stream in self._streams:
            self._streams[said.stream].timeline.report(said)

    def beat(self, now: float) -> None:
        """Now and then: what waits in vain is given up, a long segment is brought to its end."""
        if self._current is None:
            return
        stream = self._streams[self._current]
        self._take(self._current, stream, stream.jitter.late(now))
        if not self._frames:
            return
        if self.kind == "video" and now - self._frames[0].at > LENGTH:
            self._want(now)
        if self.kind == "audio" and now - self._frames[-1].at > FILLED + HOLD:
            self._close("loss")  # nothing will be put behind it any more

    def pause(self, reason: str) -> None:
        """Nothing comes for a while, or never again: muted, withdrawn, left. What came before is written."""
        if self._current is not None:
            self._drain(self._current)
        self._close(reason)
        self._streams.clear()
        self._current = None

    def _drain(self, number: int) -> None:
        stream = self._streams[number]
        self._take(number, stream, stream.jitter.flush())

    def _change(self, number: int, stream: _Stream, codec: str) -> None:
        """Another codec: another segment."""
        if number == self._current:
            self._drain(number)
            self._close("")
        stream.assembler, stream.jitter, stream.codec = frames.assembler(codec), Jitter(), codec

    def _take(self, number: int, stream: _Stream, packets: Iterator[Arrived | None]) -> None:
        for packet in packets:
            try:
                if packet is None:
                    stream.assembler.lost()
                    continue
                for frame in stream.assembler.put(packet):
                    self._frame(stream, frame)
            except (Broken, Malformed):
                self._close("loss")
                self._keyframe(number)
                self._asked = packet.at if packet else self._asked

    def _frame(self, stream: _Stream, frame: Frame) -> None:
        if self.kind == "audio":
            self._sound(stream, frame)
            return
        if frame.keyframe and self._frames and self._age(stream, frame) >= LENGTH - ASKED_EVERY / 2:
            self._close("", until=frame.timestamp)
        if not self._frames and not frame.keyframe:
            self._want(frame.at)
            return
        if frame.size and self._frames and frame.size != self._size:
            self._close("", until=frame.timestamp)
        self._size = frame.size or self._size
        self._append(frame)
        if self._age(stream, frame) >= LENGTH:
            self._want(frame.at)
        if self._bytes > LARGEST:
            self._close("loss")

    def _sound(self, stream: _Stream, frame: Frame) -> None:
        if self._frames:
            last = self._frames[-1]
            missing = ticks(frame.timestamp, last.timestamp) - opus_ticks(last.data)
            if not -OVERLAP * stream.timeline.rate <= missing <= FILLED * stream.timeline.rate:
                self._close("loss")
            else:
                self._fill(last, missing)
        if self._frames and self._age(stream, frame) >= LENGTH:
            self._close("", until=frame.timestamp)
        self._append(frame)

    def _fill(self, last: Frame, missing: int) -> None:
        """A little is left to the decoder, which makes a lost packet unheard and stays in step with what follows; the
        rest is silence."""
        lost = muxer.lost(last.data)
        at, end = last.timestamp + opus_ticks(last.data), last.timestamp + opus_ticks(last.data) + missing
        while at + opus_ticks(lost) <= end:
            self._append(Frame(lost, at & 0xFFFFFFFF, last.at))
            at += opus_ticks(lost)
            if at - end + missing >= CONCEALED * 48_000:
                lost = muxer.SILENCE

    def _append(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._bytes += len(frame.data)

    def _age(self, stream: _Stream, frame: Frame) -> float:
        return ticks(frame.timestamp, self._frames[0].timestamp) / stream.timeline.rate

    def _want(self, now: float) -> None:
        if self._current is not None and now - self._asked >= ASKED_EVERY:
            self._asked = now
            self._keyframe(self._current)

    def _close(self, reason: str, until: int | None = None) -> None:
        """Ends the segment. ``until``: RTP time of the frame that follows it without a break."""
        frames, self._frames, self._bytes = self._frames, [], 0
        if frames and self._current is not None:
            self._write(self._streams[self._current], frames, until)
        self._reason = self._reason or reason if not frames else reason

    def _write(self, stream: _Stream, frames: list[Frame], until: int | None) -> None:
        rate = stream.timeline.rate
        start = round((stream.timeline.at(frames[0].timestamp) - self._began) * 1000)
        frames, start = self._placed(frames, start, rate)
        if not frames:
            return
        times = [_milliseconds(frame.timestamp, frames[0], rate) for frame in frames]
        length = max(_milliseconds(_after(self.kind, frames, until), frames[0], rate), times[-1] + 1)
        codec = "opus" if self.kind == "audio" else stream.codec
        size = self._size if self.kind == "video" else None
        samples = [
            Sample(frame.data, at, max(end - at, 1), frame.keyframe)
            for frame, at, end in zip(frames, times, [*times[1:], length], strict=True)
        ]
        try:
            media = muxer.mux(codec, samples, size)
        except muxer.Unfit:
            logger.warning("a segment of %s can't be written", codec)
            self._reason = "loss"
            return
        self._note_gap(start)
        self._end = start + length
        mime = muxer.mime(codec, frames[0].data)
        self._written(Segment(self._number, start, length, codec, mime, size, media))
        self._number += 1

    def _placed(self, frames: list[Frame], start: int, rate: int) -> tuple[list[Frame], int]:
        """Where the segment belongs: right behind the one before when that is near, and never before zero. Sound that
        would overlap is left out; a picture may, and the later one counts."""
        earliest = 0
        if self._end is not None:
            if abs(start - self._end) <= NEAR * 1000:
                return frames, self._end
            earliest = self._end
        if start >= earliest:
            return frames, start
        if self.kind == "video":
            return frames, max(start, 0)
        kept = [frame for frame in frames if start + _milliseconds(frame.timestamp, frames[0], rate) >= earliest]
        return kept, start + _milliseconds(kept[0].timestamp, frames[0], rate) if kept else start

    def _note_gap(self, start: int) -> None:
        if self._end is not None and start > self._end:
            self.gaps.append((self._end, start - self._end, self._reason or "loss"))
        self._reason = ""


def _milliseconds(timestamp: int, since: Frame, rate: int) -> int:
    return round(ticks(timestamp, since.timestamp) * 1000 / rate)


def _after(kind: str, frames: list[Frame], until: int | None) -> int:
    """RTP time at which the last frame ends."""
    last = frames[-1]
    if until is not None:
        return until
    if kind == "audio":
        return last.timestamp + opus_ticks(last.data)
    before = frames[-2].timestamp if len(frames) > 1 else last.timestamp - 3_000
    return last.timestamp + min(max(ticks(last.timestamp, before), 900), 90_000)


def opus_ticks(packet: bytes) -> int:
    """How long an Opus packet sounds, in ticks of 48 kHz, from its first byte (RFC 6716, section 3.1)."""
    config = packet[0] >> 3
    if config < 12:
        one = (480, 960, 1_920, 2_880)[config & 3]
    elif config < 16:
        one = (480, 960)[config & 1]
    else:
        one = (120, 240, 480, 960)[config & 3]
    code = packet[0] & 3
    if code == 0:
        return one
    return one * (2 if code < 3 or len(packet) < 2 else packet[1] & 0x3F)
