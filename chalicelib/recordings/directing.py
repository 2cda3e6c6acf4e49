"""Telling the worker that holds a room what to record, and hearing what it has written."""

import base64
from collections import Counter
from contextlib import suppress

from chalicelib import clock, log, storage
from chalicelib.fleet import actions as fleet
from chalicelib.fleet.models import Room
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push
from chalicelib.signalling.recording import HeldRoom, PartReport, RecordingReport, Wanted, WantedTrack
from chalicelib.storage import AlreadyThere, Changed, keys

from . import reading, rules, vault
from .models import Decision, Lease, Part, Recording, Track
from .rules import Answer

RENEWED_EVERY = 10
"""Seconds between two notes that a part is being written."""


def direct(recording: str) -> None:
    """Pushes the whole wanted state to the worker that holds the room, if there is one. What it misses, its next report
    or the next minute repairs."""
    found = storage.get(Recording, f"recording#{recording}", "recording")
    if found is None:
        return
    room = storage.get(Room, f"room#{found.occurrence}", "room")
    if room is None or room.ended:
        return
    part = _part(found, room) if found.state == "running" else None
    wanted = _wanted(found, part)
    message = {**vars(wanted), "tracks": [vars(track) for track in wanted.tracks]}
    arrived = fleet.tell(found.occurrence, Push(type="record", epoch=0, message=message))
    if part is not None:
        _given(part, arrived)


def answers(recording: Recording) -> dict[str, bool]:
    """Participant → whether they agree now."""
    return rules.standing(_answers(recording))


def _answers(recording: Recording) -> list[Answer]:
    found = storage.query(Decision, recording.pk, "consent#")
    return [Answer(one.participant, bool(one.granted), int(one.decided_at)) for one in found]


def heard(said: RecordingReport) -> None:
    """Takes a worker's report: the lease is renewed, a worker that lacks something is told."""
    for part in said.parts:
        _note(said, part)
    for room in said.rooms:
        _look_at(room)


def _look_at(held: HeldRoom) -> None:
    lease = storage.get(Lease, f"occurrence#{held.room}", "recording")
    recording = storage.get(Recording, f"recording#{lease.recording}", "recording") if lease else None
    if lease is None or recording is None:
        if held.recording:
            direct(held.recording)
        return
    now = clock.now()
    if recording.state in ("asking", "running") and now - int(lease.renewed_at) >= RENEWED_EVERY:
        changes = Lease.renewed_at.set(now)
        storage.update(lease, *storage.restamping(lease, Event.RENEWED, now), changes, always=True)
    if held.recording != recording.id or held.version != int(recording.version):
        direct(recording.id)


def _note(said: RecordingReport, part: PartReport) -> None:
    item = storage.get(Part, f"recording#{part.recording}", f"part#{part.part:04d}")
    if item is None or item.incarnation != said.incarnation:
        return  # forgotten meanwhile, or somebody else's
    now = clock.now()
    if part.waiting and not item.waiting:
        log.warning("recording_waiting", worker=said.worker, waiting=part.waiting)
    if part.lost > item.lost:
        log.warning("recording_lost", worker=said.worker, lost=part.lost)
    changed = (part.waiting, part.lost, part.closed) != (int(item.waiting), int(item.lost), item.state == "closed")
    if not changed and item.state != "offered" and now - int(item.renewed_at) < RENEWED_EVERY:
        return
    changes = Part.waiting.set(part.waiting), Part.lost.set(part.lost), Part.renewed_at.set(now)
    state = Part.state.set("closed") if part.closed else Part.state.set("open")
    storage.update(item, *changes, state, always=True)


def _part(recording: Recording, room: Room) -> Part | None:
    """This worker's stretch: the one it writes or could not be told of, or the next. `None` when another call was
    faster: it tells the worker."""
    parts = reading.parts_of(recording)
    for part in parts:
        its = (part.incarnation, int(part.epoch)) == (room.incarnation, int(room.epoch))
        if its and part.state in ("offered", "open"):
            return part
    now, number = clock.now(), len(parts) + 1
    part = Part(
        recording.pk,
        f"part#{number:04d}",
        epoch=int(room.epoch),
        worker=room.worker,
        incarnation=room.incarnation,
        state="offered",
        opened_at=now,
        renewed_at=now,
    )
    try:
        storage.create(part, {Event.COLLECTED: int(recording.began_at or now)}, controller=recording.company)
    except AlreadyThere:
        return None
    with suppress(Changed):
        storage.update(recording, Recording.parts.set(number), always=True)
    return part


def _given(part: Part, arrived: bool) -> None:
    """A worker that was told writes. Where the word did not arrive, nothing is being written, as far as is known: the
    last person may have left. Should only the answer have been lost, the worker's next report says so."""
    if arrived and part.state == "offered":
        with suppress(Changed):
            storage.update(part, Part.state.set("open"), condition=Part.state == "offered", always=True)


def _wanted(recording: Recording, part: Part | None) -> Wanted:
    said = _answers(recording)
    standing = rules.standing(said)
    running = recording.state in ("asking", "running")
    return Wanted(
        recording=recording.id,
        version=int(recording.version),
        state=str(recording.state) if running else "stopped",
        part=part.number if part else 0,
        began=float(recording.began_at or 0) - (clock.now() - clock.wall_clock()),
        answers={who: "agreed" if granted else "refused" for who, granted in standing.items()},
        tracks=_tracks(recording, part, standing) if part and running else [],
        said=dict(Counter(answer.participant for answer in said)),
    )


def _tracks(recording: Recording, part: Part, standing: dict[str, bool]) -> list[WantedTrack]:
    wanted = []
    for track in storage.query(Track, recording.pk, "track#"):
        if not standing.get(track.owner):
            continue
        try:
            key = vault.segment_key(recording.id, track.id, reading.part_name(part))
        except keys.KeyDestroyed:
            continue  # erased at this person's request
        path = reading.ROW.prefix + reading.path_of(recording.id, track.id)
        secret = base64.b64encode(key).decode()
        wanted.append(WantedTrack(track.id, track.participant, track.source, secret, path, track.owner))
    return wanted
