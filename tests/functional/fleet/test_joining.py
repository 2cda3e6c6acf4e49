"""An offer in, a worker's answer out; which worker holds a room."""

from threading import Barrier, Thread

import pytest

from chalicelib import storage
from chalicelib.errors import BadOffer, Gone, IbooError, NoWorker, RoomFull
from chalicelib.fleet import actions as fleet
from chalicelib.fleet.actions import Joined, Joining
from chalicelib.fleet.models import Room
from chalicelib.fleet.rules import FRESH
from chalicelib.gateways import workers as gateway
from chalicelib.register.stores import EPHEMERAL
from chalicelib.signalling import tickets
from chalicelib.signalling.messages import RoomReport
from chalicelib.signalling.standing import Standing
from chalicelib.storage import expiry
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Host, a_host, admitted, in_

pytestmark = pytest.mark.usefixtures("stores")
ROOM = "meeting-1"


def a_wish(room: str = ROOM, participant: str = "p1", offer: str = OFFER) -> Joining:
    return Joining(room, "company", participant, "Zoé Été", Standing(), offer, 10)


def held(room: str = ROOM) -> tuple[str, int]:
    """Who holds the room, under which epoch."""
    found = storage.get(Room, f"room#{room}", "room")
    assert found is not None
    return found.worker, int(found.epoch)


def rooms() -> int:
    """How many room rows the table holds."""
    return len([item for item in expiry.scan(EPHEMERAL) if item["kind"] == "room"])


def test_a_ticket_says_who_joins_which_room_with_which_offer(mailbox: Mailbox, worker: ScriptedWorker) -> None:
    host = a_host()
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    answer = guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp")
    (ticket,) = worker.joins
    assert (answer.status, answer.body.decode()) == (201, f"answer to {OFFER}")
    assert answer.headers["Content-Type"] == "application/sdp"
    assert answer.headers["Location"] == f"/api/occurrences/{plan.occurrence}/connections/{ticket.connection}"
    assert (ticket.worker, ticket.room, ticket.epoch) == (worker.incarnation, plan.occurrence, 1)
    assert (ticket.participant, ticket.name, ticket.role) == (guest.id(plan), "Zoé Été", "guest")
    assert ticket.offer_sha256 == tickets.sha256(OFFER) and ticket.limits.participants == 10
    host.enter(plan)
    host.browser.call("POST", plan.api("join"), OFFER, "application/sdp")
    assert (worker.joins[1].role, worker.joins[1].room) == ("host", plan.occurrence)


