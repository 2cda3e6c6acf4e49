"""A host, and an address that answers as it is told."""

from collections.abc import Iterator

import pytest

from dev.engine import Engine
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host
from tests.functional.webhooks.receiving import Scripted, running

__all__ = ["make_worker", "worker"]


@pytest.fixture
def host(stores: Engine, mailbox: Mailbox) -> Host:
    """An owner who holds meetings."""
    return a_host()


@pytest.fixture
def receiver() -> Iterator[Scripted]:
    """Its address is `url`."""
    server = Scripted()
    with running(server):
        yield server
