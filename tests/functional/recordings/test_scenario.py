"""Scenario 22: who is recorded knows it and wants it; what the organiser keeps of it is the organiser's."""

from chalicelib import ledger, storage
from chalicelib.meetings import saves
from chalicelib.meetings.scheduling import occurrence_of
from chalicelib.recordings import forgetting
from chalicelib.recordings.models import Decision, Track
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_guest
from tests.functional.recordings.jobs import StartedJobs
from tests.functional.recordings.saved import files, made, taken
from tests.functional.recordings.scene import GUESTS, LATE, Scene
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


def test_f22_what_the_organiser_saves_is_noted_for_each_person_and_told_in_the_room(
    scene: Scene, mailbox: Mailbox
) -> None:
    zoe = scene.guests[0]
    scene.call(zoe, "POST", "chat", {"id": "1", "body": "je le dis ici"})
    scene.host.browser.open(scene.plan.page)
    token = {"csrf": scene.host.browser.csrf}
    taken = scene.host.browser.post(f"{scene.plan.page}/files/chat.txt", token)
    assert taken.status == 200 and "je le dis ici" in taken.body.decode()
    lines = [line for line in ledger.of("zoe@example.fr") if line.what == "chat.txt"]
    assert [(line.recipient, line.controller) for line in lines] == [("Cabinet Lefèvre", scene.host.account.company)]
    told = [push.message for push in scene.worker.pushed("tell") if push.message.get("type") == "saved"]
    assert told and told[-1]["by"] == "Anne Dupont", "everybody in the room is told who took what"
    (save,) = saves.of(occurrence_of(scene.plan.occurrence))
    assert (save.what, save.name) == ("chat.txt", "Anne Dupont")


def test_f22_the_recording_itself_is_taken_as_one_file_by_the_organiser_who_answers_for_it_then(
    over: Scene, jobs: StartedJobs
) -> None:
    file = made(over, jobs)
    assert files(over, "POST", f"/{file}/take", {"controller": False}).status == 400, "who answers for it is read first"
    assert taken(over, file)[4:8] == b"ftyp"
    for email in GUESTS:
        lines = [line for line in ledger.of(email) if line.what == "recording"]
        assert [(line.recipient, line.controller) for line in lines] == [("Cabinet Lefèvre", over.host.account.company)]
    told = [push.message for push in over.worker.pushed("tell") if push.message.get("type") == "saved"]
    assert told[-1]["what"] == "recording", "and whoever is in the room hears of it"
    forgetting.erase_person(over.recording(), over.id(over.guests[0]))
    assert files(over, "POST", f"/{file}/take", {"controller": True}).status == 404, "who had it erased is in no file"
