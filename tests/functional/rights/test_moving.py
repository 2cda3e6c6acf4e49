"""A held recording lies apart under a key of the hold's own, and its own keys go on their time."""

import io
import json
import zipfile
from math import inf
from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.privacy.census import census
from chalicelib.privacy.sweep import sweep
from chalicelib.recordings import actions, forgetting, reading
from chalicelib.recordings.models import Track
from chalicelib.register.rights import SUSPENSION
from chalicelib.register.stores import HOLDS, KEYS, RECORDINGS, USAGE
from chalicelib.rights import held, holds, moving
from chalicelib.rights.models import LegalHold
from chalicelib.storage import Held, expiry, holding, keys, objects, suspension
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import table_name
from chalicelib.storage.sealing import DataKey, Unreadable
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.recordings.saved import ended
from tests.functional.recordings.scene import Scene, a_meeting
from tests.functional.recordings.test_proof import Thief
from tests.functional.recordings.writing import record_somebody, track_of, write

__all__ = ["make_worker", "worker"]

pytestmark = pytest.mark.usefixtures("stores")

DAY = 86_400


@pytest.fixture
def scene(worker: ScriptedWorker, mailbox: Mailbox) -> Scene:
    """Two people were recorded, and it is over."""
    return ended(a_meeting(worker, mailbox))


def hold(scene: Scene, number: str = "LH-7") -> LegalHold:
    places = holds.on_meeting(scene.plan.id)
    return holds.open_hold(number, "Ordonnance", "TJ Paris 26/1", clock.now() + 150 * DAY, "meeting", places, "dpo")


def found(number: str = "LH-7") -> LegalHold:
    item = storage.get(LegalHold, f"hold#{number}", "hold")
    assert item is not None
    return item


def keys_of(scene: Scene) -> set[str]:
    """The recording's own keys in the table."""
    pk = f"key#recording#{scene.recording().id}"
    return {item["pk"] for item in expiry.scan(KEYS) if item["pk"].startswith(pk)}


def keys_left() -> set[str]:
    return {str(item["pk"]) for item in expiry.scan(KEYS)}


def hold_keys(number: str = "LH-7") -> list[str]:
    return [item["pk"] for item in expiry.scan(KEYS) if item["pk"].startswith(f"key#hold#{number}/")]


def media(number: str = "LH-7") -> dict[str, bytes]:
    """What the case is handed of the recording, by name."""
    with zipfile.ZipFile(io.BytesIO(held.package(number))) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(".media")}


def names_said(number: str = "LH-7") -> list[str]:
    with zipfile.ZipFile(io.BytesIO(held.package(number))) as archive:
        items: list[dict[str, Any]] = json.loads(archive.read("items.json"))["items"]
    return sorted(str(item["data"]["name"]) for item in items if item["kind"] == "recording_track")


def past(scene: Scene, clock_file: MovedClock) -> None:
    """A second past the recording's 28 days."""
    clock_file.move(seconds=int(scene.recording().began_at or 0) + 28 * DAY + 1 - clock.now())


def test_a_second_past_28_days_its_own_keys_are_gone_and_the_case_still_opens_it(
    scene: Scene, clock_file: MovedClock
) -> None:
    originals = len(objects.everything(RECORDINGS))
    assert keys_of(scene)
    hold(scene)
    assert not found().moving and len(hold_keys()) == 1
    own = keys_of(scene)
    assert not [item for item in expiry.scan(KEYS) if item["pk"] in own and item.get("hold")], "on their normal clock"
    recording, thief, before = scene.recording(), Thief(), media()
    assert len(before) == originals == 6 and names_said() == ["Zoé Été", "Zoé Été"]
    past(scene, clock_file)
    sweep()
    assert not own & keys_left(), "keys first, held or not"
    assert objects.everything(RECORDINGS) == [] and len(hold_keys()) == 1
    thief.put_back()
    again = actions.find(recording.id)
    assert again is not None and objects.everything(RECORDINGS), "the saved copy is all there"
    with pytest.raises(keys.KeyDestroyed):
        reading.timeline(again)
    assert media() == before, "what the case is handed is what was recorded"


