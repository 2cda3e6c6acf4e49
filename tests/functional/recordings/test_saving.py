"""One file of a recording: made once, sealed, taken along with a line for everybody in it, and forgotten with them."""

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib import ledger, storage
from chalicelib.meetings import saves
from chalicelib.meetings.scheduling import occurrence_of
from chalicelib.privacy import census, certificates, sweep
from chalicelib.recordings import actions, composing, forgetting, reading, rules
from chalicelib.recordings.models import File, Recording, Track
from chalicelib.register.stores import KEYS, RECORDINGS, USAGE
from chalicelib.storage import expiry, keys, objects, suspension
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import table_name
from media_workers.compose.__main__ import work
from media_workers.compose.functions import NotWanted
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.recordings.jobs import StartedJobs
from tests.functional.recordings.saved import files, made, make, shown, taken
from tests.functional.recordings.scene import Scene
from tests.media.taped import heard, tone

DAY = 86_400


def test_the_organiser_has_one_file_made_and_takes_it_along(over: Scene, jobs: StartedJobs) -> None:
    assert files(over).json["possible"] is True
    file = made(over, jobs)
    assert shown(over) | {"bytes": 0} == {
        **{"id": file, "what": "meeting", "about": None, "name": "", "state": "ready"},
        **{"done": 1000, "bytes": 0, "length": 2_000},
    }
    wave = heard(taken(over, file))
    assert tone(wave, 440, 1) > 0.1 and tone(wave, 660, 1) > 0.1


def test_who_takes_it_answers_for_the_copy_and_everybody_in_it_is_told(
    over: Scene, jobs: StartedJobs, mailbox: Mailbox
) -> None:
    file = made(over, jobs)
    assert files(over, "POST", f"/{file}/take", {}).status == 400, "not before it was read who answers for it"
    assert not saves.of(occurrence_of(over.plan.occurrence))
    for _ in range(2):
        taken(over, file)
    lines = [line for line in ledger.of("zoe@example.fr") if line.what == "recording"]
    assert len(lines) == 2, "each time"
    assert {line.recipient for line in lines} == {"Cabinet Lefèvre"}
    assert len([line for line in ledger.of("luc@example.fr") if line.what == "recording"]) == 2
    assert [save.what for save in saves.of(occurrence_of(over.plan.occurrence))] == ["recording"] * 2
    assert "Enregistrement, en un fichier" in over.host.browser.open(over.plan.page).text
    own = over.guests[0].browser.open(over.guests[0].link.replace("/i/", "/my-data/")).text
    assert "Enregistrement, en un fichier, par Anne Dupont" in own


def test_one_person_can_be_taken_alone(over: Scene, jobs: StartedJobs) -> None:
    luc = over.id(over.guests[1])
    file = made(over, jobs, "voice", luc)
    assert shown(over)["name"] == "Zoé Été"
    wave = heard(taken(over, file))
    assert tone(wave, 660, 1) > 0.1 and tone(wave, 440, 1) < 0.02
    assert not [line for line in ledger.of("zoe@example.fr") if line.what == "recording_voice"], "she is not in it"


def test_pressing_twice_makes_one_file(over: Scene, jobs: StartedJobs) -> None:
    assert make(over).status == 201
    assert (make(over).status, make(over).json["error"]["code"]) == (409, "file_runs")
    assert work(jobs.last) == 0
    assert make(over).json["file"] == shown(over)["id"], "it is there"
    assert len(jobs.calls) == 1


def test_nobody_but_the_organiser_has_it_made_or_sees_it(over: Scene, jobs: StartedJobs) -> None:
    file = made(over, jobs)
    for who in over.guests:
        assert files(over, who=who).status in (401, 404)
        assert files(over, "POST", f"/{file}/take", {"controller": True}, who=who).status in (401, 404)


def test_a_recording_that_runs_is_made_into_no_file(scene: Scene, jobs: StartedJobs) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    assert files(scene).json["possible"] is False
    assert make(scene).json["error"]["code"] == "not_recorded" and not jobs.calls


