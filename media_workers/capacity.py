"""How many packets per second this very process forwards before its one thread has no room left: measured at its start.

Machines differ by a factor of three, and so does the source from what is compiled of it: no figure written down fits
all (docs/decisions/0095).
"""

import socket
import statistics
import time
from collections.abc import Callable
from typing import Any, Protocol

from media_workers.yardstick import LOOPBACK, Yardstick

RECEIVERS = 3
"""Of each packet: a meeting of four, the usual one."""
ROUND = 20
"""Frames between two looks at the clock, so that looking costs nothing."""
WORK = 0.2
"""Seconds of CPU time that are enough."""
PATIENCE = 0.5
"""Seconds after which it ends all the same: on a crowded machine CPU time is long in coming."""
WHOLE = 3.0
"""What a whole worker spends for each second it forwards: sockets read, checks, feedback, levels, its event loop. From
source 29 to 36 µs per packet against 10 here (bench/README.md: *Forwarding beside Janus*, *Forwarding*)."""
BESIDES = 6.0
"""The same of a worker that forwards natively, for each second its library protects and sends in rows. Forwarding alone
it costs 1.2 times that at its most, and 4 with ten who watch (bench/README.md: *Forwarding beside Janus*); in a meeting
of four everybody sends too, which is Python's to follow."""
SAMPLES, PICTURES = 9, 200
"""Measurements of the library, and pictures forwarded in each: 0.15 s in all."""
SHARE = 0.6
"""Of one core: a burst finds room, and a packet waits for few others."""

Clock = Callable[[], float]


class Road(Protocol):
    """What packets are forwarded on: a `Yardstick`."""

    @property
    def sent(self) -> int:
        """Packets forwarded so far."""

    def frames(self, count: int) -> list[list[bytes]]:
        """The next frames' datagrams."""

    def forward(self, datagrams: list[bytes]) -> None:
        """A frame."""


def measured(library: Any = None) -> int:
    """Packets per second of this process, on this machine. ``library``: the native one, if it forwards."""
    if library is not None:
        return capacity(native_cost(library), BESIDES)
    road = Yardstick(RECEIVERS)
    try:
        return capacity(cost(road, time.process_time, time.monotonic))
    finally:
        road.close()


def capacity(seconds: float, whole: float = WHOLE) -> int:
    """Packets per second when forwarding one takes so many seconds of CPU time, and the whole worker so many times
    that; at least one."""
    return max(1, round(SHARE / (seconds * whole)))


def native_cost(library: Any) -> float:
    """Seconds of CPU time for each packet that the library protects and sends: the median of the samples."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind((LOOPBACK, 0))
        receivers = [sink.getsockname()] * RECEIVERS
        costs: list[float] = [library.floor(receivers, RECEIVERS, PICTURES, 0.0)[0] for _ in range(SAMPLES)]
    return max(statistics.median(costs), 1e-9)


def cost(road: Road, cpu: Clock, wall: Clock, work: float = WORK, patience: float = PATIENCE) -> float:
    """Seconds of CPU time for each packet forwarded: the median of the rounds. ``cpu``, ``wall``: clocks, in seconds.

    The first round, in which everything is cold, isn't counted; one is, whatever the clocks say."""
    _round(road, cpu)
    costs: list[float] = []
    spent, began = 0.0, wall()
    while not costs or (spent < work and wall() - began < patience):
        took, sent = _round(road, cpu)
        spent += took
        costs.append(took / sent)
    return max(statistics.median(costs), 1e-9)


def _round(road: Road, cpu: Clock) -> tuple[float, int]:
    """Seconds of CPU time, packets."""
    frames, before = road.frames(ROUND), road.sent
    began = cpu()
    for frame in frames:
        road.forward(frame)
    return cpu() - began, road.sent - before
