"""Intervals until they are acknowledged."""

from collections.abc import Callable
from itertools import count

from chalicelib.signalling.quality import Quality
from media_workers import attendance
from media_workers.attendance import Attendance, Presence

ANNE = Presence("room", "anne", "c1")


def counting() -> Callable[[], Quality]:
    """One packet more each time one looks."""
    packets = count(1)
    return lambda: Quality(next(packets), 0, 0, 0, 0.0, 0.5)


def test_an_open_interval_lasts_until_now() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0, counting())
    (interval,) = kept.report(15.0)
    assert (interval.since, interval.until, interval.open) == (10.0, 15.0, True)


def test_an_open_interval_is_reported_after_acknowledgement_too() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0, counting())
    kept.acknowledged(kept.report(15.0))
    assert len(kept.report(17.0)) == 1


def test_a_closed_interval_keeps_its_end_until_acknowledged() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0, counting())
    kept.ended(ANNE, 20.0)
    kept.ended(ANNE, 25.0)
    (interval,) = kept.report(30.0)
    assert (interval.until, interval.open) == (20.0, False)
    kept.acknowledged([interval])
    assert kept.report(31.0) == []


def test_an_acknowledgement_of_the_open_interval_doesnt_end_the_closed_one() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0, counting())
    reported = kept.report(15.0)
    kept.ended(ANNE, 16.0)
    kept.acknowledged(reported)
    assert [interval.open for interval in kept.report(17.0)] == [False]


def test_what_is_counted_is_told_anew_until_the_end_and_stays_as_it_was_then() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0, counting())
    told = [kept.report(15.0), kept.report(17.0)]
    kept.ended(ANNE, 20.0)
    told += [kept.report(22.0), kept.report(24.0)]
    assert [interval.quality.up_packets for (interval,) in told if interval.quality] == [1, 2, 3, 3]


def test_memory_is_bounded_and_the_present_ones_stay() -> None:
    kept = Attendance()
    kept.began(ANNE, 0.0, counting())
    for number in range(attendance.MOST + 5):
        gone = Presence("room", "x", str(number))
        kept.began(gone, 0.0, counting())
        kept.ended(gone, 1.0)
    report = kept.report(2.0)
    assert len(report) == attendance.MOST
    assert report[0].participant == "anne"
