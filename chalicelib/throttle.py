"""How often something may be tried. Counters carry a keyed hash of who tries, never the address itself."""

from pynamodb.attributes import NumberAttribute

from . import clock, keyed, storage
from .errors import TooMany
from .register.events import Event
from .storage import AlreadyThere, Ephemeral


class Throttle(Ephemeral, discriminator="throttle"):
    """``throttle#<scope>#<hash>#<window>`` / ``throttle``."""

    tries = NumberAttribute()


def hit(scope: str, who: str, limit: int, seconds: int) -> None:
    """One more try by ``who``. Raises `TooMany` from the try after ``limit`` on, until the window has passed."""
    now = clock.now()
    window = now // seconds
    item = Throttle(f"throttle#{scope}#{keyed.opaque(scope, who)}#{window}", "throttle", tries=1)
    try:
        storage.create(item, {Event.COLLECTED: now}, limit=2 * seconds)
    except AlreadyThere:
        storage.update(item, Throttle.tries.add(1), always=True)
    if item.tries > limit:
        raise TooMany(retry_after=(window + 1) * seconds - now)
