"""Asking publishers for what is missing."""

from media_workers.nack import LONGEST, RETRY, TRIES, Gaps


def gaps(*numbers: int) -> Gaps:
    made = Gaps()
    for number in numbers:
        made.seen(number)
    return made


def test_what_is_missing_between_two_packets_is_asked_for() -> None:
    assert gaps(100, 103).due(0.0) == [101, 102]


def test_packets_in_order_leave_nothing_to_ask_for() -> None:
    assert gaps(100, 101, 102).due(0.0) == []


def test_a_packet_that_came_late_is_not_asked_for() -> None:
    assert gaps(100, 103, 101).due(0.0) == [102]


def test_a_request_is_repeated_after_a_round_trip_and_not_before() -> None:
    made = gaps(100, 102)
    assert made.due(0.0) == [101]
    assert made.due(RETRY / 2) == []
    assert made.due(RETRY) == [101]


def test_after_all_tries_the_packet_is_given_up_once() -> None:
    made = gaps(100, 102)
    asked = [made.due(number * RETRY) for number in range(TRIES + 2)]
    assert [len(numbers) for numbers in asked] == [1] * TRIES + [0, 0]
    assert made.take_broken()
    assert not made.take_broken()


def test_a_repaired_track_is_not_broken() -> None:
    made = gaps(100, 102, 101)
    made.due(10.0)
    assert not made.take_broken()


def test_a_long_break_is_not_asked_for_but_told() -> None:
    made = gaps(100, 100 + LONGEST + 1)
    assert made.due(0.0) == []
    assert made.take_broken()


def test_what_is_missing_stays_bounded() -> None:
    made = gaps(*range(0, 4 * LONGEST, 2))
    assert len(made.due(0.0)) <= LONGEST
    assert made.take_broken()


def test_the_first_packet_is_no_gap() -> None:
    made = gaps(70000)
    assert made.due(0.0) == []
    assert not made.take_broken()
