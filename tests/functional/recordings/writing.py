"""What a worker would store: segments and manifests, sealed by its own code with the keys it was given."""

import base64

from chalicelib.signalling.recording import Wanted, WantedTrack
from chalicelib.storage import objects
from media_workers.recording import muxer
from media_workers.recording.muxer import Sample
from media_workers.recording.sealing import Seal
from tests.functional.recordings.scene import Scene
from tests.unit.media_workers.recording.senders import tone

MEDIA = b"a whole file of sound"


def track_of(wanted: Wanted, participant: str, source: str = "microphone") -> WantedTrack:
    """What the worker was told to write of somebody."""
    (found,) = [one for one in wanted.tracks if (one.participant, one.source) == (participant, source)]
    return found


def write(
    wanted: Wanted, track: WantedTrack, number: int, start: int, duration: int = 4_000, hertz: int | None = None
) -> str:
    """Stores a segment; its name. ``hertz``: a tone that can be heard, four seconds at most."""
    name = f"{wanted.part:04d}-{number:06d}-{start}-{duration}"
    head = {"codec": "opus", "mime": 'audio/webm; codecs="opus"', "start": start, "duration": duration}
    _put(track.path + name, _seal(wanted, track).segment(name, number, head, _media(hertz, duration)))
    return name


def _media(hertz: int | None, duration: int) -> bytes:
    if hertz is None:
        return MEDIA
    sounds = tone(hertz, 200)[: duration // 20]
    return muxer.mux("opus", [Sample(data, 20 * number, 20) for number, data in enumerate(sounds)])


def close(wanted: Wanted, track: WantedTrack, *segments: tuple[int, int, int], lost: int = 0) -> None:
    """Stores the manifest of a part that was closed. ``segments``: number, start, duration."""
    content = {
        "recording": wanted.recording,
        "track": track.track,
        "part": wanted.part,
        "closed": True,
        "lost": lost,
        "segments": [[*segment, 100] for segment in segments],
        "gaps": [],
    }
    name = f"{wanted.part:04d}-manifest-0"
    _put(track.path + name, _seal(wanted, track).manifest(name, content))


def record_somebody(scene: Scene, segments: int = 2) -> Wanted:
    """Zoé agrees, and so many segments of her voice are stored, with the manifest."""
    zoe = scene.guests[0]
    scene.answer(zoe, True)
    wanted = scene.wanted
    track = track_of(wanted, scene.id(zoe))
    written = [(number, 4_000 * number, 4_000) for number in range(segments)]
    for number, start, duration in written:
        write(wanted, track, number, start, duration)
    close(wanted, track, *written)
    return wanted


def _seal(wanted: Wanted, track: WantedTrack) -> Seal:
    return Seal(wanted.recording, track.track, base64.b64decode(track.key))


def _put(path: str, content: bytes) -> None:
    from chalicelib.recordings.reading import ROW

    assert path.startswith(ROW.prefix)
    objects.put_raw(ROW, path.removeprefix(ROW.prefix), content)
