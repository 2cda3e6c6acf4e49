"""The notes a meeting writes together: kept change by change, sealed, joined when they are read.

The pages agree among themselves (Yjs): changes may come twice, late and in any order, and give the same text. So the
store keeps what each page typed, under that page's own numbers, and nothing is ever written over. How long is the
meeting's choice, as for messages (`chat`).
"""

import base64
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pycrdt import Doc, Text

from chalicelib import clock, storage, throttle
from chalicelib.errors import BadInput, Conflict, NotesFull, TooMany
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Reason, keys
from chalicelib.storage.sealing import DataKey

from . import chat, note_update
from .models import NoteChange, Occurrence, Participant

LARGEST_CHANGE = 64 * 1024
"""Bytes of one change. A page sends at most 45 kB."""
LARGEST_NOTES = 4 * 1024 * 1024
"""Bytes of all changes of a meeting in a day: about 100,000 letters, each typed by itself."""
CHANGES, WINDOW = 60, 60
"""How many changes one person may send in so many seconds: a page sends thirty."""
DAY = 86_400


def save(occurrence: Occurrence, participant: Participant, client: int, number: int, body: str) -> None:
    """Keeps what a page typed. The same client and number of the same person twice is one change. Raises `BadInput`,
    `NotesFull`, `TooMany`, and `Conflict` where nothing is kept."""
    if occurrence.keep == "none":
        raise Conflict(_("Cette réunion ne garde pas ses notes."))
    update = _checked(client, number, body)
    throttle.hit("notes", f"{occurrence.id}/{participant.id}", CHANGES, WINDOW)
    try:
        throttle.take("notes_bytes", occurrence.id, len(update), LARGEST_NOTES, DAY)
    except TooMany as fault:
        raise NotesFull from fault
    _keep(occurrence, participant.id, client, number, body)


def state(occurrence: Occurrence) -> bytes:
    """All of it as one update of Yjs, deleted letters left out; empty when nothing was written."""
    doc = _doc(occurrence)
    return doc.get_update() if doc is not None else b""


def text(occurrence: Occurrence) -> str:
    """What the notes say."""
    doc = _doc(occurrence)
    return "" if doc is None else str(doc.get(note_update.TEXT, type=Text))


def authors(occurrence: Occurrence) -> set[str]:
    """The participants who typed something."""
    return {change.participant for change in _changes(occurrence) if change.participant}


def written_by(occurrence: Occurrence, participant: str, *, because: Reason | None = None) -> list[NoteChange]:
    """What one person typed, each change shown as its words: for that person's copy. They are not to be saved."""
    found = list(_changes(occurrence, f"note#{participant}#", because=because))
    for change in found:
        change.body = " … ".join(note_update.read(base64.b64decode(change.body)).words)
    return found


def forget(occurrence: Occurrence, change: NoteChange) -> None:
    """Takes a person's words out of the notes for good. Their places stay, so that the words of others do."""
    key = _key(occurrence.talk_key)
    raw = storage.get(NoteChange, change.pk, change.sk, because="storage", key=key) if key else None
    if raw is not None and key is not None:
        places = base64.b64encode(note_update.read(base64.b64decode(raw.body)).redacted).decode()
        nobody = _change(raw.pk, raw.occurrence, "", int(raw.client), int(raw.number), places, int(raw.written_at))
        with suppress(AlreadyThere):  # an erasure that broke off half-way is made good
            storage.create(nobody, {Event.COLLECTED: int(raw.written_at)}, controller=raw.controller, key=key)
    storage.delete(change)


def _checked(client: int, number: int, body: str) -> bytes:
    try:
        update = base64.b64decode(body, validate=True)
        read = note_update.read(update)
        Doc().apply_update(update)
    except ValueError as fault:  # Malformed is one
        raise BadInput from fault
    if len(update) > LARGEST_CHANGE or read.clients - {client} or not 0 <= client < 2**53 or not 0 <= number < 2**31:
        raise BadInput
    return update


def _keep(occurrence: Occurrence, participant: str, client: int, number: int, body: str) -> None:
    now = clock.now()
    until = chat.kept_until(occurrence, now) or now
    key = keys.key_for(occurrence.talk_key, until, occurrence.company)
    change = _change(occurrence.partition, occurrence.id, participant, client, number, body, now)
    try:
        limit = None if occurrence.keep == "28d" else until - now
        storage.create(change, {Event.COLLECTED: now}, controller=occurrence.company, limit=limit, key=key)
    except AlreadyThere:
        return  # sent again because the answer was lost


def _change(pk: str, occurrence: str, participant: str, client: int, number: int, body: str, at: int) -> NoteChange:
    return NoteChange(
        pk,
        f"note#{participant}#{client}#{number}",
        occurrence=occurrence,
        participant=participant,
        client=client,
        number=number,
        written_at=at,
        body=body,
    )


def _doc(occurrence: Occurrence) -> Doc[Any] | None:
    doc: Doc[Any] | None = None
    for change in _changes(occurrence, because="storage"):
        doc = doc or Doc()
        update = base64.b64decode(change.body)
        # What a person has frozen isn't shown; where it stood, others have gone on.
        doc.apply_update(note_update.read(update).redacted if change.frozen else update)
    return doc


def _changes(occurrence: Occurrence, prefix: str = "note#", *, because: Reason | None = None) -> Iterator[NoteChange]:
    key = _key(occurrence.talk_key)
    if key is not None:
        yield from storage.query(NoteChange, occurrence.partition, prefix, because=because, key=key)


def _key(owner: str) -> DataKey | None:
    try:
        return keys.open_key(owner)
    except keys.KeyDestroyed:
        return None
