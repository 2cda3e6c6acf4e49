"""In which codec somebody sends."""

import pytest

from media_workers.codec_choice import PATIENCE, CodecChoice, best

ALL = frozenset(("vp8", "vp9", "h264", "av1"))
OLD = frozenset(("vp8", "h264"))
FEW = frozenset(("vp8",))


@pytest.mark.parametrize(
    ("receivers", "codec"), [([], "av1"), ([ALL], "av1"), ([ALL, OLD], "h264"), ([ALL, OLD, FEW], "vp8")]
)
def test_what_is_liked_best_of_what_all_can_decode_is_sent(receivers: list[frozenset[str]], codec: str) -> None:
    assert best(("av1", "h264", "vp8"), receivers) == codec


def test_when_nothing_suits_all_it_is_what_any_browser_decodes() -> None:
    assert best(("av1", "vp8"), [frozenset(("h264",))]) == "vp8"
    assert best(("h264",), [FEW]) == "h264"


def test_somebody_who_cant_decode_it_changes_it_at_once() -> None:
    choice = CodecChoice(("av1", "vp8"), "av1")
    assert not choice.update([ALL], 0.0)
    assert choice.update([ALL, FEW], 0.2)
    assert choice.present == "vp8"


def test_something_better_is_waited_for() -> None:
    choice = CodecChoice(("av1", "vp8"), "vp8")
    assert not choice.update([ALL], 0.0)
    assert not choice.update([ALL], PATIENCE - 0.1)
    assert choice.update([ALL], PATIENCE)
    assert choice.present == "av1"


def test_who_comes_back_in_time_changes_nothing() -> None:
    choice = CodecChoice(("av1", "vp8"), "vp8")
    choice.update([ALL], 0.0)
    choice.update([ALL, FEW], 5.0)
    assert not choice.update([ALL], PATIENCE + 1)
    assert choice.present == "vp8"
