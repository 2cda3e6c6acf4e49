"""What is left of meetings, by a program: for who may see it on the pages, never what was said or shown."""

import pytest

from chalicelib import clock, storage
from chalicelib.accounts.models import Account
from chalicelib.accounts.roles import ADMINISTRATOR
from chalicelib.accounts.scopes import Scope
from chalicelib.privacy.usage import UsageMonth
from chalicelib.register.events import Event
from tests.functional.api.programs import program_of
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host, admitted, in_
from tests.functional.meetings.test_attendance import joined, was
from tests.functional.recordings.scene import Scene, a_meeting
from tests.functional.recordings.watching import a_colleague, ready, share


@pytest.fixture
def scene(worker: ScriptedWorker, mailbox: Mailbox) -> Scene:
    """Host and two guests inside."""
    return a_meeting(worker, mailbox)


def an_administrator(host: Host) -> Host:
    """A colleague whose programs may act."""
    lea = a_colleague(host)
    storage.update(lea.account, Account.role.set(ADMINISTRATOR))
    return lea


def test_the_host_reads_who_was_there(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe, at = joined(plan, admitted(plan, mailbox)), clock.now() - 600
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 90)])
    (one,) = program_of(host).get(f"/meetings/{plan.id}/attendance").json["items"]
    assert (one["name"], one["role"], one["seconds"]) == ("Zoé Été", "guest", 90)
    assert len(one["stays"]) == 1 and one["stays"][0]["since"] < one["stays"][0]["until"]


def test_who_planned_for_a_colleague_reads_neither_attendance_nor_recordings(host: Host) -> None:
    lea = a_colleague(host)
    program = program_of(host)
    made = program.call(
        "POST", "/meetings", {"title": "Pour Léa", **in_(86_400), "minutes": 30, "host": lea.account.id}
    )
    path = f"/meetings/{made.json['id']}"
    assert program.get(path).status == 200
    assert program.get(f"{path}/attendance").status == 404
    assert program.get(f"{path}/recordings").status == 404


def test_a_recording_is_listed_with_its_state_and_without_a_key(scene: Scene) -> None:
    recording, program = ready(scene), program_of(scene.host)
    (one,) = program.get(f"/meetings/{scene.plan.id}/recordings").json["items"]
    assert (one["id"], one["state"], one["meeting"]) == (recording, "ready", scene.plan.occurrence)
    assert program.get(f"/recordings/{recording}").json == one
    assert set(one) == {"id", "meeting", "state", "began_at", "seconds", "url", "delete_at"}
    assert one["url"].endswith(f"/recordings/{recording}")


def test_a_recording_nobody_agreed_to_yet_is_none(scene: Scene) -> None:
    recording, program = scene.ask(), program_of(scene.host)
    assert program.get(f"/meetings/{scene.plan.id}/recordings").json["items"] == []
    assert program.get(f"/recordings/{recording}").status == 404


def test_a_colleague_reads_of_a_recording_that_is_shared_and_a_stranger_of_none(scene: Scene) -> None:
    recording, lea = ready(scene), an_administrator(scene.host)
    assert program_of(lea).get(f"/recordings/{recording}").status == 404
    share(scene.host, recording, lea.account.id)
    assert program_of(lea).get(f"/recordings/{recording}").status == 200
    assert program_of(lea).get(f"/meetings/{scene.plan.id}/recordings").status == 404
    stranger = program_of(a_host("paul@autre.fr"))
    for path in (f"/recordings/{recording}", f"/meetings/{scene.plan.id}/recordings"):
        assert stranger.get(path).status == 404
    assert stranger.get(f"/meetings/{scene.plan.id}/attendance").status == 404


def test_the_companys_months_are_its_own(host: Host) -> None:
    month = UsageMonth(
        f"company#{host.account.company}",
        "usage#2026-10",
        month="2026-10",
        meetings=4,
        minutes=190,
        participants=11,
        counted="2026-10-31",
    )
    storage.create(month, {Event.RENEWED: clock.now()})
    found = program_of(host, Scope.USAGE).get("/usage").json
    assert found == {"items": [{"month": "2026-10", "meetings": 4, "participants": 11, "minutes": 190}]}
    assert program_of(a_host("paul@autre.fr")).get("/usage").json == {"items": []}
