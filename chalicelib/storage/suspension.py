"""Legal holds, and the restriction of art. 18 GDPR: both keep an item from being deleted, the second also from use.

Works on items as the table holds them: what is past its time is hidden from everybody, and may be held all the same.
While suspended an item is out of the due index and has no time to live; its objects are copied apart (`holding`).
Releasing one that is past its time makes its next step due at once.
"""

from collections.abc import Callable

from chalicelib import clock
from chalicelib.register import row_of

from . import expiry, holding
from .access import Changed
from .expiry import Place, Raw

_TRIES = 5


def hold(place: Place, case: str) -> None:
    """A legal hold under the number ``case``. Raises `LookupError` when there is nothing, `Changed`."""
    held = _change(place, lambda item: {**item, "hold": set(item.get("hold") or ()) | {case}})
    holding.copy(place, held)


def release(place: Place, case: str) -> None:
    """Ends that hold; others stay. Raises as `hold`."""
    _change(place, lambda item: {**item, "hold": set(item.get("hold") or ()) - {case}}, f"hold {case} released")


def freeze(place: Place) -> None:
    """Restricts an item (art. 18). Raises as `hold`."""
    frozen = _change(place, lambda item: {**item, "frozen": True})
    holding.copy(place, frozen)


def thaw(place: Place) -> None:
    """Ends the restriction. The person must have been told before (art. 18 (3)). Raises as `hold`."""
    _change(place, lambda item: {**item, "frozen": False}, "freeze lifted")


def _change(place: Place, change: Callable[[Raw], Raw], ended: str = "") -> Raw:
    """The item as it is afterwards. ``ended``: what its tombstone will say, if its time is up when it is released."""
    for _ in range(_TRIES):
        item = expiry.read(place)
        if item is None:
            raise LookupError("nothing to suspend")
        changed = _dated(change(item), ended)
        if expiry.rewrite(place, item, changed):
            return changed
    raise Changed(place.store.key)


def _dated(item: Raw, ended: str) -> Raw:
    if not item.get("hold"):
        item = {name: value for name, value in item.items() if name != "hold"}
    if "hold" in item or item.get("frozen"):
        return expiry.undated(item)
    now = clock.now()
    dated = expiry.redated(item, row_of(item["kind"]), now)
    if "delete_by" in dated and dated["delete_by"] <= now:
        dated |= {"delete_by": now, "released": ended}  # late only from now on
    return dated
