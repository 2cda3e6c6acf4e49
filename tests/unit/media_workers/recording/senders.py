"""Senders for the recorder's tests: real Opus and VP8, in packets, at the times a test says."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

import av
import numpy

from media_workers.recording import wire
from media_workers.recording.wire import Arrived, Report

EPOCH = 2_208_988_800
BEGAN = 1_795_980_000.0


def tone(hertz: int, count: int) -> tuple[bytes, ...]:
    """So many Opus packets of 20 ms with a tone in them."""
    return _sung(hertz, count, 1.0)


def beeps(hertz: int, seconds: int) -> tuple[bytes, ...]:
    """Opus packets of 20 ms: of each second a tone for 300 ms, then silence."""
    return _sung(hertz, 50 * seconds, 0.3)


@cache
def _sung(hertz: int, count: int, share: float) -> tuple[bytes, ...]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.format, encoder.layout = 48_000, "s16", "mono"
    encoder.open()
    packets: list[bytes] = []
    for number in range(count):
        at = numpy.arange(960 * number, 960 * (number + 1))
        wave = (8_000 * numpy.sin(2 * math.pi * hertz * at / 48_000)).astype(numpy.int16)
        wave[at % 48_000 >= share * 48_000] = 0
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 960 * number
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(packets)


@cache
def film(
    codec: str, count: int, width: int = 160, height: int = 96, keyframe_every: int = 1_000
) -> tuple[tuple[bytes, bool], ...]:
    """So many frames, each with whether it is a keyframe. Brightness tells the number: 16 + 2 for each."""
    names = {"vp8": "libvpx", "vp9": "libvpx-vp9", "h264": "libx264"}
    encoder = av.CodecContext.create(names[codec], "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"  # type: ignore[attr-defined]
    encoder.time_base = Fraction(1, 25)
    encoder.gop_size = keyframe_every  # type: ignore[attr-defined]
    realtime = {"deadline": "realtime", "lag-in-frames": "0"}
    encoder.options = {"tune": "zerolatency", "preset": "ultrafast"} if codec == "h264" else realtime
    frames: list[tuple[bytes, bool]] = []
    for number in range(count):
        planes = numpy.full((height * 3 // 2, width), 128, numpy.uint8)
        planes[:height] = 16 + number % 100 * 2
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = number
        frames += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]  # type: ignore[attr-defined]
    return tuple(frames)


@dataclass
class Sound:
    """A microphone. ``start``: when its first packet is captured, seconds since 1970; ``delay``: on its way."""

    stream: int
    hertz: int = 440
    start: float = BEGAN
    delay: float = 0.02
    timestamp: int = 4_294_900_000
    sequence: int = 70_000

    def packets(self, first: int, last: int) -> Iterator[Arrived]:
        """The packets of those numbers, 50 a second."""
        sounds = tone(self.hertz, 1_000)
        for number in range(first, last):
            at = self.start + number / 50 + self.delay
            timestamp = (self.timestamp + 960 * number) & 0xFFFFFFFF
            yield Arrived(
                self.stream, "opus", self.sequence + number, timestamp, at, False, False, sounds[number % len(sounds)]
            )

    def report(self, number: int, clock: float = 0.0) -> Report:
        """A sender report as of packet ``number``, by a clock that is so many seconds ahead."""
        at = self.start + number / 50
        ntp = round((at + clock + EPOCH) * (1 << 32))
        return Report(self.stream, ntp, (self.timestamp + 960 * number) & 0xFFFFFFFF, at + self.delay)


@dataclass
class Camera:
    """A camera with 25 frames a second, each in packets of 200 bytes; a keyframe where it is ``wanted``."""

    stream: int
    codec: str = "vp8"
    start: float = BEGAN
    delay: float = 0.05
    timestamp: int = 1_000
    width: int = 160
    height: int = 96
    keyframe_every: int = 1_000
    sequence: int = field(default=70_000)

    def frames(self, first: int, last: int) -> Iterator[list[Arrived]]:
        """The packets of those frames."""
        made = film(self.codec, last, self.width, self.height, self.keyframe_every)
        for number, (data, keyframe) in enumerate(made[first:last], first):
            at = self.start + number / 25 + self.delay
            parts = list(_payloads(self.codec, data))
            frame = []
            for place, payload in enumerate(parts):
                frame.append(
                    Arrived(
                        self.stream,
                        self.codec,
                        self.sequence,
                        (self.timestamp + 3_600 * number) & 0xFFFFFFFF,
                        at,
                        place == len(parts) - 1,
                        keyframe and place == 0,
                        payload,
                    )
                )
                self.sequence += 1
            yield frame

    def packets(self, first: int, last: int) -> Iterator[Arrived]:
        for frame in self.frames(first, last):
            yield from frame

    def report(self, number: int, clock: float = 0.0) -> Report:
        """A sender report as of frame ``number``, by a clock that is so many seconds ahead."""
        at = self.start + number / 25
        ntp = round((at + clock + EPOCH) * (1 << 32))
        return Report(self.stream, ntp, (self.timestamp + 3_600 * number) & 0xFFFFFFFF, at + self.delay)


def over_the_wire(packet: Arrived) -> bytes:
    """As a worker sends it to its recorder."""
    return wire.packet(
        packet.stream,
        packet.codec,
        packet.extended,
        packet.timestamp,
        packet.at,
        packet.payload,
        marker=packet.marker,
        keyframe=packet.keyframe,
    )


def _payloads(codec: str, data: bytes) -> Iterator[bytes]:
    if codec == "vp8":
        for at in range(0, len(data), 200):
            yield bytes([0x10 if at == 0 else 0]) + data[at : at + 200]
    elif codec == "vp9":
        chunks = [data[at : at + 200] for at in range(0, len(data), 200)]
        for place, chunk in enumerate(chunks):
            # Non-flexible, no picture id: predicted unless a keyframe (bit 1 of the uncompressed header).
            flags = (0x08 if place == 0 else 0) | (0x04 if place == len(chunks) - 1 else 0)
            yield bytes([flags | (0x40 if data[0] & 0x04 else 0)]) + chunk
    else:
        for unit in _units(data):
            yield from _fragments(unit)


def _units(data: bytes) -> Iterator[bytes]:
    for part in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1"):
        if part:
            yield part


def _fragments(unit: bytes) -> Iterator[bytes]:
    if len(unit) <= 200:
        yield unit
        return
    body = unit[1:]
    chunks = [body[at : at + 200] for at in range(0, len(body), 200)]
    for place, chunk in enumerate(chunks):
        bounds = (0x80 if place == 0 else 0) | (0x40 if place == len(chunks) - 1 else 0)
        yield struct.pack("BB", unit[0] & 0xE0 | 28, bounds | unit[0] & 0x1F) + chunk
