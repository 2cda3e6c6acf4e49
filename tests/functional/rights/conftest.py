"""Who takes part in these scenarios."""

import pytest

from dev import words
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Mails to people whose language nobody knows are in both."""
    words.compile_catalog()


@pytest.fixture
def host(stores: object, mailbox: Mailbox) -> Host:
    """Anne, alone in her company; its privacy contact is dpo@lefevre.fr."""
    return a_host()
