"""When something was captured."""

import struct

import pytest

from media_workers.capture_time import Ahead, rebased
from media_workers.errors import Malformed

SECOND = 1 << 32


def test_a_capturers_time_gets_the_distance_of_the_clocks() -> None:
    assert rebased(struct.pack("!Q", 1000 * SECOND), 2.5) == struct.pack("!Qq", 1000 * SECOND, 5 * SECOND // 2)


def test_a_distance_that_was_there_is_added_to() -> None:
    value = struct.pack("!Qq", 1000 * SECOND, -3 * SECOND)
    assert rebased(value, 1.0) == struct.pack("!Qq", 1000 * SECOND, -2 * SECOND)


def test_a_distance_too_long_for_its_field_is_cut() -> None:
    assert rebased(struct.pack("!Qq", 0, (1 << 63) - 1), 5.0)[8:] == b"\x7f" + b"\xff" * 7


def test_another_length_is_refused() -> None:
    with pytest.raises(Malformed):
        rebased(bytes(9), 0.0)


def test_the_quickest_report_tells_the_distance() -> None:
    ahead = Ahead()
    assert ahead.seconds is None
    for delay in (0.3, 0.02, 0.2):
        ahead.report(105 * SECOND, round((100 + delay) * SECOND))
    assert ahead.seconds == pytest.approx(4.98)
