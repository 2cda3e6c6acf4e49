"""28 days after the first second recorded nothing can be played, whatever copy somebody has kept."""

import pytest

from chalicelib import storage
from chalicelib.privacy import census, sweep
from chalicelib.recordings import forgetting, reading
from chalicelib.recordings.models import Decision, Part, Recording, Track
from chalicelib.register.stores import EPHEMERAL, KEYS, RECORDINGS, USAGE
from chalicelib.storage import expiry, keys, objects
from chalicelib.storage.items import table_name
from tests.functional.conftest import MovedClock
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import record_somebody, track_of, write

DAY = 86_400


def left(recording: str) -> list[str]:
    """Kinds of items in the recording's partition."""
    return sorted(str(item["kind"]) for item in expiry.partition(USAGE, f"recording#{recording}"))


def test_every_row_and_key_goes_28_days_after_the_first_second(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    clock_file.move(seconds=30)
    wanted = record_somebody(scene)
    recording = scene.recording()
    due = int(recording.began_at) + 28 * DAY
    assert int(recording.began_at) >= int(recording.asked_at) + 30, "asking is no recording"
    rows = [item for item in expiry.partition(USAGE, recording.pk) if item["kind"] != "recording_consent"]
    assert {int(item["delete_by"]) for item in rows} == {due}
    for owner in (
        f"recording#{wanted.recording}",
        *[f"recording#{wanted.recording}/track#{t.track}" for t in wanted.tracks],
    ):
        (key,) = expiry.partition(KEYS, f"key#{owner}")
        assert int(key["delete_by"]) == due


def test_a_second_later_a_saved_copy_of_bucket_and_tables_does_not_play(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    record_somebody(scene)
    recording = scene.recording()
    view = next(one for one in reading.timeline(recording).tracks if one.parts)
    part, segment = next(view.segments)
    kept = {name: objects.raw(reading.ROW, name) for name in objects.names(reading.ROW)}
    tables = [(table_name(store), item) for store in (USAGE, EPHEMERAL) for item in expiry.scan(store)]
    assert kept and tables
    clock_file.move(seconds=28 * DAY + 1)
    assert storage.get(Recording, recording.pk, "recording") is None
    with pytest.raises(keys.KeyDestroyed):
        reading.timeline(recording)
    sweep.sweep()
    for name, content in kept.items():  # the thief puts everything back
        assert content is not None
        objects.put_raw(reading.ROW, name, content)
    from chalicelib.recordings import vault

    with pytest.raises(keys.KeyDestroyed):
        vault.segment_key(
            recording.id, view.id, reading.part_name(Part(recording.pk, "part#0001", epoch=1, incarnation="x"))
        )
    assert not list(expiry.partition(KEYS, f"key#recording#{recording.id}")), "the key is nowhere"
    assert segment.object and part.key, "only who kept the key itself could still read"


def test_the_sweep_leaves_nothing_and_the_census_finds_nothing(scene: Scene, clock_file: MovedClock) -> None:
    scene.ask()
    wanted = record_somebody(scene, segments=5)
    assert len(objects.everything(RECORDINGS)) == 6
    clock_file.move(seconds=28 * DAY + 1)
    sweep.sweep()
    assert objects.everything(RECORDINGS) == []
    assert "recording" not in left(wanted.recording) and "recording_track" not in left(wanted.recording)
    clock_file.move(days=1)
    sweep.sweep()
    assert left(wanted.recording) == []
    found = census.census()
    assert found[table_name(RECORDINGS)].late == 0 and found[table_name(USAGE)].late == 0


def test_an_object_nobody_owns_counts_as_late_and_is_swept(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    objects.put_raw(reading.ROW, "recording%23gone/track%23gone/0001-000000-0-4000", b"left over")
    assert census.census()[table_name(RECORDINGS)].late == 1
    sweep.sweep()
    assert len(objects.everything(RECORDINGS)) == 3
    assert wanted.recording == scene.recording().id


def test_erasing_a_person_takes_their_tracks_and_leaves_the_rest_playable(scene: Scene) -> None:
    scene.ask()
    record_somebody(scene)
    zoe, luc = scene.guests
    scene.answer(luc, True)
    own = track_of(scene.wanted, scene.id(luc))
    write(scene.wanted, own, 0, 9_000)
    recording = scene.recording()
    zoes = [track for track in reading.timeline(recording).tracks if track.participant == scene.id(zoe)]
    assert forgetting.erase_person(recording, scene.id(zoe)) == len(zoes) == 4
    assert not [name for name in objects.names(reading.ROW) if zoes[0].id in name]
    for track in zoes:
        with pytest.raises(keys.KeyDestroyed):
            keys.open_key(f"recording#{recording.id}/track#{track.id}")
    (playable,) = [track for track in reading.timeline(recording).tracks if track.parts]
    assert playable.id == own.track
    part, segment = next(playable.segments)
    assert reading.segment(recording.id, playable, part, segment).media


def test_who_was_erased_is_not_recorded_again_under_the_old_key(scene: Scene) -> None:
    scene.ask()
    before = record_somebody(scene)
    forgetting.erase_person(scene.recording(), scene.id(scene.guests[0]))
    scene.answer(scene.guests[0], True)
    assert {track.track for track in scene.wanted.tracks}.isdisjoint(track.track for track in before.tracks)


def test_only_the_organiser_erases_a_recording(scene: Scene) -> None:
    recording = scene.ask()
    assert scene.call(scene.guests[0], "POST", f"recordings/{recording}/erase", {}).status in (401, 403, 404)
    assert scene.call(scene.host, "POST", "recordings/another/erase", {}).status == 404
    assert scene.recording().state == "asking"


def test_erasing_a_recording_leaves_no_row_no_key_no_object(scene: Scene) -> None:
    scene.ask()
    record_somebody(scene)
    recording = scene.recording()
    assert scene.call(scene.host, "POST", f"recordings/{recording.id}/erase", {}).status == 204
    assert scene.wanted.state == "stopped", "the worker writes no more"
    assert left(recording.id) == [] and objects.everything(RECORDINGS) == []
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key(f"recording#{recording.id}")
    for model, prefix in ((Track, "track#"), (Decision, "consent#"), (Part, "part#")):
        assert not list(storage.query(model, recording.pk, prefix))


def test_no_name_of_a_person_is_in_a_key_or_an_object(scene: Scene) -> None:
    scene.ask()
    record_somebody(scene)
    for name in objects.everything(RECORDINGS):
        assert "Zo" not in name and "Dupont" not in name
        content = objects.raw(reading.ROW, name.removeprefix(reading.ROW.prefix))
        assert content is not None and "Zoé".encode() not in content and b"opus" not in content
    rows = list(expiry.partition(USAGE, scene.recording().pk))
    assert not [item for item in rows if "Zoé" in str({k: v for k, v in item.items() if k != "sealed"})]
