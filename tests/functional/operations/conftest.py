"""An operator at the console, a host whose meetings are reported, a worker that holds them."""

import pytest

from chalicelib.rights import officers
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.meetings.conftest import host
from tests.functional.meetings.people import Host, a_host
from tests.functional.rights.people import enter_console

__all__ = ["host", "make_worker", "worker"]

ROOM = "/console/billing"


@pytest.fixture
def operator(host: Host) -> Host:
    """Somebody at the operators' pages, with the second factor given."""
    person = a_host("chloe@iboo.live", first_name="Chloé", name="Martin")
    officers.grant(person.account.id, officers.OPERATOR)
    enter_console(person, ROOM)
    return person
