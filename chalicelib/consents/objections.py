"""Who does not want to hear from us (GDPR art. 21 (3)): at once, without reasons, without proof of identity.

The list holds keyed hashes and nothing else, so that an address imported later is recognised and not written to.
"""

from contextlib import suppress
from typing import Literal

from chalicelib import clock, keyed, storage
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import tallies
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Frozen, Held

from . import proofs
from .models import Contact, NewsletterRequest, Subscriber, Suppression

NEWSLETTER = "newsletter"
"""The purpose, in proofs."""

Refusal = Literal["suppressed", "frozen", "no live purpose"]
"""Why nobody may write to an address about our services."""


def oppose(email: str, channel: str) -> None:
    """The person of this address is not written to again. ``channel``: form, mail, one-click, account, request,
    complaint."""
    oppose_hash(keyed.email_hash(email), channel)


def oppose_hash(digest: str, channel: str) -> None:
    """The same for a keyed hash of the address, as it stands in a link."""
    now = clock.now()
    item = Suppression(f"suppression#{digest}", "suppression", channel=channel)
    try:
        storage.create(item, {Event.COLLECTED: now})
    except AlreadyThere:
        changes = storage.restamping(item, Event.COLLECTED, now)
        storage.update(item, *changes, Suppression.channel.set(channel), always=True)
    for model, key, name in (
        (Subscriber, f"subscriber#{digest}", "subscriber"),
        (Contact, f"contact#{digest}", "contact"),
        (NewsletterRequest, f"newsletter_request#{digest}", "request"),
    ):
        found = storage.get(model, key, name, because="consent")
        if found is not None:
            with suppress(Held):  # a held or frozen line stays, unused; the list of objections stands all the same
                storage.delete(found)
    for consent in proofs.standing(digest, NEWSLETTER):
        proofs.end(consent)
    mailing.withdraw(thread(digest))


def heed_complaints() -> int:
    """Who called a letter of ours unwanted, and was reported by the carrier, objected. Returns how many."""
    found = list(tallies.complaints())
    for item in found:
        oppose_hash(item.thread.partition("/")[2], "complaint")
        tallies.settled(item)
    return len(found)


def thread(digest: str) -> str:
    """The thread of all letters to an address, by its keyed hash: what still waits to be sent is taken back."""
    return f"newsletter/{digest}"


def opposed(email: str) -> bool:
    """Whether the person of this address objected."""
    return storage.get(Suppression, f"suppression#{keyed.email_hash(email)}", "suppression") is not None


def lift(email: str) -> None:
    """The person asks to be written to after all, and has confirmed it."""
    found = storage.get(Suppression, f"suppression#{keyed.email_hash(email)}", "suppression")
    if found is not None:
        storage.delete(found)


def refusal(email: str) -> Refusal | None:
    """Why nobody may write to this address about our services; `None`: a purpose lives."""
    if opposed(email):
        return "suppressed"
    digest = keyed.email_hash(email)
    try:
        subscriber = storage.get(Subscriber, f"subscriber#{digest}", "subscriber")
        contact = storage.get(Contact, f"contact#{digest}", "contact")
    except Frozen:
        return "frozen"
    return None if subscriber or contact else "no live purpose"
