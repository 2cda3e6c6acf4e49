"""The end of a customer's contract (GDPR art. 28 (3) g): everything kept on its behalf is returned, or erased now.

What the customer does neither with goes at its date. Recordings are fetched one by one on the meeting's page.
"""

import json
from collections.abc import Iterator
from contextlib import suppress

from chalicelib import clock, storage
from chalicelib.accounts.members import accounts_of
from chalicelib.meetings import book, notes
from chalicelib.meetings.models import NoteChange, Occurrence
from chalicelib.privacy import certificates
from chalicelib.privacy.export import shown
from chalicelib.privacy.packing import moment, zipped
from chalicelib.recordings import actions as recordings
from chalicelib.recordings import forgetting
from chalicelib.register.stores import USAGE
from chalicelib.storage import Frozen, Held, Item, expiry, keys
from chalicelib.storage.items import all_kinds
from chalicelib.storage.sealing import DataKey


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
    for item in (*_items(company), *book.all_of(company)):
        with suppress(Held):
            storage.delete(item)
    return certificates.issue("contract", f"company {company}", places, customer=company)


def _occurrences(company: str) -> Iterator[Occurrence]:
    for host in accounts_of(company):
        yield from list(storage.listed(Occurrence, f"host#{host.id}"))


def _items(company: str) -> Iterator[Item]:
    """What hangs on something before what it hangs on: the meeting itself comes last."""
    meetings = []
    for occurrence in _occurrences(company):
        yield from _within(occurrence.partition, _key(occurrence))
        meetings.append(str(occurrence.pk))
    for partition in dict.fromkeys(meetings):
        yield from sorted(_within(partition, None), key=lambda item: item.kind_name in ("occurrence", "meeting"))


def _within(partition: str, key: DataKey | None) -> Iterator[Item]:
    """Everything of a partition that may be shown, whatever its kind."""
    kinds = all_kinds()
    for found in list(expiry.partition(USAGE, partition)):
        with suppress(Frozen):
            item = storage.get(kinds[found["kind"]], found["pk"], found["sk"], key=key)
            if item is not None:
                yield item


def _key(occurrence: Occurrence) -> DataKey | None:
    try:
        return keys.open_key(occurrence.talk_key)
    except keys.KeyDestroyed:
        return None
