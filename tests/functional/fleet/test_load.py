"""What the schedule says about the fleet."""

from chalicelib.fleet import load
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.worker import ScriptedWorker


def test_a_draining_worker_counts_neither_as_load_nor_as_capacity(
    worker: ScriptedWorker, make_worker: MakeWorker
) -> None:
    other = make_worker("w2")
    worker.report(load=500)
    other.report(load=100)
    assert load.measure() == 30, "600 of 2,000 packets per second"
    worker.report(load=500, draining=True)
    assert load.measure() == 10
    other.report(draining=True)
    assert load.measure() is None
