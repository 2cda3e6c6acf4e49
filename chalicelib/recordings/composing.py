"""The job's side of a file being made: it fetches its brief once, gives signs of life, says how it ended.

A job has no right of its own: what it reads and writes are links to objects of one recording, good for minutes, given
to whoever holds the token of the moment. All it can change is this row.
"""

import base64
from collections.abc import Iterable
from typing import Any, cast

from chalicelib import clock, keyed, log, sessions, storage
from chalicelib.errors import BadInput, Gone, NotAllowed
from chalicelib.signalling import composing as contract
from chalicelib.signalling.composing import Brief, Source, Stretch, What
from chalicelib.storage import Changed, keys, objects

from . import actions, reading, rules, vault
from .models import File, Recording, Track
from .reading import TrackView

OPEN = "recording_files"
"""Under which every file is listed that is being made."""
STARTS_WITHIN = 600
"""Seconds from asking to fetching the brief: a container takes one of them, or two."""
SILENT_FOR = 90
"""Seconds without a sign of life after which a job is dead."""
LINKS_FOR = 900
AT_ONCE = 100
SEAL = 16
"""Bytes that sealing adds to a chunk."""


def new_file(recording: Recording, **fields: Any) -> File:
    """A row for one, not written yet."""
    file = File(recording.pk, f"file#{keyed.new_id()}", **fields)
    file.list_pk, file.list_sk = OPEN, f"{recording.id}#{file.id}"
    return file


def files_of(recording: Recording) -> list[File]:
    """Everything made of it, or being made; oldest first. What is restricted is left out."""
    found = storage.query(File, recording.pk, "file#")
    return sorted(found, key=lambda file: (int(file.asked_at), file.id))


def claim(job: str, token: str) -> Brief:
    """The brief, for the first who asks with the right token. Raises `NotAllowed`, `Gone`."""
    file = _job(job, token, "asked")
    now = clock.now()
    if now - int(file.asked_at) > STARTS_WITHIN:
        raise NotAllowed
    recording = actions.find(file.recording)
    if recording is None:
        raise Gone
    fresh = sessions.new_token()
    known = File.token_hash.set(sessions.token_hash(fresh)), File.state.set("running"), File.renewed_at.set(now)
    try:
        storage.update(file, *known)
        tracks = reading.timeline(recording).tracks
        key = vault.file_key(file.recording, file.id)
    except Changed as fault:
        raise NotAllowed from fault
    except keys.KeyDestroyed as fault:
        raise Gone from fault
    sources = ("microphone",) if file.what == "voice" else rules.SOURCES
    return Brief(
        recording=file.recording,
        file=file.id,
        what=cast(What, file.what),
        length=int(file.length),
        key=base64.b64encode(key).decode(),
        token=fresh,
        sources=[
            _source(track)
            for track in tracks
            if track.participant in _included(file) and track.source in sources and track.parts
        ],
    )


def reading_links(job: str, token: str, track: str, names: list[str]) -> list[str]:
    """To segments of one of the job's tracks. Raises `NotAllowed`, `BadInput`."""
    file = _job(job, token, "running")
    if len(names) > AT_ONCE or not all(rules.read_name(name, 0) for name in names):
        raise BadInput
    found = storage.get(Track, file.pk, f"track#{track}")
    if found is None or found.participant not in _included(file):
        raise NotAllowed
    path = reading.path_of(file.recording, track)
    return [objects.link(reading.ROW, path + name, LINKS_FOR) for name in names]


def writing_links(job: str, token: str, numbers: list[int]) -> list[str]:
    """Where chunks of the job's file go. Raises `NotAllowed`, `BadInput`."""
    file = _job(job, token, "running")
    if len(numbers) > AT_ONCE or not all(0 <= number < rules.MOST_CHUNKS for number in numbers):
        raise BadInput
    return [objects.link_to_put(reading.ROW, chunk_path(file, number), LINKS_FOR) for number in numbers]


def progress(job: str, token: str, done: int) -> None:
    """A sign of life. ``done``: per mille. Raises `NotAllowed`."""
    file = _job(job, token, "running")
    seen = File.done.set(max(0, min(done, 999))), File.renewed_at.set(clock.now())
    _while_running(file, *seen)


def finish(job: str, token: str, chunks: int, size: int) -> None:
    """All of it is stored, says the job; the store is asked. Raises `NotAllowed`, `BadInput` where something lacks."""
    file = _job(job, token, "running")
    there = objects.sizes(reading.ROW, chunk_path(file, None))
    names = [chunk_path(file, number) for number in range(min(chunks, rules.MOST_CHUNKS))]
    if list(there) != names or not names or sum(there.values()) != size + SEAL * chunks:
        give_up(file, "incomplete")
        raise BadInput
    ready = File.state.set("ready"), File.done.set(1000), File.chunks.set(chunks), File.bytes.set(size)
    _while_running(file, *ready, *_closed())
    log.info("recording_file_made", bytes=size, length=int(file.length))


def fail(job: str, token: str, why: str) -> None:
    """The job can't do it. Raises `NotAllowed`."""
    give_up(_job(job, token, "running"), why if why in ("unreadable", "broken") else "broken")


def give_up(file: File, why: str) -> None:
    """Nothing of it is left but that it failed; it may be asked for anew."""
    vault.destroy(vault.file_owner(file.recording, file.id))
    objects.delete_all(reading.ROW, chunk_path(file, None))
    storage.update(file, File.state.set("failed"), File.failure.set(why), *_closed(), always=True)
    log.warning("recording_file_died" if why == "died" else "recording_file_failed", why=why)


def look_after() -> int:
    """Every file being made: one whose job is silent has failed. The schedule's act. Returns how many."""
    now = clock.now()
    dead = [file for file in storage.listed(File, OPEN) if is_dead(file, now)]
    for file in dead:
        give_up(file, "died")
    return len(dead)


def is_dead(file: File, now: int) -> bool:
    """Whether the job has not begun in time, or has been silent for too long."""
    if file.state == "asked":
        return now - int(file.asked_at) > STARTS_WITHIN
    return file.state == "running" and now - int(file.renewed_at) > SILENT_FOR


def chunk_path(file: File, number: int | None) -> str:
    """The object of a chunk, below the row's prefix; `None`: what all their names begin with."""
    return objects.name_for(file.pk, file.sk, "" if number is None else contract.chunk_name(number))


def _job(job: str, token: str, state: str) -> File:
    recording, _, identifier = job.partition(".")
    file = storage.get(File, f"recording#{recording}", f"file#{identifier}")
    if file is None or not file.token_hash or not keyed.same(file.token_hash, sessions.token_hash(token)):
        raise NotAllowed
    if file.state != state:
        raise NotAllowed
    return file


def _while_running(file: File, *changes: Any) -> None:
    try:
        storage.update(file, *changes, condition=File.state == "running", always=True)
    except Changed as fault:
        raise NotAllowed from fault


def _closed() -> Iterable[Any]:
    return File.token_hash.remove(), File.list_pk.remove(), File.list_sk.remove()


def _included(file: File) -> set[str]:
    return set(file.participants)


def _source(track: TrackView) -> Source:
    stretches = [
        Stretch(
            part.number,
            base64.b64encode(part.key).decode(),
            [(one.number, one.start, one.duration) for one in part.segments],
        )
        for part in track.parts
    ]
    return Source(track.id, track.participant, track.source, track.name, stretches)
