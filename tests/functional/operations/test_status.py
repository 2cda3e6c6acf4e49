"""What everybody may know of how the service fares."""

import pytest

from chalicelib.gateways.mail import MailUnavailable
from chalicelib.operations import status
from chalicelib.operations.status import State
from dev.engine import Engine
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, a_host, in_

__all__ = ["make_worker", "worker"]


def state_of(key: str) -> State:
    return next(part.state for part in status.parts() if part.key == key)


def test_all_is_well_when_a_worker_takes_meetings(worker: ScriptedWorker) -> None:
    page = Browser().open("/status")
    assert page.status == 200 and "Tout fonctionne." in page.text


def test_without_a_worker_meetings_are_said_to_be_down(stores: Engine) -> None:
    assert state_of("meetings") is State.DOWN
    assert "en panne" in Browser().open("/status").text


def test_when_all_workers_are_nearly_full_it_is_said(worker: ScriptedWorker) -> None:
    worker.report(load=950)
    assert state_of("meetings") is State.SLOW


def test_a_mail_that_waits_is_late_after_a_quarter_of_an_hour(
    stores: Engine, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    mailbox.fault = MailUnavailable("away")
    a_host().plan("zoe@example.fr", **in_(DAY))
    assert state_of("mail") is State.GOOD
    clock_file.move(seconds=status.LATE_MAIL + 1)
    assert state_of("mail") is State.SLOW


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_there_in_both_languages(stores: Engine, language: str) -> None:
    assert Browser(language).open("/status").status == 200
