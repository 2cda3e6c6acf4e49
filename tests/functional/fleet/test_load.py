"""What the schedule says about the fleet."""

from chalicelib import clock
from chalicelib.fleet import load
from chalicelib.fleet.rules import usual_load
from chalicelib.meetings import reminding
from dev.engine import Engine
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_host, in_

HOUR = 3_600


def test_a_draining_worker_counts_neither_as_load_nor_as_capacity(
    worker: ScriptedWorker, make_worker: MakeWorker
) -> None:
    other = make_worker("w2")
    worker.report(load=500)
    other.report(load=100)
    assert load.measure() == 30, "600 of 2,000 packets per second"
    worker.report(load=500, draining=True)
    assert load.measure() == 10
    other.report(draining=True)
    assert load.measure() is None


def test_meetings_about_to_begin_count_as_load(worker: ScriptedWorker) -> None:
    worker.report()
    now = clock.now()
    load.expect(now + 300, 4)
    load.expect(now + 300, 2)
    load.expect(now + 3_000, 25)
    assert load.to_come(now) == usual_load(4) + usual_load(2), "what begins in fifty minutes is far"
    assert load.measure() == -(-100 * (usual_load(4) + usual_load(2)) // 1_000)


def test_a_meeting_that_has_begun_is_no_more_to_come(worker: ScriptedWorker) -> None:
    now = clock.now()
    load.expect(now - 180, 4)
    assert load.to_come(now) == 0


def test_reminders_tell_the_fleet_what_will_come(stores: Engine, mailbox: Mailbox, clock_file: MovedClock) -> None:
    a_host().plan("lea@client.example", "karim@client.example", **in_(3 * HOUR))
    clock_file.move(hours=2, seconds=60)
    reminding.remind_due()
    clock_file.move(seconds=HOUR - 300)
    assert load.to_come(clock.now()) == usual_load(3)
