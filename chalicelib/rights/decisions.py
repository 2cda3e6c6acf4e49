"""Automated decisions (GDPR art. 22): each refusal by a rule leaves a line, and whoever it hit may ask a person."""

from chalicelib import clock, keyed, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.settings import get as setting

from . import deadlines, letters
from .models import Decision

LIST = "decisions"
RULES = ("payment_fraud", "abuse_block", "join_rate")
"""Every rule that refuses somebody something without a person looking."""
UPHELD, OVERTURNED = "upheld", "overturned"


def refused(rule: str, subject: str, reason: str) -> Decision:
    """A rule refused ``subject`` (an address or id, kept as a keyed hash). Raises `KeyError` for an unknown rule."""
    if rule not in RULES:
        raise KeyError(rule)
    now = clock.now()
    item = Decision(
        f"decision#{keyed.new_id()}",
        "decision",
        rule=rule,
        subject_hash=keyed.opaque("decision", subject),
        reason=reason,
        decided_at=now,
    )
    storage.create(item, {Event.COLLECTED: now})
    return item


def url(decision: Decision) -> str:
    """Where "ask a person" is. Show it on the page that refuses."""
    return f"{setting('BASE_URL')}/decisions/{token(decision)}"


def token(decision: Decision) -> str:
    """``<decision>.<secret>``."""
    return f"{decision.id}.{keyed.link_secret('decision', decision.id)}"


def of_link(link: str) -> Decision:
    """Raises `NotFound`."""
    identifier, _dot, secret = link.partition(".")
    if not secret or not keyed.same(secret, keyed.link_secret("decision", identifier)):
        raise NotFound
    return find(identifier)


def find(identifier: str) -> Decision:
    """Raises `NotFound`."""
    item = storage.get(Decision, f"decision#{identifier}", "decision")
    if item is None:
        raise NotFound
    return item


def ask(decision: Decision, email: str, words: str, language: str) -> None:
    """A person shall look at it: two working days. Asking twice changes nothing."""
    if decision.asked_at:
        return
    now = clock.now()
    due_at = deadlines.review_due(now)
    storage.update(
        decision,
        Decision.asked_at.set(now),
        Decision.due_at.set(due_at),
        Decision.email.set(email),
        Decision.words.set(words[:4_000]),
        Decision.language.set(language),
        Decision.list_pk.set(LIST),
        Decision.list_sk.set(f"{due_at:012d}#{decision.id}"),
    )


def waiting() -> list[Decision]:
    """Who waits for a person, the most urgent first."""
    return [one for one in storage.listed(Decision, LIST) if not one.human]


def answer(decision: Decision, officer: str, outcome: str, words: str) -> None:
    """A person has looked at it, and says why. Raises `Conflict`."""
    if not decision.asked_at or decision.human or outcome not in (UPHELD, OVERTURNED) or not words:
        raise Conflict
    storage.update(
        decision,
        Decision.human.set(officer),
        Decision.human_at.set(clock.now()),
        Decision.outcome.set(outcome),
        Decision.answer.set(words),
    )
    letters.write(
        decision.email,
        decision.language,
        lambda t, language: (
            t(_("Une personne a revu la décision")),
            t(_("Elle est annulée.") if outcome == OVERTURNED else _("Elle est maintenue.")),
            f"« {words} »",
        ),
        purpose="review",
    )
