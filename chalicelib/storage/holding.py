"""Objects of what is held or frozen: copied into a bucket of their own, which no rule of expiry reaches.

Never by a tag: a rule that spares tagged objects would keep every object whose tag was forgotten. The original dies on
its time, hold or no hold; the copy stands under a name of its own (``held/<row>/<pk>/<sk>/<name>``) as long as the item
it belongs to is held or frozen, and goes with the next sweep after that. It stays sealed under the key it was sealed
with, which is held beside it.
"""

from collections.abc import Iterator
from itertools import groupby
from urllib.parse import quote, unquote

from chalicelib.register import ROWS, Row, clocks, row_of
from chalicelib.register.rights import SUSPENSION

from . import expiry, objects
from .expiry import Place, Raw

_BY_KEY = {row.key: row for row in ROWS}


def copy(place: Place, item: Raw) -> int:
    """Copies the objects of an item that are not there yet; returns how many. Safe to do again, and at once."""
    row = row_of(item["kind"])
    if row.objects is None or row is SUSPENSION:
        return 0
    there = set(objects.names(SUSPENSION, _folder(row, place)))
    own = objects.names(row, objects.name_for(place.pk, place.sk, ""))
    missing = [name for name in own if _name(row, name) not in there]
    for name in missing:
        objects.copy(row, name, SUSPENSION, _name(row, name))
    return len(missing)


def copies(place: Place, item: Raw) -> Iterator[tuple[str, bytes]]:
    """The held objects of an item: name without its row's prefix, and content, sealed as it was written."""
    row = row_of(item["kind"])
    for name in objects.names(SUSPENSION, _folder(row, place)):
        content = objects.raw(SUSPENSION, name)
        if content is not None:
            yield name.removeprefix(f"{quote(row.key)}/"), content


def catch_up(row: Row) -> int:
    """Copies what was written, or missed, after the hold or freeze began; returns how many objects."""
    copied = 0
    for owner, _names in _by_owner(row):
        item = None if owner is None else expiry.read(owner)
        if owner is not None and item is not None and _suspended(item):
            copied += copy(owner, item)
    return copied


def unneeded(row: Row, at: int) -> Iterator[str]:
    """The objects of a row that have nothing to wait for at ``at``: their item is gone, or held past its time (the copy
    serves); of copies: nothing is held or frozen any more."""
    for owner, names in _by_owner(row):
        item = None if owner is None else expiry.read(owner)
        if item is None or not _needed(row, item, at):
            yield from names


def _needed(row: Row, item: Raw, at: int) -> bool:
    if row is SUSPENSION:
        return _suspended(item)
    if not _suspended(item):
        return True
    due = clocks.due(row, expiry.moments(item), None if item.get("limit") is None else int(item["limit"]))
    return due is None or due > at


def _by_owner(row: Row) -> Iterator[tuple[Place | None, Iterator[str]]]:
    """Names come sorted, so those of one item stand together: it is read once."""
    yield from groupby(objects.names(row), lambda name: _owner(row, name))


def _owner(row: Row, name: str) -> Place | None:
    if row is SUSPENSION:
        key, _, name = name.partition("/")
        found = _BY_KEY.get(unquote(key))
        if found is None:
            return None
        row = found
    owner = objects.owner_of(name)
    return None if owner is None or row.store is None else Place(row.store, *owner)


def _suspended(item: Raw) -> bool:
    return bool(item.get("hold") or item.get("frozen"))


def _folder(row: Row, place: Place) -> str:
    return _name(row, objects.name_for(place.pk, place.sk, ""))


def _name(row: Row, name: str) -> str:
    return f"{quote(row.key)}/{name}"
