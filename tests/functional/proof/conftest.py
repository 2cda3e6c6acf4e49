"""A meeting that took place, as the tests of forgetting hold it."""

import pytest

from chalicelib import clock
from tests.functional.conftest import MovedClock
from tests.functional.privacy.test_forgetting import held

__all__ = ["held", "noon"]

DAY = 86_400


@pytest.fixture(autouse=True)
def noon(clock_file: MovedClock) -> None:
    """Every test begins at noon UTC: days end where it says so, whenever it runs."""
    clock_file.move(seconds=(DAY // 2 - clock.now()) % DAY)