def test_released_its_key_goes_first_and_no_copy_of_the_bucket_opens(scene: Scene, clock_file: MovedClock) -> None:
    hold(scene)
    saved = {name: objects.raw(SUSPENSION, name) or b"" for name in objects.names(SUSPENSION)}
    partition = str(scene.recording().pk)
    past(scene, clock_file)
    sweep()
    holds.release("LH-7")
    assert hold_keys() == [] and objects.everything(HOLDS) == []
    for name, content in saved.items():
        objects.put_raw(SUSPENSION, name, content)
    with pytest.raises(keys.KeyDestroyed):
        keys.held_key(moving.key_owner("LH-7", partition))
    with pytest.raises(NotFound):
        held.package("LH-7")
    sweep()
    assert objects.everything(HOLDS) == [] and list(expiry.partition(USAGE, partition)) == []
    assert all(count.late == 0 for count in census().values())


def test_what_is_sealed_for_one_case_opens_for_no_other_place(scene: Scene) -> None:
    hold(scene)
    partition = str(scene.recording().pk)
    key = keys.held_key(moving.key_owner("LH-7", partition))
    name, other = [name for name in objects.names(SUSPENSION) if not name.endswith("whole")][:2]
    assert objects.get(SUSPENSION, name, key) is not None
    objects.put_raw(SUSPENSION, other, objects.raw(SUSPENSION, name) or b"")
    with pytest.raises(Unreadable):
        objects.get(SUSPENSION, other, key)
    with pytest.raises(Unreadable):
        objects.get(SUSPENSION, name, DataKey(moving.key_owner("LH-8", partition), key.secret))


def test_no_nonce_is_used_twice_under_a_holds_key(scene: Scene) -> None:
    hold(scene)
    nonces = [(objects.raw(SUSPENSION, name) or b"")[:12] for name in objects.names(SUSPENSION)]
    assert len(nonces) == len(set(nonces)) > 4


def test_a_run_moves_so_many_and_the_next_one_goes_on_without_moving_them_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, clock_file: MovedClock
) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 0)
    hold(scene)
    assert objects.everything(HOLDS) == [] and found().moving
    moving.move(found(), moving.Bound(objects=1))
    (first,) = objects.names(SUSPENSION)
    content = objects.raw(SUSPENSION, first)
    own = keys_of(scene)
    past(scene, clock_file)
    sweep()
    assert own <= keys_left() and objects.everything(RECORDINGS), "a hold of the last minute loses nothing"
    for key in own:
        with pytest.raises(keys.KeyDestroyed):
            keys.open_key(key.removeprefix("key#"))
    while found().moving:
        moving.move(found(), moving.Bound(objects=2))
    assert objects.raw(SUSPENSION, first) == content
    sweep()
    assert objects.everything(RECORDINGS) == [] and not own & keys_left()
    assert len(media()) == len(objects.names(SUSPENSION)) - 2, "each of the two tracks says itself beside its media"


