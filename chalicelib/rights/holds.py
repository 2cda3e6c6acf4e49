"""Legal holds: opened with a reason, a case and a date to look at them again, six months ahead at most."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from chalicelib import clock, log, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _
from chalicelib.recordings import actions as recordings
from chalicelib.register.events import Event
from chalicelib.register.stores import PEOPLE, USAGE
from chalicelib.storage import AlreadyThere, Changed, expiry, suspension
from chalicelib.storage.expiry import Place

from . import moving
from .freezes import place_of, written
from .models import LegalHold

LIST = "holds"
AT_ONCE = 8.0
"""Seconds of moving recordings before the officer has an answer; the schedule does the rest."""
LONGEST_REVIEW = 184 * 86_400
"""Seconds to the review: six months (facts A.2)."""


def on_meeting(meeting: str) -> list[Place]:
    """Everything of a meeting: its own items, its occurrences', and the keys that open them."""
    return list(dict.fromkeys(chain(_of_meeting(meeting), _held_already(meeting))))


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
        state="opening",
    )
    hold.moving = moving.partitions(held) or None
    hold.list_pk, hold.list_sk = LIST, f"{now:012d}#{number}"
    try:
        storage.create(hold, {})
    except AlreadyThere as fault:
        raise Conflict(_("Ce numéro est déjà pris.")) from fault
    _go_on(hold, moving.Bound(deadline=clock.precise_now() + AT_ONCE))
    return hold


def release(number: str) -> None:
    """Ends a hold: its own keys are destroyed first; what is past its time goes within the hour.

    Raises `Conflict`, also while another hold still takes its copies.
    """
    hold = storage.get(LegalHold, f"hold#{number}", "hold")
    if hold is None or hold.state == "released":
        raise Conflict
    taken = moving.partitions(map(place_of, hold.places))
    if any(taken & set(other.moving or ()) for other in open_ones() if other.number != number):
        raise Conflict(_("Une autre conservation en prend encore copie. Réessayez dans quelques minutes."))
    storage.update(hold, LegalHold.state.set("releasing"))
    _release(hold)


def look_after(deadline: float) -> None:
    """What was begun is gone on with until ``deadline`` (seconds since 1970): the schedule's act."""
    bound = moving.Bound(deadline=deadline)
    for hold in open_ones():
        try:
            _go_on(hold, bound)
        except Exception as fault:  # one hold in trouble must not keep the others
            log.fault("hold_unfinished", fault)


def _go_on(hold: LegalHold, bound: moving.Bound) -> None:
    """The next steps of a hold. A run that died half-way, or reached its bound, is gone on with by the next one."""
    try:
        if hold.state == "releasing":
            _release(hold)
            return
        if hold.state == "opening":
            _hold_all(hold)
        moving.move(hold, bound)
    except Changed:
        log.info("hold_twice")  # another run is at it


def _hold_all(hold: LegalHold) -> None:
    for text in hold.places:
        with suppress(LookupError):  # gone meanwhile
            suspension.hold(place_of(text), hold.number)
    storage.update(hold, LegalHold.state.set("open"))
    log.info("hold_opened", items=len(hold.places))


def _release(hold: LegalHold) -> None:
    moving.discard(hold)
    for text in hold.places:
        with suppress(LookupError):
            suspension.release(place_of(text), hold.number)
    now = clock.now()
    changes = LegalHold.state.set("released"), LegalHold.closed_at.set(now), LegalHold.moving.remove()
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
                yield from moving.keys_of(owner)
            for recording in recordings.of_occurrence(partition.partition("#")[2]):
                yield from moving.of_recording(str(recording.pk))


def _held_already(meeting: str) -> Iterator[Place]:
    """Recordings of the meeting past their time, which only other holds still see."""
    for partition in {one for hold in open_ones() for one in moving.partitions(map(place_of, hold.places))}:
        item = expiry.read(Place(USAGE, partition, "recording"))
        if item is not None and item["meeting"] == meeting:
            yield from moving.of_recording(partition)
