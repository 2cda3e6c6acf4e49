"""What a room that has just begun will weigh."""

from media_workers.promise import YOUNG, Promise

PROMISE = Promise(people=4, load=1_000, since=10.0)


def test_a_room_that_fills_up_lacks_less_and_less() -> None:
    assert [PROMISE.lacking(present, 20.0) for present in (0, 1, 2, 4, 6)] == [1_000, 750, 500, 0, 0]


def test_nobody_is_waited_for_in_a_room_that_is_not_young_any_more() -> None:
    assert PROMISE.lacking(1, 10.0 + YOUNG - 1) == 750
    assert PROMISE.lacking(1, 10.0 + YOUNG) == 0


def test_a_room_nobody_knows_anything_of_promises_nothing() -> None:
    assert Promise(people=0, load=0, since=0.0).lacking(0, 1.0) == 0
