"""What a customer's meetings hold of a guest: found by the address, from the recipients ledger and the hosts' meetings.

No table is read whole: the door that asks has no right to.
"""

from collections.abc import Iterable, Iterator

from chalicelib import keyed, ledger, storage
from chalicelib.accounts.members import accounts_of
from chalicelib.fleet.models import Interval
from chalicelib.mailing.models import Delivery
from chalicelib.meetings import book, notes, replies
from chalicelib.meetings.models import (
    ChatMessage,
    ChatReceipt,
    Invitation,
    Meeting,
    Occurrence,
    Participant,
    Rating,
)
from chalicelib.recordings import actions as recordings
from chalicelib.storage import Item, keys
from chalicelib.storage.expiry import Place


def meetings_of(email: str) -> dict[str, list[str]]:
    """Company → its meetings to which the address was invited; also a company that only has it in its address book."""
    found: dict[str, list[str]] = {company: [] for company in book.companies_with(email)}
    for company in sorted({line.controller for line in ledger.of(email) if line.controller}):
        ids = [meeting for meeting in _meetings(company) if invitation(meeting, keyed.email_hash(email)) is not None]
        if ids:
            found[company] = ids
    return found


def invitation(meeting: str, email_hash: str) -> Invitation | None:
    """The invitation of an address to a meeting."""
    identifier = keyed.opaque("invitation", f"{meeting}/{email_hash}")[:16]
    return storage.get(Invitation, f"meeting#{meeting}", f"invitation#{identifier}", because="storage")


def company_of(meeting: str) -> str | None:
    """On whose behalf a meeting is kept."""
    found = storage.get(Meeting, f"meeting#{meeting}", "meeting", because="storage")
    return None if found is None else str(found.company)


def items(meetings: Iterable[str], email_hash: str, company: str = "") -> list[Item]:
    """Everything these meetings hold of the address, and the ``company``'s address book; ready to be frozen, handed out
    or erased."""
    found: list[Item] = [item for meeting in meetings for item in _of_meeting(meeting, email_hash)]
    entry = book.of_hash(company, email_hash) if company else None
    return found if entry is None else [*found, entry]


def places(found: Iterable[Item]) -> list[Place]:
    """Where items are."""
    return [Place(item.store, item.pk, item.sk) for item in found]


def _meetings(company: str) -> Iterator[str]:
    seen: set[str] = set()
    for host in accounts_of(company):
        for occurrence in storage.listed(Occurrence, f"host#{host.id}"):
            if occurrence.meeting not in seen:
                seen.add(occurrence.meeting)
                yield occurrence.meeting


def _of_meeting(meeting: str, email_hash: str) -> Iterator[Item]:
    invited = invitation(meeting, email_hash)
    if invited is None:
        return
    yield invited
    delivery = storage.get(Delivery, invited.pk, f"delivery#{invited.id}", because="storage")
    if delivery is not None:
        yield delivery
    yield from replies.of_invitation(invited)
    for occurrence in storage.query(Occurrence, invited.pk, "occurrence#", because="storage"):
        for person in storage.query(Participant, occurrence.partition, "participant#", because="storage"):
            if person.invitation == invited.id:
                yield person
                yield from _said_and_attended(occurrence, person)


def _said_and_attended(occurrence: Occurrence, person: Participant) -> Iterator[Item]:
    try:
        key = keys.open_key(occurrence.talk_key)
    except keys.KeyDestroyed:
        key = None
    for message in storage.query(ChatMessage, occurrence.partition, "chat#", because="storage", key=key):
        if message.participant == person.id:
            yield message
    yield from notes.written_by(occurrence, person.id, because="storage")
    yield from storage.query(ChatReceipt, occurrence.partition, f"said#{person.id}#", because="storage")
    yield from storage.query(Interval, occurrence.partition, f"interval#{person.id}#", because="storage")
    yield from recordings.files_with(occurrence.id, person.id, because="storage")
    yield from recordings.tracks_of(occurrence.id, person.id, because="storage")
    yield from recordings.decisions_of(occurrence.id, person.id, because="storage")
    rated = storage.get(Rating, occurrence.partition, f"rating#{person.id}", because="storage")
    if rated is not None:
        yield rated
