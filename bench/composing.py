"""What it costs to make one file of a recording: ``python -m bench.composing [people …]``.

So many people with camera (640 × 360, 25 frames a second, VP8, a moving picture with noise) and microphone, for a
minute, composed into 1280 × 720 as the job does it: decoding, scaling, painting, mixing, H.264, AAC, sealing; without
the way to and from the store. CPU is user and system time of the whole process; memory the most it ever had.
"""

import resource
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy

from chalicelib.signalling.composing import Brief, Source, Stretch
from media_workers.compose.composer import compose
from media_workers.compose.output import SealedFile
from media_workers.recording.muxer import Sample, mux

SECONDS, SEGMENT = 60, 4
SIZE = (640, 360)
KINDS = ("camera", "microphone")


@cache
def picture() -> bytes:
    """Four seconds of something that moves, as the recorder writes them."""
    width, height = SIZE
    encoder: Any = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.bit_rate = Fraction(1, 25), 700_000
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    chance = numpy.random.default_rng(1)
    rows, columns = numpy.mgrid[: height * 3 // 2, :width]
    samples: list[Sample] = []
    for number in range(25 * SEGMENT):
        moving = 128 + 60 * numpy.sin((columns + 4 * number) / 40) + 30 * numpy.sin((rows - 3 * number) / 25)
        planes = (moving + chance.normal(0, 3, moving.shape)).clip(16, 235).astype(numpy.uint8)
        planes[height:] = 128
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            samples.append(Sample(bytes(packet), 40 * len(samples), 40, packet.is_keyframe))
    return mux("vp8", samples, SIZE)


@cache
def sound() -> bytes:
    """Four seconds of noise, as the recorder writes them."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.format, encoder.layout = 48_000, "s16", "mono"
    chance = numpy.random.default_rng(2)
    samples: list[Sample] = []
    for number in range(50 * SEGMENT):
        wave = chance.normal(0, 3_000, 960).astype(numpy.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 960 * number
        samples += [Sample(bytes(packet), 20 * len(samples), 20) for packet in encoder.encode(frame)]
    return mux("opus", samples)


class Tape:
    """The same four seconds for everybody, again and again."""

    def media(self, source: Source) -> Iterator[tuple[int, int, bytes]]:
        content = picture() if source.source == "camera" else sound()
        for _, start, duration in source.stretches[0].segments:
            yield start, duration, content


def run(people: int) -> tuple[float, float, float]:
    """CPU seconds and wall seconds per minute of recording, megabytes of the file."""
    segments = [(n, 1000 * SEGMENT * n, 1000 * SEGMENT) for n in range(SECONDS // SEGMENT)]
    sources = [
        Source(f"{kind}{n}", f"p{n}", kind, f"Person {n}", [Stretch(1, "", segments)])
        for n in range(people)
        for kind in KINDS
    ]
    brief = Brief("r", "f", "meeting", 1000 * SECONDS, "", "", sources)
    out = SealedFile("r", "f", bytes(32), lambda number, sealed: None)
    began, cpu = time.perf_counter(), time.process_time()
    compose(brief, Tape(), out, lambda done: None)
    return (time.process_time() - cpu) * 60 / SECONDS, (time.perf_counter() - began) * 60 / SECONDS, out.size / 1e6


def main() -> None:
    """Prints a table."""
    picture(), sound()
    sys.stdout.write(
        "| people | CPU s per minute | wall s per minute | MB per minute | memory MB |\n|---|---|---|---|---|\n"
    )
    for people in map(int, sys.argv[1:] or ("1", "4", "9")):
        cpu, wall, size = run(people)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(f"| {people} | {cpu:.0f} | {wall:.0f} | {size:.1f} | {memory:.0f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
