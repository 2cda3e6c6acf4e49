"""The two clocks of a worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """``monotonic``: seconds for distances. ``wall``: seconds since 1970 for tickets, attendance and NTP."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
