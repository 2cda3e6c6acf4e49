"""A meeting that runs on a scripted worker, its company entitled to record."""

from collections.abc import Iterator
from threading import Thread

import pytest

from dev.cloud.composers import Composers
from dev.engine import Engine
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.recordings.jobs import StartedJobs
from tests.functional.recordings.saved import ended
from tests.functional.recordings.scene import Scene, a_meeting

__all__ = ["make_worker", "worker"]


@pytest.fixture
def scene(worker: ScriptedWorker, mailbox: Mailbox) -> Scene:
    """Host and two guests inside."""
    return a_meeting(worker, mailbox)


@pytest.fixture(scope="session")
def containers(environment: pytest.MonkeyPatch, engine: Engine) -> Iterator[Composers]:
    """What plays ECS in the local cloud, for all tests: the functions keep their client."""
    server = Composers(0, lambda given: None)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    environment.setenv("AWS_ENDPOINT_URL_ECS", server.url)
    for name in ("CLUSTER", "SUBNETS", "GROUP"):
        environment.setenv(f"IBOO_COMPOSE_{name}", "test")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def jobs(containers: Composers) -> StartedJobs:
    """The jobs this test has started."""
    started = StartedJobs()
    containers.start = started.take
    return started


@pytest.fixture
def over(scene: Scene) -> Scene:
    """Two guests were recorded for two seconds, at 440 and at 660 Hz; it is over and ready."""
    return ended(scene)
