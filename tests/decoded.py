"""Media decoded by libav, for tests: what is really heard and seen in a file, and when."""

import io
from typing import Any

import av
import numpy

RATE = 48_000
"""Samples per second of every wave here."""

AUDIBLE = 0.08
"""Loudness from which a tone counts as there."""

Wave = numpy.ndarray[Any, numpy.dtype[numpy.float32]]


def sound(file: bytes) -> Wave:
    """A file of Opus: its left channel, -1 to 1. By libopus, as browsers do."""
    decoder: Any = av.CodecContext.create("libopus", "r")
    with av.open(io.BytesIO(file), "r") as container:
        decoder.extradata = container.streams.audio[0].codec_context.extradata
        packets = [packet for packet in container.demux(audio=0) if packet.size]
        return numpy.concatenate([_left(frame) for packet in packets for frame in decoder.decode(packet)])


def _left(frame: av.AudioFrame) -> Wave:
    """Samples lie in planes, or take turns: taking one for the other doubles every tone."""
    assert frame.sample_rate == RATE and frame.format.name in ("flt", "fltp", "s16"), frame
    channels = frame.to_ndarray()
    left: Wave = (channels[0] if frame.format.is_planar else channels[0, :: frame.layout.nb_channels]).astype("float32")
    return left / numpy.float32(32_768) if frame.format.name == "s16" else left


def light(file: bytes) -> list[tuple[float, float]]:
    """A file of pictures: time in seconds and mean brightness (0 to 255) of each."""
    with av.open(io.BytesIO(file), "r") as container:
        return [
            (float(frame.time or 0), float(frame.to_ndarray()[: frame.height].mean()))
            for frame in container.decode(video=0)
        ]


def loudness(wave: Wave, hertz: int, second: float, length: float = 0.1) -> float:
    """How much of a tone there is (0 to 1) in a stretch of a wave."""
    part = wave[max(0, int(second * RATE)) : int((second + length) * RATE)]
    if len(part) == 0:
        return 0.0
    turns = numpy.exp(-2j * numpy.pi * hertz * numpy.arange(len(part)) / RATE)
    return float(2 * abs((part * turns).mean()))


def onsets(wave: Wave, hertz: int) -> list[float]:
    """When a tone begins, seconds, to a hundredth."""
    step = 0.01
    levels = [loudness(wave, hertz, at * step, 0.02) for at in range(int(len(wave) / RATE / step))]
    return [at * step for at in range(1, len(levels)) if levels[at - 1] < AUDIBLE <= levels[at]]
