"""However a meeting ends or somebody leaves, a recording closes properly; the operator hears of trouble."""

import json
from typing import Any

import pytest

from chalicelib.recordings import closing, reading
from chalicelib.signalling.messages import RoomReport
from chalicelib.signalling.recording import HeldRoom, PartReport, Wanted
from tests.functional.conftest import MovedClock
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import close, record_somebody, track_of, write


def part_of(wanted: Wanted, waiting: int = 0, lost: int = 0, closed: bool = False) -> PartReport:
    return PartReport(wanted.recording, wanted.part, waiting, lost, closed)


def test_when_the_last_one_has_left_it_closes_without_anybodys_doing(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    scene.worker.empty = True  # the room is gone with its last person
    scene.say([], [part_of(wanted, closed=True)])
    for _ in range(3):
        assert closing.look_after() == 0, "somebody may come back within the minute"
        clock_file.move(seconds=20)
    clock_file.move(seconds=1)
    assert closing.look_after() == 1
    recording = scene.recording()
    assert (recording.state, int(recording.missing)) == ("ready", 0)
    assert int(recording.ended_at) < int(recording.closed_at), "it ended when it was last heard of"


def test_who_comes_back_within_the_minute_is_recorded_in_the_next_part(scene: Scene) -> None:
    scene.ask()
    first = record_somebody(scene)
    scene.worker.empty = True
    scene.say([], [part_of(first, closed=True)])
    assert closing.look_after() == 0
    scene.worker.empty = False
    assert scene.join(scene.guests[0]).status == 201
    scene.say([HeldRoom(scene.plan.occurrence, scene.epoch, "", 0, 0)], [])
    assert (scene.wanted.recording, scene.wanted.part) == (first.recording, 2)
    assert scene.recorded == {scene.id(scene.guests[0])}


def test_a_part_whose_worker_wrote_though_its_answer_was_lost_is_waited_for(
    scene: Scene, clock_file: MovedClock
) -> None:
    scene.ask()
    scene.worker.empty = True  # as far as is known: it has taken nothing
    scene.answer(scene.guests[0], True)
    recording = scene.recording()
    (part,) = reading.parts_of(recording)
    assert part.state == "offered"
    wrote = PartReport(recording.id, 1, waiting=1, lost=0, closed=False)
    scene.say([], [wrote])
    assert scene.call(scene.host, "POST", "recording/stop", {}).status == 204
    assert closing.look_after() == 0 and scene.recording().state == "closing"
    clock_file.move(seconds=61)
    closing.look_after()
    assert scene.recording().state == "incomplete", "it was heard of, and never finished"


def test_a_host_whose_browser_is_gone_ends_nothing(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    for _ in range(4):  # the others are still there: their worker reports
        scene.worker.report([RoomReport(scene.plan.occurrence, scene.epoch, 2)])
        clock_file.move(seconds=40)
        scene.report(part_of(wanted))
        closing.look_after()
    assert scene.recording().state == "running"
    track = track_of(wanted, scene.id(scene.guests[0]))
    write(wanted, track, 2, 160_000)
    close(wanted, track, (0, 0, 4_000), (1, 4_000, 4_000), (2, 160_000, 4_000))
    scene.say([], [part_of(wanted, closed=True)])
    clock_file.move(seconds=61)
    closing.look_after()
    assert scene.recording().state == "ready"
    assert reading.timeline(scene.recording()).length == 164_000


def warned(printed: str) -> dict[str, Any]:
    """The warnings about recordings, by event."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return {line["event"]: line for line in lines if str(line.get("event", "")).startswith("recording_")}


def test_the_operator_is_told_of_segments_that_wait_are_lost_or_will_never_come(
    scene: Scene, clock_file: MovedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    scene.report(part_of(wanted, waiting=3))
    assert warned(capsys.readouterr().out)["recording_waiting"]["waiting"] == 3
    clock_file.move(seconds=11)
    scene.report(part_of(wanted, waiting=3, lost=1))
    said = warned(capsys.readouterr().out)
    assert said["recording_lost"]["lost"] == 1 and "recording_waiting" not in said, "once"
    clock_file.move(seconds=61)
    closing.look_after()
    said = warned(capsys.readouterr().out)
    assert {"recording_part_lost", "recording_incomplete"} <= said.keys()
    assert scene.recording().state == "incomplete"
