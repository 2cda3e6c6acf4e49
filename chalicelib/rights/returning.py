"""The end of a customer's contract (GDPR art. 28 (3) g): everything kept on its behalf is returned, or erased now.

What the customer does neither with goes at its date. Recordings are fetched one by one on the meeting's page.
"""

import json
from collections.abc import Iterator
from contextlib import suppress

from chalicelib import clock, storage
from chalicelib.accounts.members import accounts_of
from chalicelib.fleet.models import Interval
from chalicelib.mailing.models import Delivery
from chalicelib.meetings import notes
from chalicelib.meetings.models import (
    ChatMessage,
    ChatReceipt,
    Invitation,
    Meeting,
    NoteChange,
    Occurrence,
    Participant,
    Reminder,
)
from chalicelib.privacy import certificates
from chalicelib.privacy.export import shown
from chalicelib.privacy.packing import moment, zipped
from chalicelib.recordings import actions as recordings
from chalicelib.recordings import forgetting
from chalicelib.storage import Held, Item, keys
from chalicelib.storage.sealing import DataKey

OF_MEETING: tuple[tuple[type[Item], str], ...] = (
    (Invitation, "invitation#"),
    (Delivery, "delivery#"),
    (Reminder, "reminder#"),
)
OF_OCCURRENCE: tuple[tuple[type[Item], str], ...] = (
    (Participant, "participant#"),
    (ChatMessage, "chat#"),
    (ChatReceipt, "said#"),
    (Interval, "interval#"),
    (NoteChange, "note#"),
)


def package(company: str) -> bytes:
    """A ZIP of JSON: every item of the company's meetings that may be shown, what was written opened."""
    now = clock.now()
    items = [shown(item) for item in _items(company) if not isinstance(item, NoteChange)]
    written = {one.id: words for one in _occurrences(company) if (words := notes.text(one))}
    content = (
        json.dumps({"made_at": moment(now), "items": items, "notes": written}, ensure_ascii=False, indent=2) + "\n"
    )
    return zipped({"meetings.json": content.encode()}, now)


def erase(company: str) -> str:
    """Erases every meeting of the company now, recordings and keys with them. Returns the certificate's id.

    What a legal hold or a freeze keeps stays, and goes when that ends.
    """
    places: list[str] = []
    for occurrence in _occurrences(company):
        for recording in recordings.of_occurrence(occurrence.id):
            forgetting.erase(recording)
        for owner in {occurrence.partition, occurrence.talk_key}:
            keys.destroy_key(owner)
            places.append(f"key#{owner}")
        places += [occurrence.partition, str(occurrence.pk)]
    for item in _items(company):
        with suppress(Held):
            storage.delete(item)
    return certificates.issue("contract", f"company {company}", places, customer=company)


def _occurrences(company: str) -> Iterator[Occurrence]:
    for host in accounts_of(company):
        yield from list(storage.listed(Occurrence, f"host#{host.id}"))


def _items(company: str) -> Iterator[Item]:
    """What hangs on something before what it hangs on."""
    meetings: dict[str, list[Occurrence]] = {}
    for occurrence in _occurrences(company):
        key = _key(occurrence)
        for model, prefix in OF_OCCURRENCE:
            yield from list(storage.query(model, occurrence.partition, prefix, key=key))
        meetings.setdefault(occurrence.meeting, []).append(occurrence)
    for meeting, occurrences in meetings.items():
        for model, prefix in OF_MEETING:
            yield from list(storage.query(model, f"meeting#{meeting}", prefix))
        yield from occurrences
        found = storage.get(Meeting, f"meeting#{meeting}", "meeting")
        if found is not None:
            yield found


def _key(occurrence: Occurrence) -> DataKey | None:
    try:
        return keys.open_key(occurrence.talk_key)
    except keys.KeyDestroyed:
        return None
