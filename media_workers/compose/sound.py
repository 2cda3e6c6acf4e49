"""Sound of a track on the timeline: samples where there are some, silence where there are none."""

import io
import logging
from collections.abc import Iterable, Iterator
from typing import Any

import av
import numpy

logger = logging.getLogger(__name__)

RATE = 48_000
SLACK = RATE // 50
"""Samples: times are whole milliseconds and packets come every 20 ms, so less than one of them is no gap."""

Samples = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
"""Shape (2, n): left and right, -1 to 1."""


class Sound:
    """``segments``: start on the timeline (milliseconds) and file, in order; a file is held as long as it is read."""

    def __init__(self, segments: Iterable[tuple[int, bytes]]) -> None:
        self._decoded = _placed(segments)
        self._at = 0
        self._held: Samples | None = None
        self._over = False

    def take(self, at: int, count: int) -> Samples | None:
        """``count`` samples from ``at`` on; `None` where there is nothing at all. Only ever forward."""
        whole: Samples | None = None
        while self._pull(at):
            assert self._held is not None
            if self._at >= at + count:
                break
            if whole is None:
                whole = numpy.zeros((2, count), numpy.float32)
            skipped = max(0, at - self._at)
            place = max(0, self._at - at)
            part = self._held[:, skipped : skipped + count - place]
            whole[:, place : place + part.shape[1]] = part
            if self._at + self._held.shape[1] > at + count:
                break
            self._held = None
        return whole

    def _pull(self, at: int) -> bool:
        """Holds the next stretch that reaches beyond ``at``; false when there is none."""
        while self._held is None or self._at + self._held.shape[1] <= at:
            found = next(self._decoded, None)
            if found is None:
                return False
            self._at, self._held = found
        return True


def _placed(segments: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Samples]]:
    """Samples with their place. The decoder goes on from segment to segment, as the sender's encoder did."""
    decoder: Any = None
    end = 0
    for start, media in segments:
        try:
            with av.open(io.BytesIO(media), "r") as container:
                stream = container.streams.audio[0]
                begins = start * RATE // 1000
                if decoder is None or abs(begins - end) > SLACK:
                    decoder = _decoder()
                for packet in container.demux(stream):
                    if packet.pts is None or not packet.size or packet.time_base is None:
                        continue
                    due = begins + round(packet.pts * packet.time_base * RATE)
                    for frame in decoder.decode(av.Packet(bytes(packet))):
                        place = end if abs(due - end) <= SLACK else due
                        samples = _stereo(frame)
                        if place < end:  # two workers at once: what came first stays
                            samples, place = samples[:, end - place :], end
                        end = place + samples.shape[1]
                        due = end
                        yield place, samples
        except (av.error.FFmpegError, IndexError):
            logger.warning("a segment of sound does not decode")
            decoder = None


def _decoder() -> Any:
    decoder: Any = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = RATE
    decoder.layout = "stereo"
    return decoder


def _stereo(frame: Any) -> Samples:
    samples = frame.to_ndarray()
    planes = samples if frame.format.is_planar else samples.reshape(-1, len(frame.layout.channels)).T
    if planes.dtype != numpy.float32:
        planes = planes.astype(numpy.float32) / 32_768
    return planes if planes.shape[0] == 2 else numpy.repeat(planes[:1], 2, axis=0)


class Mixer:
    """All sounds together. ``sounds``: participant and sound; one person may have two."""

    def __init__(self, sounds: list[tuple[str, Sound]]) -> None:
        self._sounds = sounds

    def block(self, at: int, count: int) -> tuple[Samples, dict[str, float]]:
        """The mixture from sample ``at`` on, and how loud each person is in it (0 to 1)."""
        mixed = numpy.zeros((2, count), numpy.float32)
        levels: dict[str, float] = {}
        for participant, sound in self._sounds:
            samples = sound.take(at, count)
            if samples is not None:
                mixed += samples
                loud = float(numpy.sqrt(numpy.mean(samples * samples)))
                levels[participant] = max(loud, levels.get(participant, 0.0))
        return numpy.clip(mixed, -1.0, 1.0), levels


class Speaker:
    """Who speaks: the loudest, for as long as nobody is clearly louder."""

    LOUD, HELD = 0.02, 25
    """A level that counts as speech; pictures for which who spoke last stays marked."""

    def __init__(self) -> None:
        self._levels: dict[str, float] = {}
        self._who = ""
        self._left = 0

    def hear(self, levels: dict[str, float]) -> str:
        """The participant, or nobody."""
        for who in {*levels, *self._levels}:
            self._levels[who] = 0.8 * self._levels.get(who, 0.0) + 0.2 * levels.get(who, 0.0)
        self._left -= 1
        loudest = max(self._levels, key=lambda who: self._levels[who], default="")
        if loudest and self._levels[loudest] >= self.LOUD:
            if self._left <= 0 or loudest == self._who or self._levels[loudest] > 1.5 * self._levels.get(self._who, 0):
                self._who = loudest
            self._left = self.HELD
        elif self._left <= 0:
            self._who = ""
        return self._who
