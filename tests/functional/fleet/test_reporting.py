"""What workers report, and what they are told to do."""

import json
from time import time

import pytest

from chalicelib import clock, settings
from chalicelib.fleet import actions as fleet
from chalicelib.register.stores import USAGE
from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Command, Interval, Report, RoomReport
from chalicelib.signalling.quality import Quality
from chalicelib.storage import suspension
from chalicelib.storage.expiry import Place
from dev.engine import Engine
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.test_joining import ROOM, a_wish, held
from tests.functional.fleet.worker import ScriptedWorker, post_report


def a_report(worker: ScriptedWorker) -> bytes:
    return messages.dump(Report(worker.name, worker.incarnation, worker.control, 1000, 0, False, [], []))


def test_a_room_in_its_right_place_stays(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    assert worker.report([RoomReport(ROOM, 1, 3)]) == []
    assert [int(room.participants) for room in fleet.live_rooms()] == [3]


def test_a_room_that_moved_is_dropped_by_who_held_it_before(worker: ScriptedWorker, make_worker: MakeWorker) -> None:
    other = make_worker("w2")
    fleet.join(a_wish())
    worker.report(draining=True)
    other.report()
    worker.refusal = 503, "draining"
    fleet.join(a_wish())
    assert held() == ("w2", 2)
    assert worker.report([RoomReport(ROOM, 1, 1)]) == [Command("drop", ROOM, 1)]
    assert other.report([RoomReport(ROOM, 2, 1)]) == []


def test_the_same_worker_drops_the_older_epoch(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    worker.stop()
    worker.start()
    worker.report()
    fleet.join(a_wish())
    rooms = [RoomReport(ROOM, 1, 1), RoomReport(ROOM, 2, 1)]
    assert worker.report(rooms) == [Command("drop", ROOM, 1)]


def test_a_room_that_ended_or_that_nobody_knows_is_dropped(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    fleet.end(ROOM)
    rooms = [RoomReport(ROOM, 1, 1), RoomReport("unknown-1", 1, 1)]
    assert worker.report(rooms) == [Command("drop", ROOM, 1), Command("drop", "unknown-1", 1)]


def test_attendance_of_a_room_nobody_knows_is_not_kept(worker: ScriptedWorker) -> None:
    at = float(clock.now())
    worker.report(attendance=[Interval("unknown-1", "p1", "c1", at - 10, at, False)])
    assert fleet.attendance("unknown-1") == {}


def test_attendance_is_kept_after_the_room_has_ended(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    fleet.end(ROOM)
    at = clock.now()
    worker.report(attendance=[Interval(ROOM, "p1", "c1", at - 10, at, False)])
    assert fleet.attendance(ROOM) == {"p1": [(at - 10, at)]}


def test_who_stays_is_noted_now_and_then_and_who_leaves_at_once(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    at = clock.now() - 100

    def noted(until: int, still: bool) -> float:
        worker.report(attendance=[Interval(ROOM, "p1", "c1", float(at), float(at + until), still)])
        ((_, end),) = fleet.attendance(ROOM)["p1"]
        return end - at

    assert noted(2, True) == 2
    assert noted(4, True) == 2, "a write every two seconds for each person would tell nobody more"
    assert noted(2 + fleet.NOTED_EVERY, True) == 2 + fleet.NOTED_EVERY
    assert noted(3 + fleet.NOTED_EVERY, False) == 3 + fleet.NOTED_EVERY


def test_how_it_went_is_kept_with_the_interval_and_grows_with_it(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    at = float(clock.now() - 100)
    first, last = Quality(100, 1, 0, 0, 0.0, 0.4), Quality(900, 30, 800, 4, 2.5, 0.4, 0.7)

    def kept(until: float, quality: Quality | None, *, still: bool = True) -> Quality | None:
        worker.report(attendance=[Interval(ROOM, "p1", "c1", at, at + until, still, quality)])
        ((item,),) = fleet.connections(ROOM).values()
        return item.quality

    assert kept(2, first) == first
    assert kept(2 + fleet.NOTED_EVERY, last) == last
    assert kept(2, first) == last, "a late report takes nothing back"
    assert kept(50, None, still=False) == last, "nor does a worker that counts nothing"


def test_a_worker_that_counts_nothing_is_understood(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    at = float(clock.now() - 100)
    worker.report(attendance=[Interval(ROOM, "p1", "c1", at, at + 50, False)])
    ((item,),) = fleet.connections(ROOM).values()
    assert item.quality is None


def test_frozen_attendance_stops_no_report(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    at = clock.now() - 100
    worker.report(attendance=[Interval(ROOM, "p1", "c1", float(at), float(at + 2), True)])
    suspension.freeze(Place(USAGE, f"occurrence#{ROOM}", "interval#p1#c1"))
    both = [Interval(ROOM, who, "c1", float(at), float(at + 50), False) for who in ("p1", "p2")]
    worker.report(attendance=both)
    assert list(fleet.attendance(ROOM)) == ["p2"]


def test_nobody_was_there_in_the_future(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    at = clock.now()
    worker.report(attendance=[Interval(ROOM, "p1", "c1", at, at + 100_000, True)])
    ((_, until),) = fleet.attendance(ROOM)["p1"]
    assert until < at + 100_000


def test_a_forged_report_is_refused(worker: ScriptedWorker) -> None:
    body = a_report(worker)
    good = tickets.sign_report(body, worker.name, settings.get("POOL_SECRET"), int(time()))
    assert post_report(body, good).status_code == 200
    assert worker.post(body, secret="another secret, long enough to sign with").status_code == 403
    assert worker.post(body, signed_by="w2").status_code == 403, "one worker speaks for itself only"
    assert post_report(body.replace(b"1000", b"9999"), good).status_code == 403
    assert post_report(body, "").status_code == 403
    old = tickets.sign_report(body, worker.name, settings.get("POOL_SECRET"), int(time()) - 120)
    assert post_report(body, old).status_code == 403


ENDLESS = (
    b'{"worker": "w1", "incarnation": "i", "control": "c", "capacity": Infinity, "load": 0, "draining": false, '
    b'"rooms": [], "attendance": []}'
)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"worker": "w1"}', b"\xff", ENDLESS, b'{"a":' * 100_000])
def test_a_report_that_makes_no_sense_is_refused(worker: ScriptedWorker, body: bytes) -> None:
    assert worker.post(body).status_code == 400


def test_a_later_contract_may_say_more(worker: ScriptedWorker) -> None:
    body = json.dumps(json.loads(a_report(worker)) | {"temperature": 40}).encode()
    assert worker.post(body).status_code == 200


def test_a_worker_to_be_drained_is_told_until_it_says_so(worker: ScriptedWorker) -> None:
    assert fleet.drain("w1")
    assert worker.report() == [Command("drain")]
    assert worker.report() == [Command("drain")]
    assert worker.report(draining=True) == []


def test_a_worker_that_started_again_is_not_the_one_to_be_drained(worker: ScriptedWorker) -> None:
    fleet.drain("w1")
    worker.stop()
    worker.start()
    assert worker.report() == []


def test_what_nobody_knows_is_not_drained(stores: Engine) -> None:
    assert not fleet.drain("w9")
