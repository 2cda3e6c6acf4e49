"""The end of a meeting: by its host, or because its time is used up."""

from chalicelib.accounts.rules import PLANS, TRIAL
from chalicelib.fleet import actions as fleet
from chalicelib.meetings import scheduling
from chalicelib.register.stores import USAGE
from chalicelib.signalling.standing import Standing
from chalicelib.storage import suspension
from chalicelib.storage.expiry import Place
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Host, Plan, a_guest, admitted, in_, sign_in

MINUTES = PLANS[TRIAL].minutes


def join(host: Host, plan: Plan) -> int:
    host.enter(plan)
    return host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status


def end(plan: Plan) -> int:
    plan.host.enter(plan)
    return plan.host.browser.call("POST", plan.api("end")).status


def test_ending_ends_it_for_all(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    assert join(host, plan) == 201
    assert end(plan) == 204
    assert len(worker.pushed("end")) == 1 and fleet.live_rooms() == []
    assert guest.me(plan).status == 410
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 410
    assert guest.browser.call("GET", plan.api("chat")).status == 410
    assert "terminée" in guest.browser.open(guest.link).text
    assert guest.link not in guest.browser.page.actions
    assert host.browser.open(plan.page).status == 200
    assert len(worker.joins) == 1


def test_a_meeting_nobody_joined_can_be_ended(host: Host) -> None:
    plan = host.plan(**in_(0))
    assert end(plan) == 204
    assert host.enter(plan).status == 410


def test_ending_again_later_keeps_nothing_longer(host: Host, clock_file: MovedClock) -> None:
    plan = host.plan(**in_(0))
    host.enter(plan)
    assert host.browser.call("POST", plan.api("end")).status == 204
    clock_file.move(days=10)
    sign_in(host)
    host.browser.open("/meetings")
    host.browser.call("POST", plan.api("end"))
    clock_file.move(days=18, seconds=1)
    sign_in(host)
    assert host.browser.open(plan.page).status == 404


def test_an_overrun_meeting_can_be_joined_for_some_hours(
    host: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(0))
    clock_file.move(hours=12)
    worker.report()
    assert join(host, plan) == 201
    clock_file.move(hours=2)
    assert host.enter(plan).status == 410


def test_a_meeting_ends_when_its_plans_minutes_are_used_up(
    host: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(0), length="60")
    join(host, plan)
    clock_file.move(seconds=60 * MINUTES - 30)
    assert scheduling.end_overdue() == 0 and worker.pushed("end") == []
    clock_file.move(seconds=30)
    assert scheduling.end_overdue() == 1 and len(worker.pushed("end")) == 1
    assert scheduling.end_overdue() == 0
    assert host.enter(plan).status == 410


def test_minutes_count_from_the_first_person_not_from_the_planned_start(
    host: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(0), length="60")
    clock_file.move(hours=3)
    worker.report()
    join(host, plan)
    clock_file.move(seconds=60 * MINUTES - 30)
    join(host, plan)
    assert scheduling.end_overdue() == 0
    clock_file.move(seconds=30)
    assert scheduling.end_overdue() == 1


def test_trying_the_room_the_day_before_uses_no_minutes(
    host: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(20 * 3_600))
    assert join(host, plan) == 201
    clock_file.move(hours=3)
    assert scheduling.end_overdue() == 0
    clock_file.move(hours=17)
    worker.report()
    assert join(host, plan) == 201


def test_a_join_that_no_worker_took_uses_no_minutes(
    host: Host, make_worker: MakeWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(0), length="60")
    assert join(host, plan) == 503
    clock_file.move(hours=2)
    make_worker("w1").report()
    assert join(host, plan) == 201
    assert scheduling.end_overdue() == 0


def test_a_room_whose_meeting_is_closed_is_ended(host: Host, worker: ScriptedWorker, clock_file: MovedClock) -> None:
    plan = host.plan(**in_(0), length="5")
    scheduling.end(scheduling.occurrence_of(plan.occurrence))
    fleet.join(fleet.Joining(plan.occurrence, host.account.company, "p1", "Late", Standing(), OFFER, 10))
    assert len(fleet.live_rooms()) == 1
    scheduling.end_overdue()
    assert fleet.live_rooms() == [] and len(worker.pushed("end")) == 1


def test_a_room_whose_meeting_is_forgotten_is_ended(host: Host, worker: ScriptedWorker) -> None:
    fleet.join(fleet.Joining("nothing-1", host.account.company, "p1", "Late", Standing(), OFFER, 10))
    assert scheduling.end_overdue() == 0
    assert fleet.live_rooms() == [] and len(worker.pushed("end")) == 1


def test_who_waits_when_it_ends_is_told(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = a_guest(mailbox)
    guest.enter()
    end(plan)
    answer = guest.me(plan)
    assert (answer.status, answer.json["error"]["code"]) == (410, "gone")


def test_a_frozen_meeting_keeps_no_other_from_ending(
    host: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    frozen, other = host.plan(**in_(0), length="60"), host.plan(**in_(0), length="60")
    assert join(host, frozen) == join(host, other) == 201
    suspension.freeze(Place(USAGE, f"meeting#{frozen.id}", "occurrence#1"))
    clock_file.move(seconds=60 * MINUTES)
    assert scheduling.end_overdue() == 1
    assert host.enter(other).status == 410
