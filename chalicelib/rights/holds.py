"""Legal holds: opened with a reason, a case and a date to look at them again, six months ahead at most."""

from collections.abc import Iterable, Iterator

from chalicelib import clock, log, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _
from chalicelib.recordings import actions as recordings
from chalicelib.register.events import Event
from chalicelib.register.stores import KEYS, PEOPLE, USAGE
from chalicelib.storage import AlreadyThere, expiry, suspension
from chalicelib.storage.expiry import Place

from .freezes import place_of, written
from .models import LegalHold

LIST = "holds"
LONGEST_REVIEW = 184 * 86_400
"""Seconds to the review: six months (facts A.2)."""


def on_meeting(meeting: str) -> list[Place]:
    """Everything of a meeting: its own items, its occurrences', and the keys that open them."""
    return list(_of_meeting(meeting))


def on_account(account: str, company: str) -> list[Place]:
    """A customer's account and its company's file."""
    own = [Place(PEOPLE, item["pk"], item["sk"]) for item in expiry.partition(PEOPLE, f"account#{account}")]
    firm = [Place(PEOPLE, item["pk"], item["sk"]) for item in expiry.partition(PEOPLE, f"company#{company}")]
    return own + firm


def open_hold(
    number: str, reason: str, case: str, review_at: int, scope: str, places: Iterable[Place], officer: str
) -> LegalHold:
    """Holds these items under ``number``. Raises `FormErrors`, `Conflict` for a number in use."""
    now = clock.now()
    wrong = {}
    for field, value in (("number", number), ("reason", reason), ("case", case)):
        if not value:
            wrong[field] = _("Ce champ est nécessaire.")
    if not now < review_at <= now + LONGEST_REVIEW:
        wrong["review"] = _("La date de réexamen est nécessaire, dans les six mois.")
    if wrong:
        raise FormErrors(wrong)
    held = list(places)
    hold = LegalHold(
        f"hold#{number}",
        "hold",
        number=number,
        reason=reason,
        case=case,
        review_at=review_at,
        scope=scope,
        places=[written(place) for place in held],
        opened_at=now,
        opened_by=officer,
        state="open",
    )
    hold.list_pk, hold.list_sk = LIST, f"{now:012d}#{number}"
    try:
        storage.create(hold, {})
    except AlreadyThere as fault:
        raise Conflict(_("Ce numéro est déjà pris.")) from fault
    for place in held:
        try:
            suspension.hold(place, number)
        except LookupError:
            continue  # gone meanwhile
    log.info("hold_opened", items=len(held))
    return hold


def release(number: str) -> None:
    """Ends a hold: what is past its time goes within the hour. Raises `Conflict`."""
    hold = storage.get(LegalHold, f"hold#{number}", "hold")
    if hold is None or hold.state != "open":
        raise Conflict
    for text in hold.places:
        try:
            suspension.release(place_of(text), number)
        except LookupError:
            continue
    now = clock.now()
    changes = LegalHold.state.set("released"), LegalHold.closed_at.set(now)
    gone = LegalHold.list_pk.remove(), LegalHold.list_sk.remove()
    storage.happened(hold, Event.CLOSED, now, *changes, *gone)
    log.info("hold_released")


def open_ones() -> list[LegalHold]:
    """Every hold that stands, the oldest first."""
    return list(storage.listed(LegalHold, LIST))


def _of_meeting(meeting: str) -> Iterator[Place]:
    for item in expiry.partition(USAGE, f"meeting#{meeting}"):
        yield Place(USAGE, item["pk"], item["sk"])
        if item["kind"] == "occurrence":
            partition = f"occurrence#{meeting}-{int(item['sk'].partition('#')[2])}"
            for inner in expiry.partition(USAGE, partition):
                yield Place(USAGE, inner["pk"], inner["sk"])
            for owner in (partition, f"{partition}#talk"):  # `meetings.models.Occurrence.talk_key`
                yield from _keys(owner)
            for recording in recordings.of_occurrence(partition.partition("#")[2]):
                yield from _of_recording(str(recording.pk))


def _of_recording(partition: str) -> Iterator[Place]:
    """Rows of a recording with its keys and those of each track and file; its objects are copied apart
    (`storage.holding`)."""
    yield from _keys(partition)
    for item in expiry.partition(USAGE, partition):
        yield Place(USAGE, item["pk"], item["sk"])
        if item["kind"] in ("recording_track", "recording_file"):
            yield from _keys(f"{partition}/{item['sk']}")


def _keys(owner: str) -> Iterator[Place]:
    for key in expiry.partition(KEYS, f"key#{owner}"):
        yield Place(KEYS, key["pk"], key["sk"])
