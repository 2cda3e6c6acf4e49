"""How often something may be tried. Counters carry a keyed hash of who tries, never the address itself."""

from pynamodb.attributes import NumberAttribute

from . import clock, keyed, storage
from .errors import TooMany
from .register.events import Event
from .storage import AlreadyThere, Changed, Ephemeral


class Throttle(Ephemeral, discriminator="throttle"):
    """``throttle#<scope>#<hash>#<window>`` / ``throttle``."""

    tries = NumberAttribute()


def hit(scope: str, who: str, limit: int, seconds: int) -> None:
    """One more try by ``who``. Raises `TooMany` from the try after ``limit`` on, until the window has passed."""
    item, left = _counter(scope, who, 1, seconds)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()}, limit=2 * seconds)
    except AlreadyThere:
        storage.update(item, Throttle.tries.add(1), always=True)
    if item.tries > limit:
        raise TooMany(left, item.pk)


def take(scope: str, who: str, amount: int, limit: int, seconds: int) -> None:
    """Takes ``amount`` of the ``limit`` that ``who`` has in a window: all of it, or raises `TooMany` and takes none."""
    item, left = _counter(scope, who, amount, seconds)
    if amount > limit:
        raise TooMany(left, item.pk)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()}, limit=2 * seconds)
    except AlreadyThere:
        room = Throttle.tries <= limit - amount
        try:
            storage.update(item, Throttle.tries.add(amount), condition=room, always=True)
        except Changed as fault:
            raise TooMany(left, item.pk) from fault


def clear(counter: str) -> None:
    """Forgets the tries of one counter (`TooMany.counter`): a person said that they were no abuse."""
    item = storage.get(Throttle, counter, "throttle")
    if item is not None:
        storage.delete(item)


def _counter(scope: str, who: str, tries: int, seconds: int) -> tuple[Throttle, int]:
    """The counter of the present window, and the seconds left of it."""
    now = clock.now()
    window = now // seconds
    item = Throttle(f"throttle#{scope}#{keyed.opaque(scope, who)}#{window}", "throttle", tries=tries)
    return item, (window + 1) * seconds - now
