"""How often something may be tried. Counters carry a keyed hash of who tries, never the address itself."""

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute

from . import clock, keyed, storage
from .errors import TooMany
from .register.events import Event
from .storage import AlreadyThere, Changed, Ephemeral


class Throttle(Ephemeral, discriminator="throttle"):
    """``throttle#<scope>#<hash>`` / ``throttle``: the tries of one window, which begins with the first of them."""

    tries = NumberAttribute()


@dataclass(frozen=True)
class Left:
    """What is left of a window: tries, and seconds until it is over."""

    tries: int
    seconds: int


def hit(scope: str, who: str, limit: int, seconds: int) -> Left:
    """One more try by ``who``. Raises `TooMany` from the try after ``limit`` on, until the window has passed."""
    item = _counter(scope, who, 1)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()}, limit=seconds)
    except AlreadyThere:
        storage.update(item, Throttle.tries.add(1), always=True)
    if item.tries > limit:
        raise TooMany(_left(item, seconds), item.pk)
    return Left(limit - int(item.tries), _left(item, seconds))


@dataclass(frozen=True)
class Counted:
    """What a counter holds. ``seconds``: until its window is over; ``counter``: its key."""

    tries: int
    seconds: int
    counter: str


def count(scope: str, who: str, amount: int, seconds: int) -> None:
    """So many more of something that is counted and not refused here."""
    item = _counter(scope, who, amount)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()}, limit=seconds)
    except AlreadyThere:
        storage.update(item, Throttle.tries.add(amount), always=True)


def counted(scope: str, who: str) -> Counted:
    """What `count` has counted in the present window."""
    key = _counter(scope, who, 0).pk
    item = storage.get(Throttle, key, "throttle")
    return Counted(int(item.tries) if item else 0, _left(item, 0), key)


def take(scope: str, who: str, amount: int, limit: int, seconds: int) -> None:
    """Takes ``amount`` of the ``limit`` that ``who`` has in a window: all of it, or raises `TooMany` and takes none."""
    item = _counter(scope, who, amount)
    if amount > limit:
        raise TooMany(seconds, item.pk)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()}, limit=seconds)
    except AlreadyThere:
        room = Throttle.tries <= limit - amount
        try:
            storage.update(item, Throttle.tries.add(amount), condition=room, always=True)
        except Changed as fault:
            raise TooMany(_left(storage.get(Throttle, item.pk, item.sk), seconds), item.pk) from fault


def forget(scope: str, who: str) -> None:
    """Forgets the tries of ``who``: a person said that they were no abuse."""
    clear(_counter(scope, who, 0).pk)


def clear(counter: str) -> None:
    """Forgets the tries of one counter (`TooMany.counter`): a person said that they were no abuse."""
    item = storage.get(Throttle, counter, "throttle")
    if item is not None:
        storage.delete(item)


def _counter(scope: str, who: str, tries: int) -> Throttle:
    return Throttle(f"throttle#{scope}#{keyed.opaque(scope, who)}", "throttle", tries=tries)


def _left(item: Throttle | None, seconds: int) -> int:
    """Seconds until the window is over."""
    if item is None or item.delete_by is None:
        return seconds
    return max(1, int(item.delete_by) - clock.now())
