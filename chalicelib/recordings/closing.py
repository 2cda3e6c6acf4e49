"""The end of a recording: stopped, abandoned, or its worker gone; then checked piece by piece before it is ready."""

import json
from contextlib import suppress

from chalicelib import clock, log, storage
from chalicelib.errors import NotFound
from chalicelib.meetings import scheduling, timetable
from chalicelib.meetings.models import Occurrence
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Held, keys, objects
from chalicelib.webhooks import actions as webhooks
from chalicelib.webhooks.rules import Happening

from . import directing, forgetting, letters, reading, rules, vault
from .models import Lease, Part, Recording, Track

LEASES = "recording_leases"
"""Under which every recording is listed that is not closed."""


def stop(recording: Recording, at: int) -> None:
    """Nothing more is recorded, nobody is asked any more, the next one may begin. Twice changes nothing."""
    if recording.state not in ("asking", "running"):
        return
    storage.update(recording, Recording.state.set("closing"), Recording.ended_at.set(at), always=True)
    _follow_to_its_end(recording)
    with suppress(NotFound):
        occurrence = scheduling.occurrence_of(recording.occurrence)
        if occurrence.recording == recording.id:
            storage.update(occurrence, Occurrence.recording.remove(), always=True)
    directing.direct(recording.id)


def look_after() -> int:
    """Every recording that is not closed: told again to its worker, ended when nobody renews it, closed when all is
    there. The schedule's act. Returns how many were closed."""
    closed = 0
    for lease in list(storage.listed(Lease, LEASES)):
        try:
            closed += _look_after(lease)
        except Exception as fault:  # one recording in trouble must not keep the others
            log.fault("recording", fault, recording=lease.recording)
    return closed


def _follow_to_its_end(recording: Recording) -> None:
    """Out of the way of the next recording, and not forgotten before all that was written is stored."""
    now = clock.now()
    ending = Lease(f"occurrence#{recording.occurrence}", f"closing#{recording.id}")
    ending.recording, ending.renewed_at = recording.id, now
    ending.list_pk, ending.list_sk = LEASES, f"{recording.occurrence}#{recording.id}"
    with suppress(AlreadyThere):
        storage.create(ending, {Event.RENEWED: now})
    running = storage.get(Lease, ending.pk, "recording")
    if running is not None and running.recording == recording.id:
        storage.delete(running)


def _look_after(lease: Lease) -> bool:
    recording = storage.get(Recording, f"recording#{lease.recording}", "recording")
    if recording is None:
        storage.delete(lease)
        return False
    now = clock.now()
    if recording.state in ("asking", "running"):
        if _is_over(recording, now):
            stop(recording, now)
        elif now - int(lease.renewed_at) > rules.DEAD_AFTER:
            stop(recording, int(lease.renewed_at))
        else:
            directing.direct(recording.id)
            return False
    if any(_is_open(part, now) for part in reading.parts_of(recording)):
        return False
    if recording.state == "closing":
        finish(recording)
    storage.delete(lease)
    return True


def finish(recording: Recording) -> None:
    """All that can come has come: says whether it is whole. Raises `KeyDestroyed` when its time is up."""
    state, missing = "empty", 0
    if recording.began_at:
        whole, missing = _check(recording)
        state = "ready" if whole else "incomplete"
    changes = Recording.state.set(state), Recording.closed_at.set(clock.now()), Recording.missing.set(missing)
    storage.update(recording, *changes, always=True)
    if state != "empty":
        letters.tell_organiser(recording)
        webhooks.tell(str(recording.company), Happening.RECORDED, str(recording.meeting), recording.id)
    if state == "incomplete":
        log.warning("recording_incomplete", recording=recording.id, missing=missing)
    else:
        log.info("recording_closed", state=state)


def _is_over(recording: Recording, now: int) -> bool:
    try:
        return timetable.is_closed(scheduling.occurrence_of(recording.occurrence), now)
    except NotFound:
        return True


def _is_open(part: Part, now: int) -> bool:
    """Whether something may still come. A part that was silent too long is lost: its worker is gone."""
    if part.state != "open":
        return False
    if now - int(part.renewed_at) <= rules.DEAD_AFTER:
        return True
    with suppress(Changed):
        storage.update(part, Part.state.set("lost"))
        log.warning("recording_part_lost", worker=part.worker)
    return False


def _check(recording: Recording) -> tuple[bool, int]:
    """Whether nothing is missing, and how many segments at least are. A track of which nothing came is forgotten."""
    lost = {part.number for part in reading.parts_of(recording) if part.state == "lost"}
    missing = sum(int(part.lost) for part in reading.parts_of(recording))
    whole = not lost and not missing
    for track in list(storage.query(Track, recording.pk, "track#")):
        view = reading.track_view(recording, track)
        if view is None:
            continue
        if not view.parts:
            with suppress(Held):
                forgetting.erase_track(track)
            continue
        for part in view.parts:
            if part.number in lost:
                missing += 1  # the segment that was open when the worker died, at most
                _write_manifest(recording, track.id, part)
            whole &= part.whole
    return whole, missing


def _write_manifest(recording: Recording, track: str, part: reading.PartView) -> None:
    """In the place of the manifest that a dead worker did not write: what is there, and what lies between."""
    name = f"{part.number:04d}-manifest-1"
    path = reading.path_of(recording.id, track) + name
    if objects.raw(reading.ROW, path) is not None:
        return
    manifest = {
        "recording": recording.id,
        "track": track,
        "part": part.number,
        "closed": False,
        "lost": 1,
        "segments": [[one.number, one.start, one.duration, one.bytes] for one in part.segments],
        "gaps": [[gap.start, gap.duration, gap.reason] for gap in part.gaps],
    }
    with suppress(keys.KeyDestroyed):
        plain = json.dumps(manifest, separators=(",", ":")).encode()
        objects.put_raw(reading.ROW, path, vault.seal_object(part.key, recording.id, track, name, plain))
