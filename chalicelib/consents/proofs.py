"""The proof of a choice: who (under a pseudonym), on which words, when, by which channel. Never an IP address."""

from chalicelib import clock, storage
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from .models import Consent, ConsentText
from .rules import text_hash

TEXT_NOTED_EVERY = 86_400
"""Seconds between two notes that a text is still in use."""


def record(
    subject: str,
    purpose: str,
    granted: bool,
    words: str,
    channel: str,
    policy_version: str,
    *,
    asked_at: int | None = None,
    confirmed_at: int | None = None,
    lasts: int | None = None,
) -> Consent:
    """Notes a choice; an earlier one of ``subject`` on the same purpose ends.

    ``subject``: a random id or a keyed hash. ``lasts``: seconds it holds; `None`: until it is withdrawn. A refusal
    without such a time has ended the moment it is made.
    """
    now = clock.now()
    asked = now if asked_at is None else asked_at
    for earlier in standing(subject, purpose):
        end(earlier, now)
    keep_text(words)
    consent = Consent(
        f"consent#{subject}",
        f"{purpose}#{now:012d}",
        purpose=purpose,
        granted=granted,
        text_hash=text_hash(words),
        channel=channel,
        asked_at=asked,
        confirmed_at=confirmed_at,
        policy_version=policy_version,
    )
    ends = now + lasts if lasts is not None else None if granted else now
    starts = {Event.COLLECTED: now} | ({} if ends is None else {Event.CONSENT_ENDED: ends})
    try:
        storage.create(consent, starts)
    except AlreadyThere:  # the same button twice in a second: the last word counts
        changes = Consent.granted.set(granted), Consent.text_hash.set(consent.text_hash)
        storage.update(consent, *changes, Consent.ended_at.remove(), always=True)
    return consent


def standing(subject: str, purpose: str) -> list[Consent]:
    """The choices of ``subject`` on ``purpose`` that neither ended nor ran out, oldest first."""
    now = clock.now()
    found = storage.query(Consent, f"consent#{subject}", f"{purpose}#")
    return [one for one in found if not one.ended_at and one.moments().get(Event.CONSENT_ENDED, now + 1) > now]


def all_of(subject: str) -> list[Consent]:
    """Every choice kept of ``subject``."""
    return list(storage.query(Consent, f"consent#{subject}"))


def end(consent: Consent, at: int | None = None) -> None:
    """The choice is withdrawn, or replaced (``at``, by default now): its proof is kept three years from then on."""
    ended = clock.now() if at is None else at
    storage.happened(consent, Event.CONSENT_ENDED, ended, Consent.ended_at.set(ended))


def text(digest: str) -> str:
    """The words with this SHA-256; empty when they are gone with the last choice made on them."""
    found = storage.get(ConsentText, f"consent_text#{digest}", "text")
    return found.words if found else ""


def keep_text(words: str) -> None:
    """Keeps the words people chose on, as long as somebody may have to prove a choice."""
    now = clock.now()
    item = ConsentText(f"consent_text#{text_hash(words)}", "text", words=words)
    try:
        storage.create(item, {Event.RENEWED: now})
    except AlreadyThere:
        kept = storage.get(ConsentText, item.pk, item.sk)
        if kept is not None and now - kept.moments()[Event.RENEWED] >= TEXT_NOTED_EVERY:
            storage.update(kept, *storage.restamping(kept, Event.RENEWED, now), always=True)
