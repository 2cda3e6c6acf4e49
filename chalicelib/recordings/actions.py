"""Asking for a recording, answering, withdrawing, stopping (docs/recording.md, "Consent")."""

from collections.abc import Iterator
from typing import Any

from chalicelib import clock, gates, keyed, log, storage
from chalicelib.accounts import house, plans
from chalicelib.consents import proofs
from chalicelib.consents.rules import text_hash
from chalicelib.errors import Conflict, Gone, NotAllowed, NotFound, QuestionChanged, RecordingRuns, WithoutRecording
from chalicelib.errors import mark as _
from chalicelib.meetings import encoders, timetable
from chalicelib.meetings.models import Occurrence, Participant
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Held, Reason

from . import closing, directing, forgetting, rules, vault
from .models import Decision, File, Lease, Recording, Track

FORBIDDEN = _("Les règles de votre entreprise ne permettent pas d’enregistrer les réunions.")


def ask(occurrence: Occurrence) -> Recording:
    """A host asks everybody; the recording is the organiser's.

    Raises `WithoutRecording`, `RecordingRuns`, `Gone`, `Conflict`; `NotAllowed` while its impact assessment is not
    signed, or where the company's rules forbid it.
    """
    gates.require("recording")
    now = clock.now()
    if timetable.is_closed(occurrence, now):
        raise Gone
    if not plans.of(occurrence.company).recording:
        raise WithoutRecording
    if not house.of(occurrence.company).recording:
        raise NotAllowed(FORBIDDEN)
    _make_way(occurrence, now)
    proofs.keep_text(rules.question())
    recording = Recording(
        f"recording#{keyed.new_id()}",
        "recording",
        occurrence=occurrence.id,
        meeting=occurrence.meeting,
        host=occurrence.host,
        company=occurrence.company,
        state="asking",
        text_hash=text_hash(rules.question()),
        asked_at=now,
    )
    moment = int(clock.precise_now() * 1000)
    recording.list_pk, recording.list_sk = f"recordings#{occurrence.id}", f"{moment:015d}#{recording.id}"
    lease = Lease(occurrence.partition, "recording", recording=recording.id, renewed_at=now)
    lease.list_pk, lease.list_sk = closing.LEASES, occurrence.id
    try:
        with storage.Transaction() as write:
            write.create(recording, {Event.COLLECTED: now}, controller=occurrence.company)
            write.create(lease, {Event.RENEWED: now})
            write.update(occurrence, Occurrence.recording.set(recording.id), always=True)
    except Changed as fault:
        raise Conflict from fault
    log.info("recording_asked")
    directing.direct(recording.id)
    return recording


