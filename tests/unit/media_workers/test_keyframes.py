"""Asking for keyframes."""

from media_workers.keyframes import THROTTLE, TRIES, Keyframes


def test_nobody_asks_for_nothing() -> None:
    assert not Keyframes().due(0.0)


def test_many_wishes_are_one_request() -> None:
    keyframes = Keyframes()
    for _ in range(10):
        keyframes.want()
    assert [keyframes.due(0.0), keyframes.due(0.0)] == [True, False]


def test_requests_keep_their_distance() -> None:
    keyframes = Keyframes()
    keyframes.want()
    assert keyframes.due(0.0)
    keyframes.arrived()
    keyframes.want()
    assert not keyframes.due(THROTTLE / 2)
    assert keyframes.due(THROTTLE)


def test_a_request_is_repeated_until_the_keyframe_comes() -> None:
    keyframes = Keyframes()
    keyframes.want()
    assert keyframes.due(0.0)
    assert keyframes.due(THROTTLE)
    keyframes.arrived()
    assert not keyframes.due(2 * THROTTLE)


def test_a_publisher_that_never_answers_is_not_asked_for_ever() -> None:
    keyframes = Keyframes()
    keyframes.want()
    assert sum(keyframes.due(number * THROTTLE) for number in range(3 * TRIES)) == TRIES
    keyframes.want()
    assert keyframes.due(100.0)
