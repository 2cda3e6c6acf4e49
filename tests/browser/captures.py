"""What a fake camera and a fake microphone play: every person has a colour and a tone of their own.

Chromium reads both from files (``--use-file-for-fake-video-capture``, ``--use-file-for-fake-audio-capture``), the same
for a whole browser process.
"""

import math
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT, RATE, FRAMES = 320, 240, 15, 30
SAMPLES = 48_000
BLACK = (16, 128, 128)


@dataclass(frozen=True)
class Look:
    """A person's tone in Hz and colour as Y, Cb, Cr (BT.601, 16 … 235)."""

    tone: int
    colour: tuple[int, int, int]

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as a screen shows it (ITU-R BT.601-7, section 2.5)."""
        y, cb, cr = (self.colour[0] - 16) * 255 / 219, self.colour[1] - 128, self.colour[2] - 128
        red, green, blue = y + 1.596 * cr, y - 0.392 * cb - 0.813 * cr, y + 2.017 * cb
        return (_byte(red), _byte(green), _byte(blue))


LOOKS = (
    Look(440, (120, 90, 190)),
    Look(660, (120, 190, 90)),
    Look(880, (120, 90, 90)),
)
"""Red, blue, green; tones that no harmonic of another one hits."""


def picture(path: Path, look: Look, size: tuple[int, int] = (WIDTH, HEIGHT), rate: int = RATE) -> Path:
    """Writes a black bar that crosses the person's colour, thirty frames, as Y4M."""
    width, height = size
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            file.write(b"FRAME\n")
            for plane in range(3):
                scale = 1 if plane == 0 else 2
                file.write(_row(number, plane, look, width // scale) * (height // scale))
    return path


def sound(path: Path, look: Look) -> Path:
    """Writes short beeps of the person's tone, as WAV: a lasting tone would be taken for noise and suppressed."""
    length, beep = SAMPLES * 3, SAMPLES * 2 // 5
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES)
        values = (
            0.5 * math.sin(2 * math.pi * look.tone * n / SAMPLES) * _edge(n % (SAMPLES * 3 // 5), beep)
            for n in range(length)
        )
        file.writeframes(b"".join(struct.pack("<h", int(32_767 * value)) for value in values))
    return path


def _row(number: int, plane: int, look: Look, width: int) -> bytes:
    bar = width // 8
    start = number * (width - bar) // FRAMES
    own, black = bytes([look.colour[plane]]), bytes([BLACK[plane]])
    return own * start + black * bar + own * (width - bar - start)


def _edge(position: int, beep: int) -> float:
    fade = SAMPLES // 100
    return max(0.0, min(1.0, position / fade, (beep - position) / fade))


def _byte(value: float) -> int:
    return max(0, min(255, round(value)))
