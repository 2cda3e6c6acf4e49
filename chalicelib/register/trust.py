"""Rows by which people choose, object and complain, and by which the promise is proved."""

from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER
from .stores import PEOPLE

NOBODY = Words("personne : aucune donnée personnelle", "nobody: no personal data")
VISITORS = Words("visiteurs et abonnés, sous pseudonyme", "visitors and subscribers, under a pseudonym")

CONSENT = Row(
    key="consent",
    published=True,
    label=Words("Preuve de vos choix", "Proof of your choices"),
    subjects=VISITORS,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("prouver un consentement ou un refus", "to prove a consent or a refusal"),
            Basis.LEGAL_DUTY,
            Event.CONSENT_ENDED,
            period("36m - 7d"),
            period("36m"),
            "policy §5, §9, §12; GDPR art. 7 (1)",
        ),
    ),
    kinds={
        "consent": frozenset(
            {"purpose", "granted", "text_hash", "channel", "asked_at", "confirmed_at", "ended_at", "policy_version"}
        )
    },
    why="GDPR art. 7 (1): the controller shall be able to demonstrate consent. Under a random id or a keyed hash.",
    unsigned=("Kept three years after the choice has ended, under a pseudonym and without an IP address.",),
)

CONSENT_TEXT = Row(
    key="consent_text",
    label=Words("Texte soumis au choix", "Text people chose on"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("prouver ce qui a été demandé", "to prove what was asked"),
            Basis.LEGAL_DUTY,
            Event.RENEWED,
            period("60m - 7d"),
            period("60m"),
            "GDPR art. 7 (1)",
        ),
    ),
    kinds={"consent_text": frozenset({"words"})},
    why="One copy per version of a banner or box, renewed with each choice made on it.",
)

TRUST: tuple[Row, ...] = (CONSENT, CONSENT_TEXT)
