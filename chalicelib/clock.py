"""The time, in one place, so that a test can move it."""

import time
from pathlib import Path

from . import settings


def now() -> int:
    """Seconds since 1970; in dev, plus what the clock file says."""
    return int(precise_now())


def wall_clock() -> int:
    """Seconds since 1970, never moved: for what functions and workers sign for each other within seconds."""
    return int(time.time())


def precise_now() -> float:
    """Seconds since 1970 with their fraction."""
    return time.time() + _offset()


def _offset() -> int:
    path = settings.get("CLOCK_FILE")
    if not path or not settings.in_dev():
        return 0
    try:
        return int(Path(path).read_text() or 0)
    except FileNotFoundError:
        return 0
