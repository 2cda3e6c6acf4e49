"""Scenario 22: who is recorded knows it and wants it; what the organiser keeps of it is the organiser's."""

from chalicelib import storage
from chalicelib.recordings.models import Decision, Track
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_guest
from tests.functional.recordings.scene import LATE, Scene
from tests.functional.recordings.writing import record_somebody


def test_f22_everybody_is_asked_who_comes_late_too_and_who_refuses_stays_off_the_record(
    scene: Scene, mailbox: Mailbox
) -> None:
    recording = scene.ask()
    zoe, luc = scene.guests
    for person in (scene.host, zoe, luc):
        seen = scene.call(person, "GET", "recording").json
        assert seen["recording"] == recording and seen["text"]["words"]
    record_somebody(scene)
    assert scene.answer(luc, False).status == 204
    mia = a_guest(mailbox, LATE)
    mia.enter("Mia", "Roux")
    assert mia.me(scene.plan).json["recording"] == {"id": recording, "answered": False}, "before going in"
    scene.host.decide(scene.plan, "admit", mia.id(scene.plan))
    assert scene.answer(mia, False).status == 204
    assert scene.join(mia).status == 201, "refusing lets in as well"
    assert scene.recorded == {scene.id(zoe)}
    tracks = list(storage.query(Track, f"recording#{recording}", "track#"))
    assert {track.participant for track in tracks} == {scene.id(zoe)}
    rows = storage.query(Decision, f"recording#{recording}", "consent#")
    decided = {one.participant: bool(one.granted) for one in rows}
    assert decided == {scene.id(zoe): True, scene.id(luc): False, scene.id(mia): False}
