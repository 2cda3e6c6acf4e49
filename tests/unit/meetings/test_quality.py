"""The word for how the network carried somebody, and its figures."""

from dataclasses import replace

import pytest

from chalicelib.meetings import quality
from chalicelib.signalling.quality import Quality

GOOD = Quality(1_000, 5, 2_000, 10, 1.0, 0.3, 0.5)


def grade(counted: Quality, seconds: float = 600) -> str:
    passage = quality.of([counted], seconds)
    assert passage is not None
    return passage.grade


def test_little_loss_and_no_pause_are_good() -> None:
    assert grade(GOOD) == "good"


@pytest.mark.parametrize(
    ("worse", "word"),
    [
        ({"up_lost": 19}, "good"),
        ({"up_lost": 20}, "fair"),
        ({"up_lost": 80}, "poor"),
        ({"down_lost": 40}, "fair"),
        ({"down_lost": 160}, "poor"),
        ({"paused": 12.0}, "fair"),
        ({"paused": 48.0}, "poor"),
        ({"media_after": 4.0}, "fair"),
        ({"media_after": 10.0}, "poor"),
        ({"path_after": 10.0, "media_after": None}, "poor"),
    ],
)
def test_the_worst_of_all_says_the_word(worse: dict[str, float], word: str) -> None:
    assert grade(replace(GOOD, **worse)) == word  # type: ignore[arg-type]


def test_connections_are_summed_and_the_longest_wait_counts() -> None:
    slow = Quality(1_000, 45, 0, 0, 3.0, 1.0, 2.5)
    passage = quality.of([GOOD, None, slow], 600)
    assert passage is not None
    assert (passage.up, passage.down, passage.paused, passage.media_after) == (0.025, 0.005, 4.0, 2.5)
    assert passage.grade == "fair"


def test_where_nothing_was_sent_nothing_was_lost_nor_kept() -> None:
    passage = quality.of([Quality(0, 0, 0, 0, 0.0, 0.4)], 0)
    assert passage is not None
    assert (passage.up, passage.down, passage.media_after, passage.grade) == (None, None, 0.4, "good")


def test_of_what_nobody_counted_nothing_is_said() -> None:
    assert quality.of([None, None], 600) is None
