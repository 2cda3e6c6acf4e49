"""Who is where on the picture of a composed file, and when."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.signalling.composing import Source, Stretch
from media_workers.compose.layout import (
    HEIGHT,
    MOST,
    WIDTH,
    Person,
    Rect,
    beside,
    grid,
    people_of,
    screens_of,
    tiles_at,
)


def source(who: str, kind: str, *spans: tuple[int, int], name: str = "") -> Source:
    segments = [(number, start, end - start) for number, (start, end) in enumerate(spans)]
    return Source(f"{who}-{kind}", who, kind, name or who.title(), [Stretch(1, "", segments)])


def overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("arrange", [grid, beside])
@given(count=st.integers(1, MOST))
def test_tiles_lie_inside_apart_and_on_even_pixels(arrange: object, count: int) -> None:
    rects = arrange(count)  # type: ignore[operator]
    assert len(rects) == count
    assert not [pair for pair in combinations(rects, 2) if overlap(*pair)]
    for rect in rects:
        assert rect.x >= 0 and rect.y >= 0 and rect.x + rect.width <= WIDTH and rect.y + rect.height <= HEIGHT
        assert not [side for side in (rect.x, rect.y, rect.width, rect.height) if side % 2], "chroma has half of them"
        assert rect.width / rect.height == pytest.approx(16 / 9, rel=0.03)


def test_one_alone_fills_the_picture_and_nobody_leaves_it_empty() -> None:
    assert grid(1) == [Rect(0, 0, WIDTH, HEIGHT)] and grid(0) == []


def test_people_are_shown_from_their_first_to_their_last_moment_in_the_order_they_came() -> None:
    people = people_of(
        [
            source("late", "microphone", (9_000, 13_000)),
            source("first", "microphone", (0, 4_000), (8_000, 12_000)),
            source("first", "camera", (100, 4_000)),
            source("silent", "microphone"),
        ]
    )
    assert [(one.id, one.camera, one.begins, one.ends) for one in people] == [
        ("first", True, 0, 12_000),
        ("late", False, 9_000, 13_000),
    ]
    at = {moment: [tile.participant for tile in tiles_at(moment, people, [])] for moment in (0, 6_000, 9_500, 12_500)}
    assert at == {0: ["first"], 6_000: ["first"], 9_500: ["first", "late"], 12_500: ["late"]}, "a gap is a quiet tile"


def test_a_shared_screen_is_large_as_long_as_it_is_shared() -> None:
    sources = [source("a", "microphone", (0, 30_000)), source("a", "screen", (5_000, 9_000), (10_000, 14_000))]
    people, screens = people_of(sources), screens_of(sources)
    assert [(span.begins, span.ends) for span in screens] == [(5_000, 14_000)], "a break of a second is none"
    assert [tile.source for tile in tiles_at(4_000, people, screens)] == ["camera"]
    large, small = tiles_at(9_500, people, screens)
    assert (large.source, small.source) == ("screen", "camera") and large.rect.width > 2 * small.rect.width
    assert [tile.source for tile in tiles_at(14_000, people, screens)] == ["camera"]


def test_of_two_screens_the_one_that_began_last_is_shown() -> None:
    sources = [source("a", "screen", (0, 20_000)), source("b", "screen", (5_000, 9_000))]
    people, screens = people_of(sources), screens_of(sources)
    shown = {at: tiles_at(at, people, screens)[0].participant for at in (1_000, 6_000, 10_000)}
    assert shown == {1_000: "a", 6_000: "b", 10_000: "a"}


def test_where_not_all_fit_those_with_a_camera_are_seen() -> None:
    people = [Person(f"p{number}", "", number >= 10, 0, 1_000) for number in range(30)]
    seen = [tile.participant for tile in tiles_at(0, people, [])]
    assert len(seen) == MOST and seen == [f"p{number}" for number in range(10, 26)]
