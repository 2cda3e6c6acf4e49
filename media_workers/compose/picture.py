"""The picture of a track at a moment, and nothing where there was none."""

import io
import logging
from collections.abc import Iterable, Iterator

import av
from av import VideoFrame

logger = logging.getLogger(__name__)

LASTS = 300
"""Milliseconds a segment's last frame stays when nothing follows at once: cameras of few frames don't flicker."""


class Picture:
    """``segments``: start and duration on the timeline (milliseconds) and file, in order."""

    def __init__(self, segments: Iterable[tuple[int, int, bytes]]) -> None:
        self._frames = _placed(segments)
        self._next = next(self._frames, None)
        self._shown: VideoFrame | None = None
        self._until = 0

    def at(self, moment: int) -> VideoFrame | None:
        """The frame to be seen, the same object as long as it does not change. Only ever forward."""
        while self._next is not None and self._next[0] <= moment:
            _, self._until, self._shown = self._next
            self._next = next(self._frames, None)
        if moment >= self._until + LASTS:
            self._shown = None
        return self._shown


def _placed(segments: Iterable[tuple[int, int, bytes]]) -> Iterator[tuple[int, int, VideoFrame]]:
    """Frames with their time and their segment's end. A segment begins with a keyframe and stands for itself."""
    for start, duration, media in segments:
        try:
            with av.open(io.BytesIO(media), "r") as container:
                stream = container.streams.video[0]
                stream.codec_context.thread_count = 1
                for frame in container.decode(stream):
                    yield start + round(1000 * (frame.time or 0.0)), start + duration, frame
        except (av.error.FFmpegError, IndexError):
            logger.warning("a segment of pictures does not decode")
