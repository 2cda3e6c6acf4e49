"""A meeting that runs on a scripted worker, its company entitled to record."""

import pytest

from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.recordings.scene import Scene, a_meeting

__all__ = ["make_worker", "worker"]


@pytest.fixture
def scene(worker: ScriptedWorker, mailbox: Mailbox) -> Scene:
    """Host and two guests inside."""
    return a_meeting(worker, mailbox)
