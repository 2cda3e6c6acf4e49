"""A person looks at what a rule decided (GDPR art. 22 (3)): asked where it refuses, answered in two working days."""

from chalicelib import clock, keyed, storage, throttle
from chalicelib.automated import Decision
from chalicelib.errors import Conflict, NotFound
from chalicelib.errors import mark as _

from . import deadlines, letters

LIST = "decisions"
UPHELD, OVERTURNED = "upheld", "overturned"
PAYMENT = _("Vous pouvez payer par virement, ou reprendre le paiement à la page de votre commande.")


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
    if outcome == OVERTURNED and decision.counter:
        throttle.clear(decision.counter)
    helps = outcome == OVERTURNED and decision.rule.startswith("payment")
    letters.write(
        decision.email,
        decision.language,
        lambda t, language: (
            t(_("Une personne a revu la décision")),
            t(_("Elle est annulée.") if outcome == OVERTURNED else _("Elle est maintenue.")),
            f"« {words} »",
            *([t(PAYMENT)] if helps else []),
        ),
        purpose="review",
    )
