"""A host on empty stores, with a program."""

import pytest

from dev.engine import Engine
from tests.functional.api.programs import Program, program_of
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host

__all__ = ["make_worker", "worker"]


@pytest.fixture
def host(stores: Engine, mailbox: Mailbox) -> Host:
    """An owner who holds meetings."""
    return a_host()


@pytest.fixture
def program(host: Host) -> Program:
    """The host's program; its token opens everything."""
    return program_of(host)
