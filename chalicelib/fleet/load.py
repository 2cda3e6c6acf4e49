"""The figure the pool of workers is scaled by: what workers forward now, and what the calendar says will begin."""

from collections.abc import Iterable
from typing import Final

from chalicelib import clock, log, storage
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from .models import Coming, Worker
from .rules import FRESH, usual_load

COMING: Final = "coming"
AHEAD: Final = 10
"""Minutes of the calendar that count as load already: AWS takes three to act on the figure, a container one to start,
and people come early. `bench.fleet` shows what fewer do."""
BEGUN: Final = 1
"""Minutes a meeting that has begun still counts as one to come: not everybody is there."""


def expect(starts_at: int, people: int) -> None:
    """A meeting of so many people will begin (seconds since 1970). Told once a meeting, within an hour of its start."""
    sk = _minute(starts_at)
    item = storage.get(Coming, COMING, sk)
    if item is None:
        try:
            storage.create(Coming(COMING, sk, load=usual_load(people)), {Event.COLLECTED: clock.now()})
            return
        except AlreadyThere:
            item = storage.get(Coming, COMING, sk)
    if item is not None:
        storage.update(item, Coming.load.set(Coming.load + usual_load(people)), always=True)


def to_come(now: int) -> int:
    """Packets per second of the meetings that are about to begin."""
    since, until = now - 60 * BEGUN, now + 60 * AHEAD
    wanted = (_minute(second) for second in range(since, until, 60))
    found = (storage.get(Coming, COMING, sk) for sk in wanted)
    return sum(int(item.load) for item in found if item is not None)


def measure() -> int | None:
    """Says how much of the workers' capacity is in use, in per cent; None when no worker can take a room."""
    now = clock.now()
    fresh = [worker for worker in storage.listed(Worker, "workers") if now - worker.reported_at <= FRESH]
    able = [(int(worker.load), int(worker.capacity)) for worker in fresh if not worker.draining]
    soon = to_come(now)
    percent = share([*able, (soon, 0)])
    if percent is None:
        log.warning("fleet_empty", draining=len(fresh))
    else:
        log.info("fleet_load", percent=percent, workers=len(able), soon=soon)
    return percent


def share(workers: Iterable[tuple[int, int]]) -> int | None:
    """``load`` of ``capacity`` (packets per second each) over all workers, in per cent rounded up: a fleet in use is
    never said to be idle. None without capacity."""
    pairs = list(workers)
    capacity = sum(capacity for _, capacity in pairs)
    return -(-100 * sum(load for load, _ in pairs) // capacity) if capacity else None


def _minute(second: int) -> str:
    return f"{second // 60:010d}"