@pytest.mark.parametrize(
    "asked",
    [{}, {"what": "everything"}, {"what": "person"}, {"what": "meeting", "about": "x"}, {"what": "voice", "about": 3}],
)
def test_nonsense_is_refused(over: Scene, jobs: StartedJobs, asked: dict[str, Any]) -> None:
    assert files(over, "POST", data=asked).status == 400 and not jobs.calls


def test_no_container_means_no_file_and_another_try(over: Scene, jobs: StartedJobs) -> None:
    jobs.refuses = True
    assert (make(over).status, files(over).json["files"]) == (503, [])
    jobs.refuses = False
    made(over, jobs)


def test_a_job_gets_its_brief_once_and_in_time(over: Scene, jobs: StartedJobs, clock_file: MovedClock) -> None:
    make(over)
    early, late = jobs.last, jobs.last
    early.claim()
    with pytest.raises(NotWanted):
        late.claim()
    early.fail("broken")
    make(over)
    clock_file.move(seconds=composing.STARTS_WITHIN + 1)
    with pytest.raises(NotWanted):
        jobs.last.claim()


def test_a_job_sees_only_who_is_in_its_file_and_writes_only_its_file(over: Scene, jobs: StartedJobs) -> None:
    zoe, luc = (over.id(who) for who in over.guests)
    make(over, "voice", zoe)
    job = jobs.last
    brief = job.claim()
    assert {source.participant for source in brief.sources} == {zoe}
    lucs = next(track for track in actions.tracks_of(over.plan.occurrence, luc))
    name = "0001-000000-0-1000"
    assert job.reading_links(brief.sources[0].track, [name])
    for track, names in ((lucs.id, [name]), ("../x", [name]), (brief.sources[0].track, ["../secret"])):
        with pytest.raises(NotWanted):
            job.reading_links(track, names)
    (link,) = job.writing_links([3])
    assert f"file%2523{brief.file}/000003" in link
    for numbers in ([-1], [10**9]):
        with pytest.raises(NotWanted):
            job.writing_links(numbers)


def test_a_job_that_died_is_noticed_and_the_file_made_again(
    over: Scene, jobs: StartedJobs, clock_file: MovedClock
) -> None:
    make(over)
    dead = jobs.last
    dead.claim()
    dead.put(dead.writing_links([1])[0], b"half a file")
    clock_file.move(seconds=60)
    dead.progress(0.4)
    assert (shown(over)["state"], shown(over)["done"]) == ("running", 400)
    clock_file.move(seconds=60)
    assert composing.look_after() == 0, "it has given a sign of life"
    clock_file.move(seconds=31)
    assert shown(over)["state"] == "failed", "told before the schedule comes by"
    assert composing.look_after() == 1
    assert not [name for name in objects.names(reading.ROW) if "/file" in name]
    file = made(over, jobs)
    assert shown(over)["id"] == file
    with pytest.raises(NotWanted):
        dead.progress(0.5)


def test_what_the_store_lacks_is_not_said_to_be_ready(over: Scene, jobs: StartedJobs) -> None:
    make(over)
    job = jobs.last
    job.claim()
    with pytest.raises(NotWanted):
        job.finish(1, 100)
    assert shown(over)["state"] == "failed"


def test_a_segment_that_does_not_open_fails_the_file_and_says_so(over: Scene, jobs: StartedJobs) -> None:
    name = next(name for name in objects.names(reading.ROW) if name.endswith("0001-000001-1000-1000"))
    objects.put_raw(reading.ROW, name, b"something else")
    make(over)
    assert work(jobs.last) == 1
    assert shown(over)["state"] == "failed"


