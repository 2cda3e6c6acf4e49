"""A recording as workers leave it, written straight into the store: real Opus and VP8, sealed by the worker's own code.

    python -m tests.functional.recordings.written <occurrence> <host's address>

writes one with the settings of the environment and says its id: for browser tests.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib import clock, keyed, storage
from chalicelib.accounts import actions as accounts
from chalicelib.consents.rules import text_hash
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Occurrence, Participant
from chalicelib.recordings import reading, rules, vault
from chalicelib.recordings.models import Part, Recording, Track
from chalicelib.recordings.vault import PartName
from chalicelib.register.events import Event
from chalicelib.storage import keys, objects
from media_workers.recording import muxer
from media_workers.recording.muxer import Sample
from media_workers.recording.sealing import Seal
from tests.unit.media_workers.recording.senders import film, tone

DAY = 86_400
LENGTH = 4_000
"""Milliseconds of a segment."""


@dataclass(frozen=True)
class Stretch:
    """What one source of a person was recorded of: seconds of the timeline. ``hertz``: of a tone; 0: a picture whose
    brightness rises within each segment."""

    source: str
    spans: tuple[tuple[int, int], ...]
    hertz: int = 0
    muted: tuple[tuple[int, int], ...] = ()
    codec: str = "vp8"


@dataclass(frozen=True)
class Recorded:
    """Somebody who agreed."""

    participant: Participant
    stretches: tuple[Stretch, ...] = field(default_factory=tuple)


def write(occurrence: Occurrence, people: Iterable[Recorded], state: str = "ready", parts: int = 1) -> Recording:
    """The recording, closed, of one part (of ``parts``, the last one has it all)."""
    now = clock.now()
    recording = Recording(
        f"recording#{keyed.new_id()}",
        "recording",
        occurrence=occurrence.id,
        meeting=occurrence.meeting,
        host=occurrence.host,
        company=occurrence.company,
        state=state,
        text_hash=text_hash(rules.question()),
        asked_at=now,
        began_at=now,
        ended_at=now + 40,
        parts=parts,
    )
    recording.list_pk, recording.list_sk = f"recordings#{occurrence.id}", f"{1000 * now:015d}#{recording.id}"
    storage.create(recording, {Event.COLLECTED: now}, controller=occurrence.company)
    vault.make(vault.recording_owner(recording.id), now + 28 * DAY, occurrence.company)
    name = PartName(parts, 1, "abc")
    part = Part(
        recording.pk,
        f"part#{parts:04d}",
        epoch=1,
        worker="w",
        incarnation=name.incarnation,
        state="closed",
        opened_at=now,
        renewed_at=now,
    )
    storage.create(part, {Event.COLLECTED: now}, controller=occurrence.company)
    for person in people:
        for stretch in person.stretches:
            _track(recording, person.participant, stretch, name)
    return recording


def _track(recording: Recording, person: Participant, stretch: Stretch, part: PartName) -> None:
    track, began = keyed.new_id(), int(recording.began_at or 0)
    key = vault.make(vault.track_owner(recording.id, track), began + 28 * DAY, recording.company)
    row = Track(
        recording.pk,
        f"track#{track}",
        participant=person.id,
        source=stretch.source,
        opened_at=began,
        name=person.shown_name,
    )
    storage.create(row, {Event.COLLECTED: began}, controller=recording.company, key=key)
    whole = keys.open_key(vault.recording_owner(recording.id))
    seal = Seal(recording.id, track, vault.derived(whole, key, recording.id, track, part))
    path, written = reading.path_of(recording.id, track), []
    starts = [at for first, last in stretch.spans for at in range(1000 * first, 1000 * last, LENGTH)]
    for number, start in enumerate(starts):
        name = f"{part.number:04d}-{number:06d}-{start}-{LENGTH}"
        head, media = _segment(stretch, start)
        sealed = seal.segment(name, number, head, media)
        objects.put_raw(reading.ROW, path + name, sealed)
        written.append([number, start, LENGTH, len(sealed)])
    manifest = {
        "recording": recording.id,
        "track": track,
        "part": part.number,
        "closed": True,
        "lost": 0,
        "segments": written,
        "gaps": [[1000 * first, 1000 * (last - first), "muted"] for first, last in stretch.muted],
    }
    name = f"{part.number:04d}-manifest-0"
    objects.put_raw(reading.ROW, path + name, seal.manifest(name, manifest))


def _segment(stretch: Stretch, start: int) -> tuple[dict[str, object], bytes]:
    head: dict[str, object] = {"start": start, "duration": LENGTH}
    if stretch.hertz:
        packets = tone(stretch.hertz, LENGTH // 20)
        sound = [Sample(packet, 20 * number, 20) for number, packet in enumerate(packets)]
        return {**head, "codec": "opus", "mime": muxer.MIMES["opus"]}, muxer.mux("opus", sound)
    frames = film(stretch.codec, LENGTH // 40)
    pictures = [Sample(data, 40 * number, 40, keyframe) for number, (data, keyframe) in enumerate(frames)]
    head |= {"codec": stretch.codec, "mime": muxer.mime(stretch.codec, frames[0][0]), "width": 160, "height": 96}
    return head, muxer.mux(stretch.codec, pictures, (160, 96))


def two_people(occurrence: Occurrence, host: Participant, guest: Participant) -> Recording:
    """Of 40 seconds: the host speaks from 0 to 8 and from 28 on, mute between; the guest from 4 to 12, with no camera;
    from 12 to 28 nothing at all was recorded; then the host shares the screen."""
    anne = Recorded(
        host,
        (
            Stretch("microphone", ((0, 8), (28, 40)), hertz=440, muted=((8, 28),)),
            Stretch("camera", ((0, 12), (28, 40))),
            Stretch("screen", ((28, 40),)),
        ),
    )
    lea = Recorded(guest, (Stretch("microphone", ((4, 12),), hertz=660),))
    return write(occurrence, [anne, lea])


def admitted(occurrence: Occurrence, first_name: str, name: str, **more: str) -> Participant:
    """Somebody who was in the meeting, without having gone through its door."""
    now = clock.now()
    person = Participant(
        occurrence.partition,
        f"participant#{keyed.new_id()}",
        occurrence=occurrence.id,
        first_name=first_name,
        name=name,
        role="host" if "account" in more else "guest",
        state="admitted",
        asked_at=now,
        seen_at=now,
        policy_version="1",
        **more,
    )
    storage.create(person, {Event.COLLECTED: now}, controller=occurrence.company)
    return person


def main(arguments: list[str]) -> int:
    """Says the id of the recording."""
    occurrence = scheduling.occurrence_of(arguments[0])
    host = accounts.by_email(arguments[1])
    assert host is not None
    anne = admitted(occurrence, host.first_name, host.name, account=host.id)
    lea = admitted(occurrence, "Léa", "Martin")
    sys.stdout.write(two_people(occurrence, anne, lea).id)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