def test_leaving_closes_that_connection_at_once(mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = a_host().plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    where = guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").headers["Location"]
    assert guest.browser.call("DELETE", where).status == 204
    (push,) = worker.pushed("leave")
    assert (push.participant, push.connection) == (guest.id(plan), where.rpartition("/")[2])


@pytest.mark.parametrize("offer", ["", "v" * 500_001])
def test_an_offer_of_no_sensible_size_is_refused_before_any_worker(
    mailbox: Mailbox, worker: ScriptedWorker, offer: str
) -> None:
    host: Host = a_host()
    plan = host.plan(**in_(0))
    host.enter(plan)
    assert host.browser.call("POST", plan.api("join"), offer, "application/sdp").status == 400
    assert worker.joins == [] and rooms() == 0


def test_rejoining_is_the_same_exchange_with_another_connection(worker: ScriptedWorker) -> None:
    first, second = fleet.join(a_wish()), fleet.join(a_wish())
    assert first.connection != second.connection
    assert {(ticket.participant, ticket.epoch) for ticket in worker.joins} == {("p1", 1)}
    assert rooms() == 1


def test_a_worker_that_is_gone_loses_its_room_at_once(worker: ScriptedWorker, make_worker: MakeWorker) -> None:
    other = make_worker("w2")
    fleet.join(a_wish())
    assert held() == ("w1", 1)
    other.report()
    worker.stop()
    fleet.join(a_wish())
    assert held() == ("w2", 2)
    assert [ticket.epoch for ticket in other.joins] == [2]


def test_a_worker_that_went_silent_after_its_report_gets_no_room(
    worker: ScriptedWorker, make_worker: MakeWorker
) -> None:
    other = make_worker("w2")
    other.report(load=900)
    worker.frozen = True
    fleet.join(a_wish())
    assert (len(other.joins), len(worker.joins)) == (1, 0)


def test_a_worker_that_is_silent_loses_its_room_at_once(worker: ScriptedWorker, make_worker: MakeWorker) -> None:
    other = make_worker("w2")
    fleet.join(a_wish())
    other.report()
    worker.frozen = True
    fleet.join(a_wish())
    assert held() == ("w2", 2)


def test_a_worker_silent_for_a_moment_keeps_its_room_when_there_is_no_other(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    worker.frozen = True
    with pytest.raises(NoWorker):
        fleet.join(a_wish())
    worker.frozen = False
    fleet.join(a_wish())
    assert held() == ("w1", 1)


def test_a_worker_that_started_again_is_not_the_one_that_held_the_room(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    worker.stop()
    worker.start()
    worker.report()
    fleet.join(a_wish())
    assert held() == ("w1", 2) and worker.joins[-1].worker == worker.incarnation


def test_a_worker_whose_reports_are_late_keeps_its_room(worker: ScriptedWorker, clock_file: MovedClock) -> None:
    fleet.join(a_wish())
    clock_file.move(hours=2)
    fleet.join(a_wish())
    assert held() == ("w1", 1), "media flow while the store is slow"


def test_without_a_fresh_worker_people_are_asked_to_come_back(make_worker: MakeWorker, clock_file: MovedClock) -> None:
    with pytest.raises(NoWorker):
        fleet.join(a_wish())
    make_worker("w1").report()
    clock_file.move(seconds=FRESH + 1)
    with pytest.raises(NoWorker):
        fleet.join(a_wish())
    assert rooms() == 0


def test_the_only_worker_gone_is_no_worker(worker: ScriptedWorker) -> None:
    worker.stop()
    with pytest.raises(NoWorker):
        fleet.join(a_wish())


def test_a_slow_worker_keeps_the_room_and_people_come_back(
    worker: ScriptedWorker, make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.join(a_wish())
    make_worker("w2").report()
    monkeypatch.setattr(gateway, "ANSWER", 0.2)
    worker.slow = True
    with pytest.raises(NoWorker):
        fleet.join(a_wish())
    assert held() == ("w1", 1)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, "bad_offer", BadOffer), (409, "room_full", RoomFull), (409, "stale_epoch", NoWorker)],
)
def test_what_a_worker_refuses_is_told_and_the_room_stays(
    worker: ScriptedWorker, make_worker: MakeWorker, status: int, code: str, error: type[IbooError]
) -> None:
    fleet.join(a_wish())
    make_worker("w2").report()
    worker.refusal = status, code
    with pytest.raises(error):
        fleet.join(a_wish())
    assert held() == ("w1", 1)


@pytest.mark.parametrize(("refusal", "expected"), [((400, "bad_offer"), 400), ((409, "room_full"), 409)])
def test_a_refusal_reaches_the_browser_with_its_status_and_code(
    mailbox: Mailbox, worker: ScriptedWorker, refusal: tuple[int, str], expected: int
) -> None:
    host = a_host()
    plan = host.plan(**in_(0))
    host.enter(plan)
    worker.refusal = refusal
    answer = host.browser.call("POST", plan.api("join"), OFFER, "application/sdp")
    assert (answer.status, answer.json["error"]["code"]) == (expected, refusal[1])


def test_no_worker_reaches_the_browser_as_come_back_in_two_seconds(mailbox: Mailbox) -> None:
    host = a_host()
    plan = host.plan(**in_(0))
    host.enter(plan)
    answer = host.browser.call("POST", plan.api("join"), OFFER, "application/sdp")
    assert (answer.status, answer.json["error"]["code"]) == (503, "no_worker")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize("code", ["at_capacity", "draining"])
def test_a_worker_that_takes_no_more_sends_the_room_to_another(
    worker: ScriptedWorker, make_worker: MakeWorker, code: str
) -> None:
    worker.refusal = 503, code
    other = make_worker("w2")
    with pytest.raises(NoWorker):
        fleet.join(a_wish())
    other.report()
    assert fleet.join(a_wish()).answer == f"answer to {OFFER}"
    assert held()[0] == "w2"


def test_a_draining_worker_gets_no_new_room(worker: ScriptedWorker, make_worker: MakeWorker) -> None:
    worker.report(draining=True)
    other = make_worker("w2")
    other.report(load=900)
    fleet.join(a_wish())
    assert held()[0] == "w2"


def test_people_who_join_at_once_meet_in_one_room(worker: ScriptedWorker, make_worker: MakeWorker) -> None:
    others = [make_worker(f"w{number}") for number in (2, 3)]
    for other in others:
        other.report()
    people, joined = 8, list[Joined]()
    start = Barrier(people)

    def join(number: int) -> None:
        start.wait()
        joined.append(fleet.join(a_wish(participant=f"p{number}")))

    threads = [Thread(target=join, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(joined) == people and rooms() == 1
    assert held()[1] == 1
    holders = [one for one in (worker, *others) if one.joins]
    assert [one.name for one in holders] == [held()[0]]
    assert {ticket.participant for ticket in holders[0].joins} == {f"p{number}" for number in range(people)}


def test_people_who_find_their_worker_gone_at_once_meet_in_one_room_again(
    worker: ScriptedWorker, make_worker: MakeWorker
) -> None:
    fleet.join(a_wish())
    others = [make_worker(f"w{number}") for number in (2, 3)]
    for other in others:
        other.report()
    worker.stop()
    people = 6
    start = Barrier(people)

    def join(number: int) -> None:
        start.wait()
        fleet.join(a_wish(participant=f"p{number}"))

    threads = [Thread(target=join, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held()[1] == 2, "the room moved once"
    assert [one.name for one in others if one.joins] == [held()[0]]


def test_a_room_that_was_ended_is_held_by_nobody(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    fleet.end(ROOM)
    with pytest.raises(Gone):
        fleet.join(a_wish())
    assert len(worker.joins) == 1


def test_a_room_of_yesterday_that_the_sweep_has_not_met_stands_in_nobodys_way(
    worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    fleet.join(a_wish())
    clock_file.move(hours=25)
    worker.report()
    assert fleet.join(a_wish()).connection
    assert held() == ("w1", 1)


def test_a_worker_that_comes_back_after_hours_of_silence_is_known_again(
    worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    clock_file.move(hours=3)
    worker.report()
    assert fleet.join(a_wish()).connection


def test_a_live_room_does_not_expire(worker: ScriptedWorker, clock_file: MovedClock) -> None:
    fleet.join(a_wish())
    for _ in range(5):
        clock_file.move(hours=10)
        assert worker.report([RoomReport(ROOM, 1, 2)]) == []
    assert held() == ("w1", 1)
