"""Making the file: picture by picture, with the sound that belongs to it, from beginning to end of the timeline."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Protocol

import av
from av import AudioFrame, VideoFrame

from chalicelib.signalling.composing import FRAME, Brief, Source
from media_workers.compose.canvas import Canvas
from media_workers.compose.layout import HEIGHT, WIDTH, Rect, Tile, people_of, screens_of, tiles_at
from media_workers.compose.output import SealedFile
from media_workers.compose.picture import Picture
from media_workers.compose.sound import RATE, Mixer, Sound, Speaker

SAMPLES = RATE * FRAME // 1000
KEYFRAMES = 4 * 1000 // FRAME
"""Pictures between two from which a player can start."""

VIDEO = {"preset": "veryfast", "crf": "26"}
SOUND_RATE = 128_000
"""Bits per second."""

Progress = Callable[[float], None]
"""Told how much is done, 0 to 1. Raises when nobody wants the file any more."""


class Tape(Protocol):
    """Where segments come from."""

    def media(self, source: Source) -> Iterator[tuple[int, int, bytes]]:
        """A track's segments in order: start and duration on the timeline, the file in plain."""


def compose(brief: Brief, tape: Tape, out: SealedFile, progress: Progress) -> None:
    """Writes the whole file; what is raised on the way leaves it unfinished."""
    sounds = [
        (one.participant, Sound((start, media) for start, _, media in tape.media(one)))
        for one in brief.sources
        if one.source in ("microphone", "screen_sound")
    ]
    stage = None if brief.what == "voice" else Stage(brief, tape)
    writer = Writer(out, stage is not None)
    mixer, speaker = Mixer(sounds), Speaker()
    frames = -(-brief.length // FRAME)
    for number in range(frames):
        mixed, levels = mixer.block(number * SAMPLES, SAMPLES)
        if stage is not None:
            writer.show(stage.at(number * FRAME, speaker.hear(levels)))
        writer.sound(mixed)
        progress(number / frames)
    writer.close()
    out.finish()


class Stage:
    """What is to be seen. Tiles are painted when something in them changes."""

    def __init__(self, brief: Brief, tape: Tape) -> None:
        self._canvas = Canvas()
        self._people = people_of(brief.sources)
        self._names = {person.id: person.name for person in self._people}
        self._screens = screens_of(brief.sources)
        self._alone = brief.what == "person"
        self._pictures: dict[tuple[str, str], list[Picture]] = {}
        for source in brief.sources:
            if source.source in ("camera", "screen"):
                found = self._pictures.setdefault((source.participant, source.source), [])
                found.append(Picture(tape.media(source)))
        self._tiles: tuple[Tile, ...] = ()
        self._painted: dict[Tile, tuple[VideoFrame | None, bool]] = {}
        self._frame: VideoFrame | None = None

    def at(self, moment: int, speaker: str) -> VideoFrame:
        """The picture of a moment (milliseconds): the same object while nothing changes."""
        shown = {place: self._shown(pictures, moment) for place, pictures in self._pictures.items()}
        tiles = self._layout(moment)
        changed = self._frame is None
        if tiles != self._tiles:
            self._canvas.clear()
            self._tiles, self._painted, changed = tiles, {}, True
        for tile in tiles:
            screen = tile.source == "screen"
            wanted = shown.get((tile.participant, tile.source)), speaker == tile.participant and not self._alone
            if tile in self._painted and self._painted[tile] == wanted:
                continue
            picture, speaks = wanted
            name = self._names.get(tile.participant, "")
            self._canvas.tile(tile.rect, picture, name, speaks and not screen, whole=screen)
            self._painted[tile] = wanted
            changed = True
        if changed or self._frame is None:
            self._frame = self._canvas.frame()
        return self._frame

    def _layout(self, moment: int) -> tuple[Tile, ...]:
        if self._alone and not self._screens:
            return tuple(Tile(one.id, "camera", Rect(0, 0, WIDTH, HEIGHT)) for one in self._people[:1])
        return tiles_at(moment, self._people, self._screens)

    def _shown(self, pictures: list[Picture], moment: int) -> VideoFrame | None:
        found = [frame for picture in pictures if (frame := picture.at(moment)) is not None]
        return found[-1] if found else None


class Writer:
    """H.264 and AAC in MP4, as every player and editor takes it (docs/decisions/0137)."""

    def __init__(self, out: SealedFile, pictures: bool) -> None:
        self._out = out
        self._container: Any = av.open(out, "w", format="mp4")
        self._video: Any = None
        if pictures:
            self._video = self._container.add_stream("libx264", rate=1000 // FRAME)
            self._video.width, self._video.height, self._video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            self._video.gop_size = KEYFRAMES
            self._video.options = VIDEO
        self._audio: Any = self._container.add_stream("aac", rate=RATE, layout="stereo")
        self._audio.bit_rate = SOUND_RATE
        self._shown = 0
        self._heard = 0

    def show(self, frame: VideoFrame) -> None:
        """The next picture."""
        frame.pts, frame.time_base = self._shown, Fraction(FRAME, 1000)
        self._shown += 1
        self._container.mux(self._video.encode(frame))

    def sound(self, samples: Any) -> None:
        """The next samples, shape (2, n)."""
        frame = AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._heard, Fraction(1, RATE)
        self._heard += samples.shape[1]
        self._container.mux(self._audio.encode(frame))

    def close(self) -> None:
        """What encoders still hold, and the table of contents."""
        for stream in filter(None, (self._video, self._audio)):
            self._container.mux(stream.encode(None))
        self._out.hold()
        self._container.close()
