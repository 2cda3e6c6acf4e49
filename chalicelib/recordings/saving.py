"""Saving: the organiser has one file made of a recording and takes it along (docs/recording.md, "Saving")."""

import base64
from dataclasses import dataclass
from typing import Any

from chalicelib import clock, log, sessions, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import FileRuns, Gone, NoComposer, NotFound, NotRecorded, TooLong
from chalicelib.gateways import composers
from chalicelib.meetings import lobby, saves, scheduling
from chalicelib.meetings.models import Occurrence
from chalicelib.register.events import Event
from chalicelib.signalling.composing import What
from chalicelib.storage import Changed, keys, objects

from . import composing, forgetting, reading, rules, vault, watching
from .models import File, Recording, Track
from .reading import Timeline, TrackView

LINKS_FOR = 900
"""Seconds a link to a chunk is good for."""
CHUNKS_AT_ONCE = 50

WORDS: dict[str, str] = {"meeting": "recording", "person": "recording_person", "voice": "recording_voice"}
"""What a save is called in the ledger and on pages (`meetings.files.label`)."""


@dataclass(frozen=True)
class Wanted:
    """What one file is to hold."""

    what: What
    about: str | None
    timeline: Timeline
    tracks: list[TrackView]


def organised(recording: str, account: Account) -> tuple[Recording, Occurrence]:
    """A recording with its meeting, for the meeting's organiser. Raises `NotFound` for anybody else."""
    found = watching.own(account, recording)
    return found, scheduling.occurrence_of(found.occurrence)


def make(recording: Recording, account: Account, what: What, about: str | None) -> File:
    """Has the file made, unless it is there: pressing twice makes one. What failed is begun anew.

    Raises `NotRecorded`, `TooLong`, `FileRuns`, `NoComposer`; `Gone` once the recording's key is destroyed.
    """
    wanted = _wanted(recording, what, about)
    for file in composing.files_of(recording):
        if file.state in ("asked", "running"):
            if not composing.is_dead(file, clock.now()):
                raise FileRuns
            composing.give_up(file, "died")
        same = (file.what, file.about) == (what, about)
        if same and file.state == "ready":
            return file
        if same:
            forgetting.erase_file(file)
    file, token = _create(recording, account, wanted)
    try:
        composers.start(f"{recording.id}.{file.id}", token)
    except composers.ComposerError as fault:
        log.warning("recording_file_not_started", reason=str(fault))
        forgetting.erase_file(file)
        raise NoComposer from fault
    log.info("recording_file_asked", what=what)
    return file


def take(occurrence: Occurrence, account: Account, file: File) -> dict[str, Any]:
    """What it takes to open the file. That it was taken is written down first, for everybody in it. Raises `Gone`."""
    people = [person for person in lobby.participants(occurrence) if person.id in file.participants]
    try:
        key = vault.file_key(file.recording, file.id)
    except keys.KeyDestroyed as fault:
        raise Gone from fault
    saves.record(occurrence, account, WORDS[file.what], "recording", people)
    return {
        "key": base64.b64encode(key).decode(),
        "chunks": int(file.chunks or 0),
        "bytes": int(file.bytes or 0),
        "type": "audio/mp4" if file.what == "voice" else "video/mp4",
    }


def links(file: File, first: int) -> list[str]:
    """Where some of its chunks can be had, from ``first`` on."""
    numbers = range(max(first, 0), min(max(first, 0) + CHUNKS_AT_ONCE, int(file.chunks or 0)))
    return [objects.link(reading.ROW, composing.chunk_path(file, number), LINKS_FOR) for number in numbers]


def find_ready(recording: Recording, file: str) -> File:
    """A file that is there to be taken. Raises `NotFound`; `Frozen` where somebody's request restricts it."""
    found = storage.get(File, recording.pk, f"file#{file}")
    if found is None or found.state != "ready":
        raise NotFound
    return found


def overview(recording: Recording) -> dict[str, Any]:
    """What the page shows: what can be made, what is being made, what is there."""
    now = clock.now()
    people = _people(recording) if recording.state in ("ready", "incomplete") else []
    names = {person["id"]: person["name"] for person in people}
    return {
        "recording": recording.id,
        "possible": bool(people),
        "people": people,
        "files": [_shown(file, names, now) for file in composing.files_of(recording)],
    }


def _wanted(recording: Recording, what: What, about: str | None) -> Wanted:
    if recording.state not in ("ready", "incomplete"):
        raise NotRecorded
    try:
        timeline = reading.timeline(recording)
    except keys.KeyDestroyed as fault:
        raise Gone from fault
    sources = rules.SOURCES if what != "voice" else ("microphone",)
    tracks = [
        track
        for track in timeline.tracks
        if track.parts and track.source in sources and (what == "meeting" or track.participant == about)
    ]
    if not tracks:
        raise NotRecorded
    people = {track.participant for track in tracks}
    segments = sum(len(part.segments) for track in tracks for part in track.parts)
    if timeline.length > rules.LONGEST_FILE or len(people) > rules.MOST_IN_FILE or segments > rules.MOST_SEGMENTS:
        raise TooLong
    return Wanted(what, about, timeline, tracks)


def _create(recording: Recording, account: Account, wanted: Wanted) -> tuple[File, str]:
    """The row and its key; raises `FileRuns` when somebody else was faster by a moment."""
    now = clock.now()
    token = sessions.new_token()
    file = composing.new_file(
        recording,
        what=wanted.what,
        about=wanted.about,
        state="asked",
        participants={track.participant for track in wanted.tracks},
        account=account.id,
        asked_at=now,
        renewed_at=now,
        length=wanted.timeline.length,
        token_hash=sessions.token_hash(token),
    )
    began = int(recording.began_at or now)
    try:
        vault.make(vault.file_owner(recording.id, file.id), int(recording.delete_by or began), recording.company)
        with storage.Transaction() as write:
            write.create(file, {Event.COLLECTED: began}, controller=recording.company)
            write.update(recording)  # its version: of two at once one makes a file
    except keys.KeyDestroyed as fault:
        raise Gone from fault
    except Changed as fault:
        vault.destroy(vault.file_owner(recording.id, file.id))
        raise FileRuns from fault
    return file, token


def _people(recording: Recording) -> list[dict[str, Any]]:
    """Of whom a file can be made; ``picture``: there is more than a voice. From the rows alone, as a page asks for it
    again and again: what held nothing was forgotten when the recording was closed."""
    found: dict[str, dict[str, Any]] = {}
    for track in storage.query(Track, recording.pk, "track#"):
        person = found.get(track.participant)
        if person is None:
            try:
                named = storage.get(Track, track.pk, track.sk, key=vault.track_key(recording.id, track.id))
            except keys.KeyDestroyed:
                continue
            name = named.name if named else ""
            person = {"id": track.participant, "name": name, "picture": False, "voice": False}
            found[track.participant] = person
        person["picture"] |= track.source in ("camera", "screen")
        person["voice"] |= track.source == "microphone"
    return sorted(found.values(), key=lambda person: str(person["name"]).casefold())


def _shown(file: File, names: dict[str, str], now: int) -> dict[str, Any]:
    dead = composing.is_dead(file, now)
    return {
        "id": file.id,
        "what": file.what,
        "about": file.about,
        "name": names.get(file.about or "", ""),
        "state": "failed" if dead else file.state,
        "done": int(file.done),
        "bytes": int(file.bytes or 0),
        "length": int(file.length),
    }
