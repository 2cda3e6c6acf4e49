"""A host on empty stores, and a worker for what needs one."""

import pytest

from dev.engine import Engine
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host

__all__ = ["make_worker", "worker"]


@pytest.fixture
def host(stores: Engine, mailbox: Mailbox) -> Host:
    """Somebody who plans meetings; every mail goes to the mailbox."""
    return a_host()
