"""What publishers are asked to send."""

from media_workers.asked import LINGER, PATIENCE, Asked


def test_all_is_sent_until_it_is_known_that_nobody_wants_it() -> None:
    asked = Asked(("q", "h", "f"))
    assert not asked.update(set(), 0.0)
    assert not asked.update(set(), LINGER - 0.1)
    assert asked.update(set(), LINGER)
    assert asked.active == []


def test_what_somebody_wants_is_asked_for_at_once_with_all_below_it() -> None:
    asked = Asked(("q", "h", "f"))
    asked.update(set(), 0.0)
    asked.update(set(), LINGER)
    assert asked.update({"h"}, 10.0)
    assert asked.active == ["q", "h"]
    assert not asked.update({"h", "q"}, 10.2)


def test_a_look_away_is_no_reason_to_stop() -> None:
    asked = Asked(("q", "f"))
    asked.update({"f"}, 0.0)
    assert not asked.update({"q"}, LINGER - 0.1)
    assert not asked.update({"f"}, LINGER)
    assert asked.active == ["q", "f"]


def test_what_doesnt_come_in_time_was_asked_for_in_vain() -> None:
    asked = Asked(("q", "f"))
    asked.update({"f"}, 0.0)
    assert not asked.in_vain("f", PATIENCE)
    assert asked.in_vain("f", PATIENCE + 0.1)
    assert not asked.in_vain("q", 100.0)
    asked.restart()
    assert not asked.in_vain("f", 100.0)
