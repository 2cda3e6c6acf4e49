"""Erasing what was recorded: of one person, or all of it. Keys first: unreadable that second, wherever a copy lies."""

from collections.abc import Sequence
from contextlib import suppress

from chalicelib import storage
from chalicelib.register import row_of
from chalicelib.storage import Held, objects

from . import directing, letters, vault
from .models import Decision, File, Part, Recording, Share, Track, Viewing

ROW = row_of("recording")


def erase_track(track: Track) -> None:
    """The key, the objects, the row, and every file that person is in. The rest can still be played. Raises `Held`."""
    _stop_if_held(track)
    recording = str(track.pk).partition("#")[2]
    for file in list(storage.query(File, track.pk, "file#", because="storage")):
        if track.participant in file.participants:
            erase_file(file, tell=True)
    vault.destroy(vault.track_owner(recording, track.id))
    objects.delete_all(ROW, objects.name_for(track.pk, track.sk, ""))
    storage.delete(track)


def erase_file(file: File, tell: bool = False) -> None:
    """The key, the chunks, the row. A job that still makes it finds nothing any more. ``tell``: the organiser hears
    that it is gone, and can be made again without whoever had it erased. Raises `Held`."""
    _stop_if_held(file)
    vault.destroy(vault.file_owner(file.recording, file.id))
    objects.delete_all(ROW, objects.name_for(file.pk, file.sk, ""))
    with suppress(Held):  # at another person's request it is kept, unreadable, until that ends
        storage.delete(file)
    recording = storage.get(Recording, file.pk, "recording", because="storage") if tell else None
    if recording is not None and file.state != "failed":
        letters.tell_file_gone(recording)


def erase_tracks(tracks: Sequence[Track]) -> None:
    """Erases each; a worker that writes one of them, and so has the key of its part, is told to stop."""
    for track in tracks:
        erase_track(track)
    for recording in dict.fromkeys(str(track.pk).partition("#")[2] for track in tracks):
        directing.direct(recording)


def erase_person(recording: Recording, participant: str) -> int:
    """Everything recorded of one person, and of the encoders they let in. Returns how many tracks."""
    found = storage.query(Track, recording.pk, "track#")
    tracks = [one for one in found if participant in (one.participant, one.owner)]
    erase_tracks(tracks)
    return len(tracks)


def erase(recording: Recording) -> None:
    """The whole recording, before its time. Raises `Held`."""
    _stop_if_held(recording)
    vault.destroy(vault.recording_owner(recording.id))
    for file in list(storage.query(File, recording.pk, "file#")):
        erase_file(file)
    for track in list(storage.query(Track, recording.pk, "track#")):
        erase_track(track)
    for part in list(storage.query(Part, recording.pk, "part#")):
        storage.delete(part)
    for decision in list(storage.query(Decision, recording.pk, "consent#")):
        storage.delete(decision)
    for share in list(storage.query(Share, recording.pk, "share#")):
        storage.delete(share)
    for viewing in list(storage.query(Viewing, recording.pk, "viewing#")):
        storage.delete(viewing)
    storage.delete(recording)


def _stop_if_held(item: Recording | Track | File) -> None:
    """Before the key goes: a hold that moves it still needs it."""
    if item.hold:
        raise Held(item.kind_name)
