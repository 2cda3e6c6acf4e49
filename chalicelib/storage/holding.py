"""Objects of what is held or frozen: in a bucket of their own, which no rule of expiry reaches.

Never by a tag: a rule that spares tagged objects would keep every object whose tag was forgotten. The original dies on
its time, hold or no hold; what lies apart stays as long as the item it belongs to is held or frozen, and goes with the
next sweep after that.

Most rows are copied as they are (``held/<row>/<pk>/<sk>/<name>``), sealed under the key they were sealed with, which is
held beside them. Of a row that is ``resealed`` a legal hold moves them: opened, and sealed again under a key of that
hold, one object at a time (``held/<row>/<pk>/<sk>/<case>%2F<name>``). The last one is `WHOLE`: once it is there, all
else is, and the original waits for nothing any more.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, unquote

from chalicelib.register import ROWS, Row, row_of
from chalicelib.register.rights import SUSPENSION

from . import expiry, objects
from .expiry import Place, Raw
from .sealing import DataKey, Unreadable

WHOLE = "whole"
"""Name of the last object that is moved: what the item itself said sealed."""

UNOPENED = ".sealed"
"""Ends the name of an object that its own key does not open: moved as it lay there."""

Opener = Callable[[str], bytes | None]
"""The plain text of an object by its short name; `None` when it is gone. Raises `Unreadable`."""

_BY_KEY = {row.key: row for row in ROWS}


@dataclass(frozen=True)
class _Owner:
    """What an object belongs to. ``case``: of one moved for a legal hold."""

    place: Place
    row: Row
    case: str | None = None


def copy(place: Place, item: Raw) -> None:
    """Copies the objects of an item as they are. Safe to do again; needs no right to see what is there."""
    _copy(place, item, frozenset())


def copies(place: Place, item: Raw) -> Iterator[tuple[str, bytes]]:
    """The copied objects of an item: name without its row's prefix, and content, sealed as it was written."""
    row = row_of(item["kind"])
    for name in objects.names(SUSPENSION, _folder(row, place)):
        content = objects.raw(SUSPENSION, name) if _owner(SUSPENSION, name) == _Owner(place, row) else None
        if content is not None:
            yield name.removeprefix(f"{quote(row.key)}/"), content


def move(
    place: Place, item: Raw, case: str, key: DataKey, names: Iterable[str], opened: Opener, goes_on: Callable[[], bool]
) -> bool:
    """Seals under ``key`` what of ``names`` is not moved yet; whether all of it is. ``goes_on``: asked before each."""
    there = set(moved(place, item, case))
    for name in names:
        if name in there or name + UNOPENED in there:
            continue
        if not goes_on():
            return False
        _move(place, row_of(item["kind"]), case, key, name, opened)
    return True


def close(place: Place, item: Raw, case: str, key: DataKey, said: bytes) -> None:
    """Everything of the item is moved; ``said``: its own sealed fields."""
    objects.put(SUSPENSION, _of_case(row_of(item["kind"]), place, case, WHOLE), said, key)


def moved(place: Place, item: Raw, case: str) -> Iterator[str]:
    """The short names of what is moved for a case, `WHOLE` among them when nothing is missing."""
    start = _of_case(row_of(item["kind"]), place, case, "")
    return (unquote(name.removeprefix(start)) for name in objects.names(SUSPENSION, start))


def open_moved(place: Place, item: Raw, case: str, key: DataKey, name: str) -> bytes | None:
    """What was moved under a short name; `None` when it is not there. Raises `Unreadable`."""
    return objects.get(SUSPENSION, _of_case(row_of(item["kind"]), place, case, name), key)


def discard(place: Place, item: Raw, case: str) -> None:
    """Deletes what was moved for a case."""
    objects.delete_all(SUSPENSION, _of_case(row_of(item["kind"]), place, case, ""))


def is_whole(place: Place, item: Raw, case: str) -> bool:
    """Whether everything of the item is moved for a case."""
    return bool(objects.names(SUSPENSION, _of_case(row_of(item["kind"]), place, case, WHOLE)))


def catch_up(row: Row) -> int:
    """Copies what was written, or missed, after the hold or freeze began; returns how many objects."""
    copied = 0
    for owner, _names in _by_owner(row):
        item = None if owner is None else expiry.read(owner.place)
        if owner is not None and item is not None and _as_it_is(owner.row, item):
            copied += _copy(owner.place, item, set(objects.names(SUSPENSION, _folder(owner.row, owner.place))))
    return copied


def unneeded(row: Row, at: int) -> Iterator[str]:
    """The objects of a row that have nothing to wait for at ``at``: their item is gone, or held past its time (what
    lies apart serves); of what lies apart: nothing holds or freezes it any more."""
    for owner, names in _by_owner(row):
        item = None if owner is None else expiry.read(owner.place)
        if owner is None or item is None or not _needed(row, owner, item, at):
            yield from names


def _move(place: Place, row: Row, case: str, key: DataKey, name: str, opened: Opener) -> None:
    try:
        content = opened(name)
    except Unreadable:
        content = objects.raw(row, objects.name_for(place.pk, place.sk, name))
        if content is None:
            raise
        name += UNOPENED
    if content is not None:
        objects.put(SUSPENSION, _of_case(row, place, case, name), content, key)


def _copy(place: Place, item: Raw, there: Iterable[str]) -> int:
    row = row_of(item["kind"])
    if row.objects is None or row is SUSPENSION or not _as_it_is(row, item):
        return 0
    own = objects.names(row, objects.name_for(place.pk, place.sk, ""))
    missing = [name for name in own if _name(row, name) not in there]
    for name in missing:
        objects.copy(row, name, SUSPENSION, _name(row, name))
    return len(missing)


def _needed(row: Row, owner: _Owner, item: Raw, at: int) -> bool:
    cases = item.get("hold") or ()
    if row is SUSPENSION:
        return owner.case in cases if owner.case is not None else _as_it_is(owner.row, item)
    if not cases and not item.get("frozen"):
        return True
    due = expiry.due(item)
    if due is None or due > at:
        return True
    return row.resealed and not all(is_whole(owner.place, item, case) for case in cases)


def _as_it_is(row: Row, item: Raw) -> bool:
    """Whether the item's objects are kept as bytes that nobody opens."""
    return bool(item.get("frozen") or (item.get("hold") and not row.resealed))


def _by_owner(row: Row) -> Iterator[tuple[_Owner | None, Iterator[str]]]:
    """Names come sorted, so those of one item (and case) stand together: it is read once."""
    yield from groupby(objects.names(row), lambda name: _owner(row, name))


def _owner(row: Row, name: str) -> _Owner | None:
    case = apart = ""
    if row is SUSPENSION:
        key, _, name = name.partition("/")
        found = _BY_KEY.get(unquote(key))
        if found is None:
            return None
        row = found
        if row.resealed:
            case, apart, _ = unquote(name.rpartition("/")[2]).partition("/")
    own = objects.owner_of(name)
    if own is None or row.store is None:
        return None
    return _Owner(Place(row.store, *own), row, unquote(case) if apart else None)


def _folder(row: Row, place: Place) -> str:
    return _name(row, objects.name_for(place.pk, place.sk, ""))


def _of_case(row: Row, place: Place, case: str, name: str) -> str:
    return _name(row, objects.name_for(place.pk, place.sk, f"{quote(case, safe='')}/{name}"))


def _name(row: Row, name: str) -> str:
    return f"{quote(row.key)}/{name}"
