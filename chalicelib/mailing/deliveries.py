"""What became of the last mail to an invitee: our own tries, then what its carriers report.

A report names the mail by its id. Only the last mail of an invitee is known by it: what is heard of an older one, twice
or too late, changes nothing.
"""

from contextlib import suppress

from chalicelib import clock, storage
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed

from . import misses, tallies
from .models import Delivery, OutgoingMail
from .rules import RANK, State, Trouble, is_in_vain

OWN = ("queued", "delayed")
"""States a try of our own may follow."""
TRIES = 5


def begin(key: tuple[str, str], mail: str, meeting_end: int, controller: str | None) -> None:
    """A mail to an invitee is about to be sent; what was known of an earlier one is forgotten."""
    now = clock.now()
    item = Delivery(*key, state="queued", attempts=0, changed_at=now, mail=mail)
    item.list_pk, item.list_sk = _listed(mail), str(now)
    try:
        storage.create(item, {Event.MEETING_END: meeting_end}, controller=controller)
    except AlreadyThere:
        storage.update(
            item,
            Delivery.state.set("queued"),
            Delivery.changed_at.set(now),
            Delivery.mail.set(mail),
            Delivery.list_pk.set(_listed(mail)),
            Delivery.reason.remove(),
            always=True,
        )


def tried(item: OutgoingMail, state: State, reason: str | None) -> None:
    """What a try of our own came to."""
    if not item.about_pk or not item.about_sk:
        return
    delivery = storage.get(Delivery, item.about_pk, item.about_sk, because="storage")
    if delivery is not None and delivery.mail == item.id and delivery.state in OWN:
        with suppress(Changed):  # its carrier was faster than we are, or a newer mail
            _write(delivery, state, reason, int(item.attempts))


def reported(mail: str, state: State, reason: Trouble | None) -> bool:
    """What a carrier reports of a mail. Whether it was news."""
    for found in storage.listed(Delivery, _listed(mail), because="storage"):
        for _attempt in range(TRIES):
            delivery = storage.get(Delivery, found.pk, found.sk, because="storage")
            if delivery is None or delivery.mail != mail or RANK[state] <= RANK[delivery.state]:
                return False
            with suppress(Changed):
                _write(delivery, state, reason, int(delivery.attempts))
                return True
        raise Changed("delivery")
    return tallies.heard(mail, state)


def _write(delivery: Delivery, state: State, reason: str | None, attempts: int) -> None:
    missed = is_in_vain(state, reason) and not is_in_vain(delivery.state, delivery.reason)
    because = Delivery.reason.set(reason) if reason else Delivery.reason.remove()
    changes = Delivery.state.set(state), Delivery.attempts.set(attempts), Delivery.changed_at.set(clock.now()), because
    storage.update(delivery, *changes, because="storage")
    if missed and delivery.controller:
        misses.note(delivery.controller, unwanted=state == "complained")


def _listed(mail: str) -> str:
    return f"mailed#{mail}"
