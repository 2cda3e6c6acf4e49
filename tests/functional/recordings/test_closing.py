"""A recording is never ready while something is missing, and never blocks the next one."""

import pytest

from chalicelib import storage
from chalicelib.recordings import actions, closing, reading
from chalicelib.recordings.models import Lease, Part
from chalicelib.signalling.recording import HeldRoom, PartReport, Wanted
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.mailbox import Mailbox
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import MEDIA, close, record_somebody, track_of, write


def closed(wanted: Wanted, lost: int = 0) -> PartReport:
    return PartReport(wanted.recording, wanted.part, waiting=0, lost=lost, closed=True)


def stop(scene: Scene) -> None:
    assert scene.call(scene.host, "POST", "recording/stop", {}).status == 204


def test_what_the_worker_sealed_the_functions_open(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    timeline = reading.timeline(scene.recording())
    (track,) = [one for one in timeline.tracks if one.parts]
    assert (track.name, track.source, timeline.length) == ("Zoé Été", "microphone", 8_000)
    opened = [reading.segment(wanted.recording, track, part, segment) for part, segment in track.segments]
    assert [one.media for one in opened] == [MEDIA, MEDIA] and opened[1].head["start"] == 4_000


def test_a_recording_that_is_all_there_is_ready_and_the_organiser_hears_of_it(scene: Scene, mailbox: Mailbox) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    stop(scene)
    assert closing.look_after() == 0, "the worker has not said that all is stored"
    scene.report(closed(wanted), follows=wanted)
    assert closing.look_after() == 1
    recording = scene.recording()
    assert (recording.state, int(recording.missing)) == ("ready", 0)
    assert "complet" in mailbox.last(scene.host.account.email).text
    assert [track.source for track in reading.timeline(recording).tracks] == ["microphone"], "empty ones are forgotten"


def test_segments_that_wait_keep_it_from_being_ready(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    stop(scene)
    scene.report(PartReport(wanted.recording, wanted.part, waiting=3, lost=0, closed=False), follows=wanted)
    assert closing.look_after() == 0 and scene.recording().state == "closing"


def test_a_lost_segment_makes_it_incomplete(scene: Scene, mailbox: Mailbox) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    stop(scene)
    scene.report(closed(wanted, lost=2), follows=wanted)
    closing.look_after()
    assert (scene.recording().state, int(scene.recording().missing)) == ("incomplete", 2)
    assert "manque" in mailbox.last(scene.host.account.email).text


def test_a_segment_the_manifest_names_and_the_store_lacks_makes_it_incomplete(scene: Scene) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    wanted = scene.wanted
    track = track_of(wanted, scene.id(scene.guests[0]))
    write(wanted, track, 0, 0)
    close(wanted, track, (0, 0, 4_000), (1, 4_000, 4_000))
    stop(scene)
    scene.report(closed(wanted), follows=wanted)
    closing.look_after()
    assert scene.recording().state == "incomplete"


def test_a_dead_worker_costs_its_open_segments_and_the_next_one_goes_on(
    scene: Scene, clock_file: MovedClock, make_worker: MakeWorker
) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    wanted = scene.wanted
    track = track_of(wanted, scene.id(scene.guests[0]))
    for number in (0, 1, 3):
        write(wanted, track, number, 4_000 * number)
    scene.worker.stop()
    scene.worker = make_worker("w2")
    scene.worker.report()
    assert scene.join(scene.guests[0]).status == 201
    scene.epoch = 2
    scene.say([HeldRoom(scene.plan.occurrence, 2, "", 0, 0)], [])
    second = scene.wanted
    assert (second.recording, second.part) == (wanted.recording, 2)
    own = track_of(second, scene.id(scene.guests[0]))
    assert own.track == track.track and own.key != track.key, "the same track, a key of its own"
    write(second, own, 0, 20_000)
    close(second, own, (0, 20_000, 4_000))
    stop(scene)
    scene.say([], [closed(second)])
    clock_file.move(seconds=61)
    closing.look_after()
    recording = scene.recording()
    assert (recording.state, int(recording.missing)) == ("incomplete", 1), "one open segment at most"
    view = next(one for one in reading.timeline(recording).tracks if one.parts)
    assert [segment.start for _, segment in view.segments] == [0, 4_000, 12_000, 20_000]
    assert [(gap.start, gap.duration) for part in view.parts for gap in part.gaps] == [(8_000, 4_000)]


def test_a_recording_nobody_renews_ends_and_blocks_nothing(scene: Scene, clock_file: MovedClock) -> None:
    first = scene.ask()
    clock_file.move(seconds=61)
    assert scene.ask() != first, "the next one begins at once"
    assert [one.state for one in storage.listed(type(scene.recording()), f"recordings#{scene.plan.occurrence}")] == [
        "closing",
        "asking",
    ]
    closing.look_after()
    assert [one.state for one in actions.of_occurrence(scene.plan.occurrence)] == ["empty", "asking"]


def test_the_next_one_may_begin_while_segments_of_the_last_are_on_their_way(scene: Scene) -> None:
    scene.ask()
    first = record_somebody(scene)
    stop(scene)
    scene.ask()
    assert scene.recording().id != first.recording
    scene.say([], [closed(first)])
    closing.look_after()
    assert [one.state for one in actions.of_occurrence(scene.plan.occurrence)] == ["ready", "asking"]


def test_reports_renew_it(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    for _ in range(4):
        clock_file.move(seconds=40)
        wanted = scene.wanted
        scene.report(PartReport(wanted.recording, wanted.part, waiting=0, lost=0, closed=False))
        closing.look_after()
    assert scene.recording().state == "running"
    assert storage.get(Lease, f"occurrence#{scene.plan.occurrence}", "recording") is not None


def test_the_end_of_the_meeting_ends_it(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    assert scene.call(scene.host, "POST", "end", {}).status == 204
    scene.report(closed(wanted), follows=wanted)
    closing.look_after()
    assert scene.recording().state == "ready"


def test_one_on_which_nobody_agreed_is_empty(scene: Scene) -> None:
    scene.ask()
    scene.answer(scene.guests[0], False)
    stop(scene)
    closing.look_after()
    assert scene.recording().state == "empty" and not reading.parts_of(scene.recording())


def test_a_worker_that_missed_a_push_is_told_again(scene: Scene) -> None:
    scene.ask()
    before = scene.wanted
    scene.answer(scene.guests[0], True)
    scene.worker.pushes.clear()
    scene.report(follows=before)
    assert scene.recorded == {scene.id(scene.guests[0])}


def test_a_part_that_was_closed_is_followed_by_another(scene: Scene) -> None:
    """The recorder broke down, or the last one left and somebody came back to the same worker."""
    scene.ask()
    scene.answer(scene.guests[0], True)
    first = scene.wanted
    scene.say([HeldRoom(scene.plan.occurrence, 1, "", 0, 0)], [closed(first, lost=1)])
    assert scene.wanted.part == 2
    key = track_of(scene.wanted, scene.id(scene.guests[0])).key
    assert key != track_of(first, scene.id(scene.guests[0])).key, "numbers begin again, so the key must be another"


def test_a_report_of_somebody_elses_part_changes_nothing(scene: Scene, make_worker: MakeWorker) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    wanted = scene.wanted
    scene.worker = make_worker("w2")
    scene.say([], [closed(wanted)])
    part = storage.get(Part, f"recording#{wanted.recording}", "part#0001")
    assert part is not None and part.state == "open"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"worker": "w1"}', b"\xff"])
def test_nonsense_is_refused(scene: Scene, body: bytes) -> None:
    from tests.functional.fleet.worker import post_report, sign

    assert post_report(body, sign("w1", body), "/workers/recordings").status_code == 400
    assert post_report(body, "no token", "/workers/recordings").status_code == 403
