"""Lists in pages, by cursors that mean something to us alone: where the last page ended, not how many came before."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

T = TypeVar("T")
Place = tuple[int, str]
"""Where an item stands in its list: places ascend along it."""


def page(items: Iterable[T], place: Callable[[T], Place], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """The next ``limit`` items of a list in its order, and the cursor of the page after. Raises `FormErrors`."""
    after = _read(cursor) if cursor else None
    rest = [item for item in items if after is None or place(item) > after]
    shown = rest[:limit]
    return shown, _written(place(shown[-1])) if len(rest) > limit else None


def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> Place:
    try:
        number, name = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(number, int) and isinstance(name, str):
            return number, name
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise FormErrors({"cursor": _("Ce curseur n’est pas de nous : reprenez la liste du début.")})
