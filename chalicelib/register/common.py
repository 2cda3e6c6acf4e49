"""What several rows share."""

from .events import Event
from .model import Basis, Clock, Role, Words
from .period import period

EITHER = frozenset({Role.CONTROLLER, Role.PROCESSOR})
NOBODY = Words("personne : aucune donnée personnelle", "nobody: no personal data")
SECURITY = Words("protéger le service", "to protect the service")
RUNNING = Words("faire fonctionner le service", "to run the service")


def only_clock(purpose: Words, basis: Basis, start: Event, keep: str, promise: str, clause: str) -> tuple[Clock, ...]:
    """The clocks of a row with one purpose. ``keep``, ``promise``: as `period` reads them."""
    return (Clock(purpose, basis, start, period(keep), period(promise), clause),)
