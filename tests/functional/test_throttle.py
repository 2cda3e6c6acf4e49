"""Throttles: a window begins with the first try, whatever the time of day."""

import pytest

from chalicelib import throttle
from chalicelib.errors import TooMany
from tests.functional.conftest import MovedClock

pytestmark = pytest.mark.usefixtures("stores")


def refusal(who: str) -> TooMany:
    with pytest.raises(TooMany) as caught:
        throttle.hit("test", who, 2, 3_600)
    return caught.value


def test_a_window_begins_with_the_first_try_and_lasts_its_time(clock_file: MovedClock) -> None:
    throttle.hit("test", "zoe", 2, 3_600)
    clock_file.move(seconds=3_000)
    throttle.hit("test", "zoe", 2, 3_600)
    assert 1 <= refusal("zoe").retry_after <= 600
    throttle.hit("test", "paul", 2, 3_600)
    clock_file.move(seconds=600)
    throttle.hit("test", "zoe", 2, 3_600)


def test_what_a_person_found_no_abuse_is_forgotten(clock_file: MovedClock) -> None:
    for _ in range(2):
        throttle.hit("test", "zoe", 2, 3_600)
    throttle.clear(refusal("zoe").counter)
    throttle.hit("test", "zoe", 2, 3_600)


def test_an_amount_is_taken_whole_or_not_at_all(clock_file: MovedClock) -> None:
    throttle.take("amount", "morel", 6, 10, 3_600)
    with pytest.raises(TooMany) as caught:
        throttle.take("amount", "morel", 5, 10, 3_600)
    assert 1 <= caught.value.retry_after <= 3_600
    throttle.take("amount", "morel", 4, 10, 3_600)
    clock_file.move(seconds=3_600)
    throttle.take("amount", "morel", 10, 10, 3_600)
