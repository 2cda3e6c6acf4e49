"""RTP times in ours: by reports that make sense, by arrival where they don't."""

import pytest

from media_workers.recording.timeline import SenderClock, Timeline
from media_workers.recording.wire import Report
from tests.unit.media_workers.recording.senders import EPOCH

RATE = 48_000
AT, AHEAD, WAY = 1_000.0, 77.0, 0.12
"""When it begins; how far the sender's clock is ahead; how long packets are on their way, seconds."""


def timeline() -> Timeline:
    return Timeline(SenderClock(), RATE)


def send(line: Timeline, begin: float, end: float, *, way: float = WAY, speed: float = 1.0) -> None:
    """Packets every 20 ms, a report each second. ``speed``: of the reports' RTP time."""
    for number in range(round(begin * 50), round(end * 50)):
        captured = number / 50
        if number % 50 == 10:
            ntp = round((AT + captured + AHEAD + EPOCH) * (1 << 32))
            line.report(Report(1, ntp, round(captured * speed * RATE), AT + captured))
        line.arrived(round(captured * RATE), AT + captured + way)


def at(line: Timeline, captured: float) -> float:
    return line.at(round(captured * RATE)) - AT - captured


def test_before_the_first_report_the_quickest_packet_tells() -> None:
    line = timeline()
    line.arrived(0, AT + 0.3)
    line.arrived(960, AT + 0.02 + WAY)
    line.arrived(1_920, AT + 0.04 + 0.9)
    assert at(line, 0.04) == pytest.approx(WAY)


def test_a_report_tells_when_it_was_captured() -> None:
    line = timeline()
    send(line, 0, 3)
    assert at(line, 2.5) == pytest.approx(0, abs=0.001)


def test_reports_that_run_at_another_speed_are_not_believed() -> None:
    line = timeline()
    send(line, 0, 20, speed=2)
    assert at(line, 19.5) == pytest.approx(WAY)


def test_reports_are_believed_while_packets_are_held_up() -> None:
    line = timeline()
    send(line, 0, 6)
    send(line, 6, 8, way=3)
    assert at(line, 7.5) == pytest.approx(0, abs=0.001)


def test_a_stream_that_stood_still_goes_on_by_arrival_until_a_report_tells() -> None:
    line = timeline()
    send(line, 0, 3)
    for number in range(150, 700):
        line.arrived(960 * number, AT + number / 50 + WAY + 60)
    assert at(line, 13.5) == pytest.approx(WAY + 60)
