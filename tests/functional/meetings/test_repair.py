"""Who may not be in a room is put out, even when the room did not hear of it at once."""

import pytest

from chalicelib import clock
from chalicelib.gateways import workers as gateway
from chalicelib.meetings import repair
from chalicelib.signalling.messages import Interval
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, admitted, in_


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", **in_(0))


def inside(plan: Plan, guest: Guest, worker: ScriptedWorker) -> str:
    """The guest's id, once the worker has reported them in the room."""
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    person, now = guest.id(plan), float(clock.now())
    worker.report(attendance=[Interval(plan.occurrence, person, "c1", now - 1, now, True)])
    return person


def nothing_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(control: str, room: str, body: object, order: str) -> None:
        raise gateway.WorkerUnreachable("away")

    monkeypatch.setattr(gateway, "push", away)


def test_a_removal_the_room_did_not_hear_of_is_repeated(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = inside(plan, admitted(plan, mailbox), worker)
    with monkeypatch.context() as broken:
        nothing_arrives(broken)
        plan.host.decide(plan, "remove", person)
    assert worker.pushed("remove") == []
    assert repair.put_right() == 1
    assert [push.participant for push in worker.pushed("remove")] == [person]


def test_a_place_taken_over_without_the_rooms_knowing_is_given_up(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, other = inside(plan, admitted(plan, mailbox), worker), a_guest(mailbox)
    other.browser.open(other.link)
    with monkeypatch.context() as broken:
        nothing_arrives(broken)
        other.browser.send(other.link, first_name="Zoé", name="Été")
    assert other.state(plan) == "waiting" and worker.pushed("replace") == []
    assert repair.put_right() == 1
    assert [push.participant for push in worker.pushed("replace")] == [person]


def test_who_was_admitted_stays_and_who_has_left_is_left_alone(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    person = inside(plan, admitted(plan, mailbox), worker)
    assert repair.put_right() == 0
    plan.host.decide(plan, "remove", person)
    clock_file.move(seconds=31)
    assert repair.put_right() == 0
