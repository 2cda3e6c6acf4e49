"""Automated decisions (GDPR art. 22): each refusal by a rule leaves a line, and whoever it hit may ask a person.

It stands beside the ledger and the throttles, so that any domain can write to it; people ask and officers answer in
`chalicelib.rights.decisions`. Which refusals are such decisions, and which are not: docs/decisions/0086.
"""

from collections.abc import Mapping
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from . import clock, keyed, storage
from .errors import TooMany
from .errors import mark as _
from .register.events import Event
from .storage import AlreadyThere, Rights

RULES: Final[Mapping[str, str]] = {
    "payment_fraud": _("le filtre anti-fraude n’a pas accepté ce paiement"),
    "payment_amount": _("le montant payé n’est pas celui de la commande, l’abonnement n’a pas commencé"),
    "abuse_block": _("trop d’essais en peu de temps, l’accès est fermé pour un moment"),
    "invitations_halted": _("trop d’invitations d’un essai ont manqué leur but, les envois s’arrêtent pour la journée"),
}
"""Every rule that refuses somebody something that matters without a person looking, and what the person reads."""

LONG: Final = 900
"""Seconds: a throttle that shuts somebody out for less is no decision that matters, but a pause."""

DAY: Final = 86_400


class Decision(Rights, discriminator="automated_decision"):
    """``decision#<id>`` / ``decision``: a rule refused somebody. Listed by ``decisions`` once a person is asked.

    ``counter``: of the throttle that refuses, to be cleared when the decision is overturned. ``human``: who looked at
    it; ``outcome``: upheld or overturned.
    """

    rule = UnicodeAttribute()
    subject_hash = UnicodeAttribute()
    reason = UnicodeAttribute()
    counter = UnicodeAttribute(null=True)
    decided_at = NumberAttribute()
    asked_at = NumberAttribute(null=True)
    due_at = NumberAttribute(null=True)
    email = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    words = UnicodeAttribute(null=True)
    human = UnicodeAttribute(null=True)
    human_at = NumberAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    answer = UnicodeAttribute(null=True)
    alerted = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


def refused(rule: str, subject: str, occasion: str = "", counter: str = "") -> Decision:
    """``rule`` refused ``subject`` (an address or id, kept as a keyed hash). One line per ``occasion`` and day, however
    often it is refused. Raises `KeyError` for an unknown rule."""
    reason, now = RULES[rule], clock.now()
    identifier = keyed.opaque(f"decision/{rule}", f"{subject}/{occasion}/{now // DAY}")
    item = Decision(
        f"decision#{identifier}",
        "decision",
        rule=rule,
        subject_hash=keyed.opaque("decision", subject),
        reason=reason,
        counter=counter or None,
        decided_at=now,
    )
    try:
        storage.create(item, {Event.COLLECTED: now})
    except AlreadyThere:
        return storage.get(Decision, item.pk, item.sk) or item
    return item


def shut_out(fault: Exception, subject: str) -> str:
    """The path where a person may be asked about a refusal that shuts ``subject`` out for long; empty for any other
    error."""
    if not isinstance(fault, TooMany) or fault.retry_after < LONG:
        return ""
    return path(refused("abuse_block", subject, fault.counter, fault.counter))


def path(decision: Decision) -> str:
    """Where "ask a person" is. Show it on the page that refuses."""
    return f"/decisions/{token(decision)}"


def token(decision: Decision) -> str:
    """``<decision>.<secret>``."""
    return f"{decision.id}.{keyed.link_secret('decision', decision.id)}"
