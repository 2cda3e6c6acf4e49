"""Painting: tiles, names, who speaks. In YUV 4:2:0, as decoders give and encoders take it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy
from av import VideoFrame
from PIL import Image, ImageDraw, ImageFont

from media_workers.compose.layout import HEIGHT, WIDTH, Rect

FONTS = Path(__file__).parents[2] / "chalicelib" / "billing" / "fonts"
"""Atkinson Hyperlegible (SIL Open Font Licence), which the invoices are set in too."""

Plane = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]
Colour = tuple[int, int, int]


def yuv(red: int, green: int, blue: int) -> Colour:
    """BT.601, limited range: what VP8 says."""
    y = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256
    u = 128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256
    v = 128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256
    return round(y), round(u), round(v)


BEHIND = yuv(16, 18, 24)
QUIET = yuv(38, 43, 56)
SPEAKS = yuv(64, 196, 148)
ROUND, INK, PLATE = 92, 235, 26
"""Brightness of the circle of initials, of letters, of what is behind a name."""
GAP, EDGE = 4, 4


class Canvas:
    """The picture being made; ``frame`` gives it to the encoder."""

    def __init__(self) -> None:
        self._all: Plane = numpy.empty((HEIGHT * 3 // 2, WIDTH), numpy.uint8)
        quarter = HEIGHT // 4
        self._planes: tuple[Plane, Plane, Plane] = (
            self._all[:HEIGHT],
            self._all[HEIGHT : HEIGHT + quarter].reshape(HEIGHT // 2, WIDTH // 2),
            self._all[HEIGHT + quarter :].reshape(HEIGHT // 2, WIDTH // 2),
        )
        self.clear()

    def clear(self) -> None:
        """Nothing on it."""
        self._fill(Rect(0, 0, WIDTH, HEIGHT), BEHIND)

    def frame(self) -> VideoFrame:
        """A copy of it."""
        return VideoFrame.from_ndarray(self._all, format="yuv420p")

    def tile(self, rect: Rect, picture: VideoFrame | None, name: str, speaks: bool, whole: bool = False) -> None:
        """Paints a tile anew. ``whole``: nothing may be cut off, as of a screen."""
        self._fill(rect, SPEAKS if speaks else BEHIND)
        border = EDGE if speaks else GAP // 2
        inner = Rect(rect.x + border, rect.y + border, rect.width - 2 * border, rect.height - 2 * border)
        if picture is None:
            self._fill(inner, QUIET)
            self._stamp(inner, _initials(name, inner.height // 5 * 2), middle=True)
        else:
            self._picture(inner, picture, whole)
        # On a screen it would hide what is shown there.
        place = Rect(rect.x, rect.y + rect.height, rect.width, 48) if whole else inner
        if name:
            self._stamp(place, _plate(name, min(24, max(16, inner.height // 18)), place.width - 16), middle=False)

    def _picture(self, rect: Rect, picture: VideoFrame, whole: bool) -> None:
        wide, high = rect.width / picture.width, rect.height / picture.height
        # A camera a little narrower or wider than its tile fills it; one held upright stays whole, as a screen does.
        contained = whole or max(wide, high) > 1.5 * min(wide, high)
        scale = min(wide, high) if contained else max(wide, high)
        width, height = _up(picture.width * scale), _up(picture.height * scale)
        scaled: Any = picture.reformat(width=width, height=height, format="yuv420p").to_ndarray()
        planes = _split(scaled, width, height)
        if contained:
            self._fill(rect, BEHIND)
        shown_width, shown_height = min(width, rect.width), min(height, rect.height)
        left, top = (width - shown_width) // 4 * 2, (height - shown_height) // 4 * 2
        x, y = rect.x + (rect.width - shown_width) // 4 * 2, rect.y + (rect.height - shown_height) // 4 * 2
        for number, (plane, part) in enumerate(zip(self._planes, planes, strict=True)):
            half = 2 if number else 1
            w, h, px, py, sx, sy = (n // half for n in (shown_width, shown_height, x, y, left, top))
            plane[py : py + h, px : px + w] = part[sy : sy + h, sx : sx + w]

    def _stamp(self, rect: Rect, grey: Plane, middle: bool) -> None:
        """Puts something drawn in grey into the middle, or into the lower left corner."""
        height, width = min(grey.shape[0], rect.height) // 2 * 2, min(grey.shape[1], rect.width) // 2 * 2
        if not height or not width:
            return
        x = rect.x + ((rect.width - width) // 4 * 2 if middle else 8)
        y = rect.y + ((rect.height - height) // 4 * 2 if middle else rect.height - height - 8)
        self._planes[0][y : y + height, x : x + width] = grey[:height, :width]
        if not middle:
            for plane in self._planes[1:]:
                plane[y // 2 : (y + height) // 2, x // 2 : (x + width) // 2] = 128

    def _fill(self, rect: Rect, colour: Colour) -> None:
        for number, (plane, value) in enumerate(zip(self._planes, colour, strict=True)):
            half = 2 if number else 1
            x, y, width, height = (n // half for n in (rect.x, rect.y, rect.width, rect.height))
            plane[y : y + height, x : x + width] = value


def _split(scaled: Plane, width: int, height: int) -> tuple[Plane, Plane, Plane]:
    """The planes of what PyAV gives as one array, of whatever even size."""
    flat = scaled.reshape(-1)
    size, small = width * height, width * height // 4
    y, u, v = flat[:size], flat[size : size + small], flat[size + small :]
    shape = (height // 2, width // 2)
    return y.reshape(height, width), u.reshape(shape), v.reshape(shape)


def _up(size: float) -> int:
    """The next even number, so that nothing is missing at an edge."""
    return max(2, -int(-size // 2) * 2)


@lru_cache(maxsize=256)
def _plate(name: str, size: int, most: int) -> Plane:
    """A name on a plate, cut where the tile ends."""
    font = _font(size)
    shown = name
    while len(shown) > 1 and font.getlength(shown) > most - size:
        shown = shown.rstrip("…")[:-1] + "…"
    width, height = _up(font.getlength(shown) + size), _up(size * 1.6)
    image = Image.new("L", (width, height), PLATE)
    ImageDraw.Draw(image).text((width / 2, height / 2), shown, INK, font, anchor="mm")
    return numpy.asarray(image, numpy.uint8)


@lru_cache(maxsize=256)
def _initials(name: str, size: int) -> Plane:
    """Two letters in a circle, for who sends no picture."""
    size = _up(size)
    words = name.split()
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    image = Image.new("L", (4 * size, 4 * size), QUIET[0])
    ImageDraw.Draw(image).ellipse((0, 0, 4 * size - 1, 4 * size - 1), ROUND)
    image = image.resize((size, size), Image.Resampling.LANCZOS)
    ImageDraw.Draw(image).text((size / 2, size / 2), letters, INK, _font(max(8, size * 2 // 5)), anchor="mm")
    return numpy.asarray(image, numpy.uint8)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "atkinson-regular.ttf", size)
