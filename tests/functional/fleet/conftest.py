"""Workers for the tests of the fleet and of meetings."""

from collections.abc import Callable, Iterator

import pytest

from dev.engine import Engine
from tests.functional.fleet.worker import ScriptedWorker

MakeWorker = Callable[[str], ScriptedWorker]


@pytest.fixture
def make_worker(stores: Engine) -> Iterator[MakeWorker]:
    """Starts workers; those still there at the end are stopped."""
    started: list[ScriptedWorker] = []

    def make(name: str) -> ScriptedWorker:
        started.append(ScriptedWorker(name))
        return started[-1]

    yield make
    for worker in started:
        worker.stop()


@pytest.fixture
def worker(make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch) -> ScriptedWorker:
    """One worker that has reported. Its word holds for an hour: here nobody repeats it every two seconds."""
    monkeypatch.setattr("chalicelib.fleet.rules.FRESH", 3_600)
    only = make_worker("w1")
    only.report()
    return only
