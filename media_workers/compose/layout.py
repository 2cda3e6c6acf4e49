"""Who is where on the picture, and when. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.signalling.composing import Source

WIDTH, HEIGHT = 1280, 720
MOST = 16
"""Tiles at once; who comes after them is heard and not seen."""

APART = 2_000
"""Milliseconds: a shorter break of a shared screen does not change the layout."""


@dataclass(frozen=True)
class Rect:
    """Even numbers of pixels: chroma has half of them."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Tile:
    """``source``: whose picture it is, camera or screen."""

    participant: str
    source: str
    rect: Rect


@dataclass(frozen=True)
class Person:
    """From the first to the last moment anything of somebody was recorded, milliseconds."""

    id: str
    name: str
    camera: bool
    begins: int
    ends: int


@dataclass(frozen=True)
class Span:
    """A stretch during which somebody shares a screen, milliseconds."""

    participant: str
    begins: int
    ends: int


def people_of(sources: Iterable[Source]) -> list[Person]:
    """Everybody of whom there is something, in the order they came."""
    found: dict[str, Person] = {}
    for source in sources:
        times = [(start, start + length) for one in source.stretches for _, start, length in one.segments]
        if not times:
            continue
        begins, ends = min(start for start, _ in times), max(end for _, end in times)
        known = found.get(source.participant, Person(source.participant, source.name, False, begins, ends))
        found[source.participant] = Person(
            known.id,
            known.name or source.name,
            known.camera or source.source == "camera",
            min(known.begins, begins),
            max(known.ends, ends),
        )
    return sorted(found.values(), key=lambda person: (person.begins, person.id))


def screens_of(sources: Iterable[Source]) -> list[Span]:
    """Stretches of shared screens, in the order they began."""
    spans: list[Span] = []
    for source in sources:
        if source.source != "screen":
            continue
        times = sorted((start, start + length) for one in source.stretches for _, start, length in one.segments)
        own: list[Span] = []
        for begins, ends in times:
            if own and begins - own[-1].ends <= APART:
                own[-1] = Span(source.participant, own[-1].begins, max(own[-1].ends, ends))
            else:
                own.append(Span(source.participant, begins, ends))
        spans += own
    return sorted(spans, key=lambda span: span.begins)


def tiles_at(at: int, people: Sequence[Person], screens: Sequence[Span]) -> tuple[Tile, ...]:
    """What the picture shows at a moment, milliseconds. Two screens at once: the one that began last."""
    there = [person for person in people if person.begins <= at < person.ends]
    seen = sorted(there, key=lambda person: not person.camera)[:MOST]
    shown = [person for person in there if person in seen]
    sharing = [span for span in screens if span.begins <= at < span.ends]
    if not sharing:
        return tuple(Tile(one.id, "camera", rect) for one, rect in zip(shown, grid(len(shown)), strict=True))
    strip = beside(len(shown))
    large = Tile(sharing[-1].participant, "screen", Rect(0, (HEIGHT - 540) // 2, 960, 540))
    return (large, *(Tile(one.id, "camera", rect) for one, rect in zip(shown, strip, strict=True)))


def grid(count: int) -> list[Rect]:
    """Tiles of 16:9, as large as they can be, the last row in the middle."""
    if count == 0:
        return []
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    width = _even(min(WIDTH // columns, HEIGHT // rows * 16 / 9))
    height = _even(width * 9 / 16)
    rects = []
    for number in range(count):
        row, column = divmod(number, columns)
        in_row = min(columns, count - row * columns)
        x = _even((WIDTH - in_row * width) / 2) + column * width
        y = _even((HEIGHT - rows * height) / 2) + row * height
        rects.append(Rect(x, y, width, height))
    return rects


def beside(count: int) -> list[Rect]:
    """The same in the right quarter, for who is there while a screen is shared."""
    columns = 1 if count <= 4 else 2
    width, height = 320 // columns, 180 // columns
    top = _even((HEIGHT - math.ceil(count / columns) * height) / 2)
    return [
        Rect(960 + number % columns * width, top + number // columns * height, width, height) for number in range(count)
    ]


def _even(number: float) -> int:
    return int(number) // 2 * 2
