"""How a sending to many fared: numbers of the whole, never of a person."""

from contextlib import suppress
from typing import Literal

from chalicelib import clock, storage
from chalicelib.register.events import Event
from chalicelib.storage import Changed

from .models import MailTally, OutgoingMail

Fate = Literal["queued", "sent", "refused", "returned", "left", "skipped"]


def open_for(name: str) -> None:
    """Begins to count under ``name``. Raises `AlreadyThere`."""
    storage.create(MailTally(f"tally#{name}", "tally"), {Event.RENEWED: clock.now()})


def of(name: str) -> MailTally:
    """What was counted; zeros where nothing was begun."""
    return storage.get(MailTally, f"tally#{name}", "tally") or MailTally(f"tally#{name}", "tally")


def count(name: str, fate: Fate, by: int = 1) -> None:
    """Adds to a number. Nothing happens for no name, or one under which nobody counts any more."""
    if name:
        with suppress(Changed):
            counter = getattr(MailTally, fate)
            storage.update(MailTally(f"tally#{name}", "tally"), counter.add(by), always=True)


def listed(mail: str) -> str:
    """Under which a mail that counts is found again once it is sent, by its id."""
    return f"mailed#{mail}"


def returned(mail: str) -> bool:
    """A carrier took a mail and could not deliver it after all. Whether it was news; the same report twice is none."""
    for item in storage.listed(OutgoingMail, listed(mail)):
        if item.state == "sent":
            with suppress(Changed):  # another report of the same mail is quicker
                storage.update(item, OutgoingMail.state.set("returned"))
                count(item.tally or "", "returned")
                return True
    return False
