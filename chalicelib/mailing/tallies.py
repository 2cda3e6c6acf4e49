"""How a sending to many fared: numbers of the whole, never of a person."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal

from chalicelib import clock, storage
from chalicelib.register.events import Event
from chalicelib.storage import Changed

from .models import MailTally, OutgoingMail

COMPLAINTS: Final = "complaints"

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


def heard(mail: str, state: str) -> bool:
    """What a carrier reports of a mail it took: that it came back, or that its reader calls it unwanted. Whether it was
    news; the same report twice is none."""
    for item in storage.listed(OutgoingMail, listed(mail)):
        with suppress(Changed):  # another report of the same mail is quicker
            if state == "failed" and item.state == "sent":
                storage.update(item, OutgoingMail.state.set("returned"))
                count(item.tally or "", "returned")
                return True
            if state == "complained" and item.state == "sent":
                storage.update(item, OutgoingMail.state.set("complained"), OutgoingMail.list_pk.set(COMPLAINTS))
                return True
    return False


def complaints() -> Iterator[OutgoingMail]:
    """Mails whose readers called them unwanted, each until it is `settled`."""
    return storage.listed(OutgoingMail, COMPLAINTS)


def settled(item: OutgoingMail) -> None:
    """Its reader is not written to again."""
    count(item.tally or "", "left")
    storage.update(item, OutgoingMail.list_pk.remove(), OutgoingMail.list_sk.remove(), always=True)