def answer(occurrence: Occurrence, person: Participant, recording: str, agreed: bool, version: str) -> None:
    """Somebody agrees, refuses, or changes their mind: the last word counts, and takes effect at once.

    Raises `QuestionChanged` when it is not the present question that is answered.
    """
    asked = current(occurrence)
    if asked is None or asked.id != recording or version != rules.version():
        raise QuestionChanged
    now = int(clock.precise_now() * 1000)
    decision = Decision(
        asked.pk,
        f"consent#{person.id}#{now:015d}",
        participant=person.id,
        granted=agreed,
        text_hash=asked.text_hash,
        decided_at=now,
    )
    storage.create(decision, {Event.COLLECTED: now // 1000}, controller=occurrence.company)
    storage.update(person, Participant.recording_answered.set(asked.id), always=True)
    if agreed:
        until = _open_tracks(asked, person)
        for encoder in encoders.let_in_by(occurrence, person):
            _open_tracks(asked, encoder)
        storage.update(person, Participant.recorded_until.set(until), always=True)
    storage.update(asked, always=True)  # another version: the worker follows the newest
    log.info("recording_answered", agreed=agreed)
    directing.direct(asked.id)


def answer_for(occurrence: Occurrence, host: Participant, encoder: Participant) -> None:
    """A host who has agreed lets an encoder in: it is recorded as long as they agree."""
    asked = current(occurrence)
    if asked is None or not directing.answers(asked).get(host.id):
        return
    _open_tracks(asked, encoder)
    storage.update(asked, always=True)
    directing.direct(asked.id)


def stop(occurrence: Occurrence) -> None:
    """The host stops. What is on its way is still stored. Raises `NotFound` when nothing is recorded."""
    recording = current(occurrence)
    if recording is None:
        raise NotFound
    closing.stop(recording, clock.now())


def erase(occurrence: Occurrence, recording: str) -> None:
    """The organiser wants nothing of it kept: keys, objects and rows go now.

    Raises `NotFound`, and `Conflict` where a legal hold keeps it.
    """
    found = find(recording)
    if found is None or found.occurrence != occurrence.id:
        raise NotFound
    closing.stop(found, clock.now())
    try:
        forgetting.erase(found)
    except Held as fault:
        raise Conflict from fault
    log.info("recording_erased")


def current(occurrence: Occurrence) -> Recording | None:
    """What everybody is asked about now, or what runs."""
    if not occurrence.recording:
        return None
    recording = find(occurrence.recording)
    return recording if recording is not None and recording.state in ("asking", "running") else None


def find(recording: str) -> Recording | None:
    """A recording by its id."""
    return storage.get(Recording, f"recording#{recording}", "recording")


def of_occurrence(occurrence: str, because: Reason | None = None) -> list[Recording]:
    """Every recording of a meeting, oldest first."""
    return list(storage.listed(Recording, f"recordings#{occurrence}", because=because))


def tracks_of(occurrence: str, participant: str, because: Reason | None = None) -> Iterator[Track]:
    """What was recorded of a person, and of what they answered for."""
    for recording in of_occurrence(occurrence, because):
        found = storage.query(Track, recording.pk, "track#", because=because)
        yield from (track for track in found if participant in (track.participant, track.owner))


def files_with(occurrence: str, participant: str, because: Reason | None = None) -> Iterator[File]:
    """Files made of recordings of a meeting that a person is in."""
    for recording in of_occurrence(occurrence, because):
        found = storage.query(File, recording.pk, "file#", because=because)
        yield from (file for file in found if participant in file.participants)


def decisions_of(occurrence: str, participant: str, because: Reason | None = None) -> Iterator[Decision]:
    """What a person decided, in order."""
    for recording in of_occurrence(occurrence, because):
        yield from storage.query(Decision, recording.pk, f"consent#{participant}#", because=because)


def shown(occurrence: Occurrence, person: Participant, language: str) -> dict[str, Any] | None:
    """The question and this person's answer; to the host the tally, and nobody's answer by name."""
    recording = current(occurrence)
    if recording is None:
        return None
    answers = directing.answers(recording)
    granted = answers.get(person.id)
    told: dict[str, Any] = {
        "recording": recording.id,
        "state": recording.state,
        "text": {"version": rules.version(), "words": getattr(rules.QUESTION, language)},
        "answer": None if granted is None else "agreed" if granted else "refused",
    }
    if person.hosts:
        told["tally"] = {"agreed": sum(answers.values()), "refused": len(answers) - sum(answers.values())}
    return told


def _make_way(occurrence: Occurrence, now: int) -> None:
    """A recording that runs stands in the way; one that nobody renews any more does not."""
    lease = storage.get(Lease, occurrence.partition, "recording")
    if lease is None:
        return
    earlier = find(lease.recording)
    live = earlier is not None and earlier.state in ("asking", "running")
    if live and now - int(lease.renewed_at) <= rules.DEAD_AFTER:
        raise RecordingRuns
    if live and earlier is not None:
        closing.stop(earlier, int(lease.renewed_at))
    else:
        storage.delete(lease)


def _open_tracks(recording: Recording, person: Participant) -> int:
    """Keys and rows for what will be written of a person, or of an encoder; the first of all starts the clock. When
    they go."""
    known = {track.source for track in storage.query(Track, recording.pk, "track#") if track.participant == person.id}
    now = clock.now()
    if not recording.began_at:
        begin = Recording.began_at.set(now), Recording.state.set("running")
        first = Recording.began_at.does_not_exist() & (Recording.state == "asking")
        try:
            dated = storage.restamping(recording, Event.COLLECTED, now)
            storage.update(recording, *dated, *begin, condition=first, always=True)
        except Changed:  # somebody else was the first, or the host has stopped
            recording.refresh(consistent_read=True)
    began = int(recording.began_at or now)
    until = storage.due("recording", {Event.COLLECTED: began}, recording.company) or began
    vault.make(vault.recording_owner(recording.id), until, recording.company)
    for source in rules.SOURCES:
        if source in known:
            continue
        identifier = keyed.new_id()
        key = vault.make(vault.track_owner(recording.id, identifier), until, recording.company)
        track = Track(
            recording.pk,
            f"track#{identifier}",
            participant=person.id,
            agreed_by=person.let_in_by,
            source=source,
            opened_at=now,
            name=person.shown_name,
        )
        storage.create(track, {Event.COLLECTED: began}, controller=recording.company, key=key)
    return until
