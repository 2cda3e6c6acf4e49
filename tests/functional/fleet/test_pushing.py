"""What functions push to a live room."""

import pytest

from chalicelib.fleet import actions as fleet
from chalicelib.gateways import workers as gateway
from chalicelib.signalling.messages import Push
from tests.functional.fleet.test_joining import ROOM, a_wish
from tests.functional.fleet.worker import ScriptedWorker

LINE = {"seq": 1, "participant": "p1", "name": "Zoé", "body": "é", "at": 1}


def test_a_push_goes_to_the_room_under_its_epoch(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    assert fleet.tell(ROOM, Push("chat", 0, message=LINE))
    assert worker.pushes == [(ROOM, Push("chat", 1, message=LINE))]


def test_a_push_follows_the_room_to_its_new_worker(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    worker.stop()
    worker.start()
    worker.report()
    fleet.join(a_wish())
    assert fleet.tell(ROOM, Push("end", 0))
    assert worker.pushes == [(ROOM, Push("end", 2))]


def test_a_room_that_is_not_live_hears_nothing(worker: ScriptedWorker) -> None:
    assert not fleet.tell(ROOM, Push("end", 0))
    fleet.join(a_wish())
    fleet.end(ROOM)
    before = list(worker.pushes)
    assert not fleet.tell(ROOM, Push("chat", 0, message=LINE))
    assert worker.pushes == before


def test_a_worker_that_is_gone_stops_nobody(worker: ScriptedWorker) -> None:
    fleet.join(a_wish())
    worker.stop()
    assert not fleet.tell(ROOM, Push("chat", 0, message=LINE))
    worker.start()


def test_a_slow_worker_stops_nobody(worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.join(a_wish())
    monkeypatch.setattr(gateway, "ANSWER", 0.2)
    worker.slow = True
    assert not fleet.tell(ROOM, Push("chat", 0, message=LINE))
