"""Intervals until they are acknowledged."""

from media_workers import attendance
from media_workers.attendance import Attendance, Presence

ANNE = Presence("room", "anne", "c1")


def test_an_open_interval_lasts_until_now() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0)
    (interval,) = kept.report(15.0)
    assert (interval.since, interval.until, interval.open) == (10.0, 15.0, True)


def test_an_open_interval_is_reported_after_acknowledgement_too() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0)
    kept.acknowledged(kept.report(15.0))
    assert len(kept.report(17.0)) == 1


def test_a_closed_interval_keeps_its_end_until_acknowledged() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0)
    kept.ended(ANNE, 20.0)
    kept.ended(ANNE, 25.0)
    (interval,) = kept.report(30.0)
    assert (interval.until, interval.open) == (20.0, False)
    kept.acknowledged([interval])
    assert kept.report(31.0) == []


def test_an_acknowledgement_of_the_open_interval_doesnt_end_the_closed_one() -> None:
    kept = Attendance()
    kept.began(ANNE, 10.0)
    reported = kept.report(15.0)
    kept.ended(ANNE, 16.0)
    kept.acknowledged(reported)
    assert [interval.open for interval in kept.report(17.0)] == [False]


def test_memory_is_bounded_and_the_present_ones_stay() -> None:
    kept = Attendance()
    kept.began(ANNE, 0.0)
    for number in range(attendance.MOST + 5):
        gone = Presence("room", "x", str(number))
        kept.began(gone, 0.0)
        kept.ended(gone, 1.0)
    report = kept.report(2.0)
    assert len(report) == attendance.MOST
    assert report[0].participant == "anne"
