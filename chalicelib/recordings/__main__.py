"""For operators and tests, with the rights of the functions: ``python -m chalicelib.recordings list [<occurrence>]``,
``python -m chalicelib.recordings save <recording> <folder>``.

``save`` fetches and decrypts everything that can still be opened: a folder per track with one media file per segment,
named after where it begins (milliseconds), and ``timeline.json``, which says whose they are and where something is
missing. Whoever runs it must have been asked to by the customer: it is a disclosure, and is logged.
"""

import json
import sys
from pathlib import Path
from typing import Any

from chalicelib import log, storage
from chalicelib.storage.keys import KeyDestroyed

from . import actions, closing, reading
from .models import Lease, Recording
from .reading import Timeline, TrackView


def listed(occurrence: str) -> list[dict[str, Any]]:
    """The recordings of a meeting; without one, those that are not closed."""
    if occurrence:
        return [_shown(recording) for recording in actions.of_occurrence(occurrence)]
    found = (actions.find(lease.recording) for lease in storage.listed(Lease, closing.LEASES))
    return [_shown(recording) for recording in found if recording is not None]


def save(recording: Recording, folder: Path) -> Timeline:
    """Writes what is still there into ``folder``. Raises `KeyDestroyed`, `Unreadable`."""
    timeline = reading.timeline(recording)
    for track in timeline.tracks:
        place = folder / track.id
        place.mkdir(parents=True, exist_ok=True)
        for part, segment in track.segments:
            opened = reading.segment(recording.id, track, part, segment)
            ending = "mp4" if opened.head["codec"] == "h264" else "webm"
            (place / f"{segment.start:010d}.{ending}").write_bytes(opened.media)
    said = {
        "recording": recording.id,
        "state": recording.state,
        "began_at": timeline.began_at,
        "length": timeline.length,
        "tracks": [_track(track) for track in timeline.tracks],
    }
    (folder / "timeline.json").write_text(json.dumps(said, indent=1, ensure_ascii=False))
    log.info("recording_saved_by_operator", recording=recording.id)
    return timeline


def main(arguments: list[str]) -> int:
    """0; 1 when there is nothing to read, 2 for arguments that make no sense."""
    match arguments:
        case ["list", *rest] if len(rest) <= 1:
            sys.stdout.write(json.dumps(listed("".join(rest)), indent=1) + "\n")
            return 0
        case ["save", identifier, folder]:
            recording = actions.find(identifier)
            if recording is None:
                sys.stderr.write("No such recording, or its time is up.\n")
                return 1
            try:
                save(recording, Path(folder))
            except KeyDestroyed:
                sys.stderr.write("Its key is destroyed: nobody can read it any more.\n")
                return 1
            return 0
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


def _shown(recording: Recording) -> dict[str, Any]:
    parts = reading.parts_of(recording)
    return {
        "recording": recording.id,
        "occurrence": recording.occurrence,
        "state": recording.state,
        "began_at": recording.began_at and int(recording.began_at),
        "missing": int(recording.missing),
        "parts": [{"state": part.state, "waiting": int(part.waiting), "lost": int(part.lost)} for part in parts],
    }


def _track(track: TrackView) -> dict[str, Any]:
    return {
        "track": track.id,
        "participant": track.participant,
        "source": track.source,
        "name": track.name,
        "segments": [[segment.start, segment.duration] for _, segment in track.segments],
        "gaps": [[gap.start, gap.duration, gap.reason] for part in track.parts for gap in part.gaps],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
