"""A held recording is moved under a key of the hold's own; the keys of the recording then go on their time.

One object at a time, within a bound, from wherever the run before came to: what lies there is not moved again. The
recording's keys are held until everything is moved, so that a hold of the last minute loses nothing, and no longer.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from urllib.parse import quote

from chalicelib import clock, log, storage
from chalicelib.recordings import unsealing
from chalicelib.register.stores import KEYS, USAGE
from chalicelib.storage import Changed, expiry, holding, keys, suspension
from chalicelib.storage.expiry import Place, Raw
from chalicelib.storage.keys import KeyDestroyed
from chalicelib.storage.sealing import DataKey

from .freezes import place_of, written
from .models import LegalHold


@dataclass
class Bound:
    """How much one run may move. ``deadline``: seconds since 1970."""

    objects: float = inf
    deadline: float = inf

    def goes_on(self) -> bool:
        """Whether there is room for one more object."""
        self.objects -= 1
        return self.objects >= 0 and clock.precise_now() < self.deadline


def partitions(places: Iterable[Place]) -> set[str]:
    """The recordings among what is held."""
    return {place.pk for place in places if place.store is USAGE and place.sk == "recording"}


def of_recording(partition: str) -> Iterator[Place]:
    """Rows of a recording with its keys and those of each track and file, which are held until it is moved."""
    yield from keys_of(partition)
    for item in expiry.partition(USAGE, partition):
        yield Place(USAGE, item["pk"], item["sk"])
        if item["kind"] in ("recording_track", "recording_file"):
            yield from keys_of(f"{partition}/{item['sk']}")


def keys_of(owner: str) -> Iterator[Place]:
    """The key of an owner, where there is one, past its time or not."""
    for key in expiry.partition(KEYS, f"key#{owner}"):
        yield Place(KEYS, key["pk"], key["sk"])


def key_owner(case: str, partition: str) -> str:
    """Under which name a hold's key of a recording is kept."""
    return f"hold#{quote(case, safe='')}/{partition}"


def move(hold: LegalHold, bound: Bound) -> None:
    """Goes on moving what the hold keeps of recordings. Raises `Changed` when the hold changes meanwhile."""
    for partition in sorted(hold.moving or ()):
        if not _move(hold, partition, bound):
            continue
        _let_keys_go(hold, partition)
        storage.update(hold, LegalHold.moving.delete({partition}))
        log.info("hold_moved")


def discard(hold: LegalHold) -> None:
    """The hold's keys are destroyed: unreadable that second. Then what was sealed under them is deleted."""
    places = [place_of(text) for text in hold.places]
    for partition in partitions(places):
        keys.destroy_held_key(key_owner(hold.number, partition))
    for place in places:
        item = expiry.read(place)
        if item is not None and item["kind"] in unsealing.KINDS:
            holding.discard(place, item, hold.number)


def opened(place: Place, item: Raw, case: str) -> Iterator[tuple[str, bytes]]:
    """What was moved of a track or file for a case, in plain: short name and content."""
    names = [name for name in holding.moved(place, item, case) if name != holding.WHOLE]
    for name in names:
        content = _open(place, item, case, name)
        if content is not None:
            yield name, content


def said(place: Place, item: Raw, case: str) -> bytes | None:
    """The item's own sealed fields, as JSON; `None` before it is moved whole."""
    return _open(place, item, case, holding.WHOLE)


def _move(hold: LegalHold, partition: str, bound: Bound) -> bool:
    """Whether the whole recording is moved."""
    _hold_what_came(hold, partition)
    key = _key(hold, partition)
    held = [item for item in expiry.partition(USAGE, partition) if hold.number in item.get("hold", ())]
    sources = [item for item in held if item["kind"] in unsealing.KINDS]
    waiting = [item for item in sources if not _move_item(item, hold.number, key, bound)]
    return not waiting


def _hold_what_came(hold: LegalHold, partition: str) -> None:
    """Rows and keys of who came into a running recording after it was held; named before they are held."""
    places = [place for place in of_recording(partition) if not _is_held(place, hold.number)]
    named = [text for text in map(written, places) if text not in hold.places]
    if named:
        storage.update(hold, LegalHold.places.set(LegalHold.places.append(named)))
    for place in places:
        with suppress(LookupError):
            suspension.hold(place, hold.number)


def _is_held(place: Place, case: str) -> bool:
    item = expiry.read(place)
    return item is None or case in item.get("hold", ())


def _move_item(item: Raw, case: str, key: DataKey, bound: Bound) -> bool:
    place = Place(USAGE, item["pk"], item["sk"])
    if holding.is_whole(place, item, case):
        return True
    settled = unsealing.is_settled(place, item)
    if item["kind"] == "recording_file" and not settled:
        return False  # its job may still write a chunk anew
    source = _source(place, item, case)
    if source is not None:
        complete = holding.move(place, item, case, key, source.names(), source.content, bound.goes_on)
        if not complete or not settled:
            return False
    holding.close(place, item, case, key, b"{}" if source is None else source.said())
    return True


class _OtherCase:
    """The same objects as another hold has them, when the originals are gone."""

    def __init__(self, place: Place, item: Raw, case: str) -> None:
        self._of = place, item, case
        self._key = keys.held_key(key_owner(case, place.pk))

    def names(self) -> list[str]:
        """The short name of each."""
        return [name for name in holding.moved(*self._of) if name != holding.WHOLE]

    def content(self, name: str) -> bytes | None:
        """In plain."""
        return holding.open_moved(*self._of, self._key, name)

    def said(self) -> bytes:
        """The item's own sealed fields, as JSON."""
        return holding.open_moved(*self._of, self._key, holding.WHOLE) or b"{}"


def _source(place: Place, item: Raw, case: str) -> unsealing.Source | _OtherCase | None:
    """`None`: no key is left that opens it."""
    with suppress(KeyDestroyed):
        return unsealing.Source(place, item)
    for other in sorted(item["hold"] - {case}):
        with suppress(KeyDestroyed):
            if holding.is_whole(place, item, other):
                return _OtherCase(place, item, other)
    return None


def _key(hold: LegalHold, partition: str) -> DataKey:
    """The hold's key of a recording, made together with looking that the hold still stands. Raises `Changed`."""
    owner = key_owner(hold.number, partition)
    with suppress(KeyDestroyed):
        return keys.held_key(owner)
    if hold.state != "open":
        raise Changed("legal_hold")
    with storage.Transaction() as write:
        write.create(keys.new_held_key(owner, hold.number), keys.held_since(clock.now()))
        write.update(hold)
    hold.refresh(consistent_read=True)
    return keys.held_key(owner)


def _open(place: Place, item: Raw, case: str, name: str) -> bytes | None:
    with suppress(KeyDestroyed):
        return holding.open_moved(place, item, case, keys.held_key(key_owner(case, place.pk)), name)
    return None


def _let_keys_go(hold: LegalHold, partition: str) -> None:
    """The recording's own keys are as if nothing had held them: past their time they are due at once."""
    for place in map(place_of, hold.places):
        if place.store is KEYS and (place.pk == f"key#{partition}" or place.pk.startswith(f"key#{partition}/")):
            with suppress(LookupError):
                suspension.release(place, hold.number)
