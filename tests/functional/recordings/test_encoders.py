"""An encoder is recorded on the word of the host who let it in, and on nobody else's."""

from chalicelib import storage
from chalicelib.recordings import actions, forgetting, rules
from chalicelib.recordings.models import Track
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import track_of, write


def let_in(scene: Scene) -> str:
    """The host lets a control room in; the participant it is."""
    answer = scene.call(scene.host, "POST", "encoders", {"name": "Régie"})
    assert answer.status == 201
    return str(answer.json["participant"])


def test_it_is_recorded_as_long_as_who_let_it_in_agrees(scene: Scene) -> None:
    encoder = let_in(scene)
    scene.ask()
    scene.answer(scene.guests[0], True)
    assert encoder not in scene.recorded, "whatever others say"
    scene.answer(scene.host, True)
    assert scene.recorded == {scene.id(scene.guests[0]), scene.id(scene.host), encoder}
    assert {track.owner for track in scene.wanted.tracks if track.participant == encoder} == {scene.id(scene.host)}
    assert track_of(scene.wanted, encoder, "camera").key != track_of(scene.wanted, scene.id(scene.host), "camera").key
    scene.answer(scene.host, False)
    assert scene.recorded == {scene.id(scene.guests[0])}


def test_one_that_comes_later_is_recorded_when_who_let_it_in_had_agreed(scene: Scene) -> None:
    scene.ask()
    assert let_in(scene) not in scene.recorded, "not yet answered"
    scene.answer(scene.host, True)
    version = scene.wanted.version
    later = let_in(scene)
    assert later in scene.recorded and scene.wanted.version > version, "the worker is told at once"


def test_a_refusal_counts_for_those_that_come_later_too(scene: Scene) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    scene.answer(scene.host, False)
    assert let_in(scene) not in scene.recorded


def test_without_a_recording_letting_one_in_records_nothing(scene: Scene) -> None:
    let_in(scene)
    assert not scene.worker.pushed("record") and not actions.of_occurrence(scene.plan.occurrence)


def test_what_it_sent_is_who_let_it_ins_when_they_ask_for_it_or_have_it_erased(scene: Scene) -> None:
    encoder = let_in(scene)
    recording = scene.ask()
    scene.answer(scene.host, True)
    scene.answer(scene.guests[0], True)
    own = track_of(scene.wanted, encoder, "camera")
    write(scene.wanted, own, 0, 0)
    host = scene.id(scene.host)
    assert own.track in {track.id for track in actions.tracks_of(scene.plan.occurrence, host)}
    assert forgetting.erase_person(scene.recording(), host) == 2 * len(rules.SOURCES)
    left = storage.query(Track, f"recording#{recording}", "track#")
    assert {track.participant for track in left} == {scene.id(scene.guests[0])}


def test_the_question_says_that_the_answer_holds_for_it(scene: Scene) -> None:
    scene.ask()
    assert "encodeur" in scene.call(scene.host, "GET", "recording").json["text"]["words"]