def test_a_run_that_dies_half_way_is_gone_on_with(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    put = objects.put
    done: list[Any] = []

    def dying(*given: Any) -> str:
        if len(done) == 3:
            raise ConnectionError("the function died")
        done.append(given)
        return put(*given)

    with monkeypatch.context() as dies:
        dies.setattr(objects, "put", dying)
        with pytest.raises(ConnectionError):
            hold(scene)
    assert len(objects.everything(HOLDS)) == 3 and found().moving
    holds.look_after(inf)
    assert not found().moving and len(names_said()) == 2 and len(media()) == len(objects.names(SUSPENSION)) - 2


def test_a_hold_that_died_while_it_was_laid_is_laid_by_the_next_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay = suspension.hold
    laid: list[Place] = []

    def dying(place: Place, case: str) -> None:
        if len(laid) == 2:
            raise ConnectionError("the function died")
        laid.append(place)
        lay(place, case)

    with monkeypatch.context() as dies:
        dies.setattr(suspension, "hold", dying)
        with pytest.raises(ConnectionError):
            hold(scene)
    assert found().state == "opening"
    holds.look_after(inf)
    assert found().state == "open" and not found().moving and media()


def test_a_release_that_died_is_gone_on_with(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(scene)

    def dying(place: Place, item: Any, case: str) -> None:
        raise ConnectionError("the function died")

    with monkeypatch.context() as dies:
        dies.setattr(holding, "discard", dying)
        with pytest.raises(ConnectionError):
            holds.release("LH-7")
    assert hold_keys() == [] and objects.everything(HOLDS), "the key went first"
    holds.look_after(inf)
    assert found().state == "released" and objects.everything(HOLDS) == [] and holds.open_ones() == []


def test_two_cases_have_a_key_and_a_copy_each(scene: Scene, clock_file: MovedClock) -> None:
    hold(scene, "LH-7")
    past(scene, clock_file)
    sweep()
    hold(scene, "LH-8")
    assert media("LH-8") == media("LH-7") and names_said("LH-8") == names_said("LH-7")
    holds.release("LH-7")
    sweep()
    assert media("LH-8") and hold_keys("LH-7") == []
    assert not [name for name in objects.names(SUSPENSION) if "LH-7" in name]
    holds.release("LH-8")
    sweep()
    assert objects.everything(HOLDS) == []


def test_a_hold_is_not_released_while_another_takes_its_copies(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(scene, "LH-7")
    monkeypatch.setattr(holds, "AT_ONCE", 0)
    hold(scene, "LH-8")
    with pytest.raises(Conflict):
        holds.release("LH-7")
    holds.look_after(inf)
    holds.release("LH-7")
    assert media("LH-8")


def test_a_released_hold_gets_no_key_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 0)
    hold(scene)
    late = found()
    holds.release("LH-7")
    with pytest.raises(storage.access.Changed):
        moving.move(late, moving.Bound())
    assert hold_keys() == []


def test_what_does_not_open_is_moved_as_it_lay_there(scene: Scene) -> None:
    name = objects.names(reading.ROW)[0]
    objects.put_raw(reading.ROW, name, b"damaged on the way in")
    hold(scene)
    with zipfile.ZipFile(io.BytesIO(held.package("LH-7"))) as archive:
        found = [name for name in archive.namelist() if name.endswith(".sealed")]
        assert [archive.read(name) for name in found] == [b"damaged on the way in"]


def test_while_it_runs_it_is_moved_as_far_as_it_is_written(
    worker: ScriptedWorker, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    scene = a_meeting(worker, mailbox)
    scene.ask()
    wanted = record_somebody(scene)
    hold(scene)
    so_far = len(media())
    assert so_far == 3 and found().moving
    write(wanted, track_of(wanted, scene.id(scene.guests[0])), 7, 28_000)
    holds.look_after(inf)
    assert len(media()) == 4 and found().moving
    with zipfile.ZipFile(io.BytesIO(held.package("LH-7"))) as archive:
        assert json.loads(archive.read("items.json"))["complete"] is False
    assert keys_of(scene)


def test_who_comes_into_a_running_recording_after_it_was_held_is_held_too(
    worker: ScriptedWorker, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    scene = a_meeting(worker, mailbox)
    scene.ask()
    record_somebody(scene)
    hold(scene)
    luc = scene.guests[1]
    scene.answer(luc, True)
    wanted = scene.wanted
    write(wanted, track_of(wanted, scene.id(luc)), 0, 12_000)
    recording, own = scene.recording(), keys_of(scene)
    holds.look_after(inf)
    assert len(media()) == 4 and len(found().places) == len(set(found().places))
    clock_file.move(days=29)
    holds.look_after(inf)
    assert not found().moving and len(names_said()) >= 2
    sweep()
    assert not own & keys_left() and len(media()) == 4
    holds.release("LH-7")
    sweep()
    assert list(expiry.partition(USAGE, str(recording.pk))) == [] and objects.everything(HOLDS) == []


def test_nobody_erases_what_is_held(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 0)
    hold(scene)
    with pytest.raises(Held):
        forgetting.erase(scene.recording())
    for track in storage.query(Track, scene.recording().pk, "track#"):
        with pytest.raises(Held):
            forgetting.erase_track(track)
    holds.look_after(inf)
    assert media()
    with pytest.raises(Held):
        forgetting.erase(scene.recording())


def test_no_copy_is_late_while_its_hold_stands(scene: Scene, clock_file: MovedClock) -> None:
    hold(scene)
    past(scene, clock_file)
    sweep()
    assert census()[table_name(HOLDS)].late == 0 and census()[table_name(KEYS)].late == 0


def test_one_hold_in_trouble_does_not_keep_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(holds, "AT_ONCE", 0)
    hold(scene, "LH-1")
    hold(scene, "LH-2")
    go_on = moving.move

    def troubled(one: LegalHold, bound: moving.Bound) -> None:
        if one.number == "LH-1":
            raise ConnectionError
        go_on(one, bound)

    monkeypatch.setattr(moving, "move", troubled)
    holds.look_after(inf)
    assert found("LH-1").moving and not found("LH-2").moving
    assert "hold_unfinished" in capsys.readouterr().out
