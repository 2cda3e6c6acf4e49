"""The figure the pool of workers is scaled by."""

from collections.abc import Iterable

from chalicelib import clock, log, storage

from .models import Worker
from .rules import FRESH


def measure() -> int | None:
    """Says how much of the workers' capacity is in use, in per cent; None when no worker can take a room."""
    now = clock.now()
    fresh = [worker for worker in storage.listed(Worker, "workers") if now - worker.reported_at <= FRESH]
    able = [(int(worker.load), int(worker.capacity)) for worker in fresh if not worker.draining]
    percent = share(able)
    if percent is None:
        log.warning("fleet_empty", draining=len(fresh))
    else:
        log.info("fleet_load", percent=percent, workers=len(able))
    return percent


def share(workers: Iterable[tuple[int, int]]) -> int | None:
    """``load`` of ``capacity`` (packets per second each) over all workers, in per cent rounded up: a fleet in use is
    never said to be idle. None without capacity."""
    pairs = list(workers)
    capacity = sum(capacity for _, capacity in pairs)
    return -(-100 * sum(load for load, _ in pairs) // capacity) if capacity else None
