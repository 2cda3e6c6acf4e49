"""What the tests of accounts share."""

import pytest

from chalicelib import clock
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import Customer, sign_up

DAY = 86_400


@pytest.fixture
def midnight(clock_file: MovedClock) -> MovedClock:
    """A clock at the start of a day: no window of a throttle ends while a test runs."""
    clock_file.move(seconds=DAY - clock.now() % DAY)
    return clock_file


@pytest.fixture
def anne(stores: object, mailbox: Mailbox) -> Customer:
    """The administrator of a new company, signed in; her mailbox is empty again."""
    customer = sign_up(mailbox)
    mailbox.empty()
    return customer