def test_it_is_sealed_and_its_key_hangs_on_the_recordings(over: Scene, jobs: StartedJobs) -> None:
    file = made(over, jobs)
    recording = over.recording()
    stored = {name: objects.raw(reading.ROW, name) for name in objects.names(reading.ROW) if "/file" in name}
    assert stored and all(b"ftyp" not in (content or b"") for content in stored.values())
    (row,) = [item for item in expiry.partition(USAGE, recording.pk) if item["kind"] == "recording_file"]
    (key,) = expiry.partition(KEYS, f"key#recording#{recording.id}/file#{file}")
    assert int(row["delete_by"]) == int(key["delete_by"]) == int(recording.began_at) + 28 * DAY
    said = files(over, "POST", f"/{file}/take", {"controller": True}).json
    with pytest.raises(InvalidTag):
        AESGCM(base64.b64decode(said["key"])).decrypt(bytes(12), next(iter(stored.values())) or b"", b"elsewhere")
    keys.destroy_key(f"recording#{recording.id}")
    assert files(over, "POST", f"/{file}/take", {"controller": True}).status == 410


def test_erasing_one_person_destroys_every_file_with_them_and_the_organiser_hears(
    over: Scene, jobs: StartedJobs, mailbox: Mailbox
) -> None:
    zoe, luc = (over.id(who) for who in over.guests)
    made(over, jobs)
    alone = made(over, jobs, "voice", luc)
    for track in list(actions.tracks_of(over.plan.occurrence, zoe)):
        forgetting.erase_track(track)
    (left,) = files(over).json["files"]
    assert left["id"] == alone, "she is not in his"
    assert {name.split("/")[1] for name in objects.names(reading.ROW) if "/file" in name} == {f"file%23{alone}"}
    assert "nouveau fichier" in mailbox.last(over.host.account.email).text
    again = made(over, jobs)
    wave = heard(taken(over, again))
    assert tone(wave, 660, 1) > 0.1 and tone(wave, 440, 1) < 0.02


def test_a_person_erased_while_a_file_is_made_ends_the_job(over: Scene, jobs: StartedJobs) -> None:
    make(over)
    job = jobs.last
    job.claim()
    forgetting.erase_person(over.recording(), over.id(over.guests[0]))
    with pytest.raises(NotWanted):
        job.progress(0.1)
    assert files(over).json["files"] == []


def test_a_person_whose_data_are_restricted_keeps_a_file_from_being_taken(over: Scene, jobs: StartedJobs) -> None:
    file = made(over, jobs)
    recording = over.recording()
    suspension.freeze(Place(USAGE, recording.pk, f"file#{file}"))
    assert files(over, "POST", f"/{file}/take", {"controller": True}).status == 409


def test_it_goes_with_the_recording_nothing_is_left_and_the_certificate_counts_it(
    over: Scene, jobs: StartedJobs, clock_file: MovedClock
) -> None:
    made(over, jobs)
    recording = over.recording()
    rows = len(list(expiry.partition(USAGE, recording.pk)))
    clock_file.move(seconds=28 * DAY + 1)
    assert storage.get(Recording, recording.pk, "recording") is None
    sweep.sweep()
    assert objects.everything(RECORDINGS) == []
    clock_file.move(days=1)
    sweep.sweep()
    assert not list(expiry.partition(USAGE, recording.pk))
    assert census.census()[table_name(RECORDINGS)].late == 0
    (certificate,) = [one for one in certificates.of_customer(recording.company) if one.asked == "recording"]
    empty = 2 * len(rules.SOURCES) - 2  # tracks that held nothing were forgotten when it was closed
    assert [line.count for line in certificates.lines(certificate) if line.row == "recording"] == [rows + empty]


def test_erasing_the_recording_takes_its_files(over: Scene, jobs: StartedJobs) -> None:
    made(over, jobs)
    forgetting.erase(over.recording())
    assert objects.everything(RECORDINGS) == []


def test_what_a_job_is_started_with_names_nobody_and_holds_no_key(over: Scene, jobs: StartedJobs) -> None:
    make(over)
    said = json.dumps(jobs.calls[-1])
    assert set(jobs.calls[-1]) == {"IBOO_COMPOSE_FILE", "IBOO_COMPOSE_TOKEN"}
    assert "Zoé" not in said and over.id(over.guests[0]) not in said
    row = storage.get(File, over.recording().pk, f"file#{jobs.calls[-1]['IBOO_COMPOSE_FILE'].partition('.')[2]}")
    assert row is not None and row.token_hash not in said
    assert list(storage.query(Track, over.recording().pk, "track#"))
