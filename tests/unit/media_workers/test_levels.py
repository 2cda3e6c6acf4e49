"""Who speaks."""

from media_workers.levels import SILENCE, Levels


def test_the_loudest_level_since_the_last_look_counts() -> None:
    levels = Levels()
    for level in (40, 12, 60):
        levels.heard("anne", level)
    assert levels.take() == {"anne": 12}
    assert levels.take() == {}


def test_who_is_silent_is_absent() -> None:
    levels = Levels()
    levels.heard("anne", SILENCE)
    levels.heard("paul", 127)
    assert levels.take() == {}
