"""Erasing what was recorded: of one person, or all of it. Keys first: unreadable that second, wherever a copy lies."""

from chalicelib import storage
from chalicelib.register import row_of
from chalicelib.storage import objects

from . import directing, vault
from .models import Decision, Part, Recording, Track

ROW = row_of("recording")


def erase_track(track: Track) -> None:
    """The key, the objects, the row. The rest of the recording can still be played."""
    recording = str(track.pk).partition("#")[2]
    vault.destroy(vault.track_owner(recording, track.id))
    objects.delete_all(ROW, objects.name_for(track.pk, track.sk, ""))
    storage.delete(track)


def erase_person(recording: Recording, participant: str) -> int:
    """Everything recorded of one person. Returns how many tracks."""
    tracks = [one for one in storage.query(Track, recording.pk, "track#") if one.participant == participant]
    for track in tracks:
        erase_track(track)
    directing.direct(recording.id)  # while it runs, the worker has the keys of its part
    return len(tracks)


def erase(recording: Recording) -> None:
    """The whole recording, before its time."""
    vault.destroy(vault.recording_owner(recording.id))
    for track in list(storage.query(Track, recording.pk, "track#")):
        erase_track(track)
    for part in list(storage.query(Part, recording.pk, "part#")):
        storage.delete(part)
    for decision in list(storage.query(Decision, recording.pk, "consent#")):
        storage.delete(decision)
    storage.delete(recording)
