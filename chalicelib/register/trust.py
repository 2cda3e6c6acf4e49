"""Rows by which people choose, object and complain, and by which the promise is proved."""

from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER
from .stores import PEOPLE, PROOF, SECURITY

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

ERASED = Row(
    key="erased",
    published=True,
    label=Words("Preuve d'effacement", "Proof of erasure"),
    subjects=Words("personnes dont une donnée a été effacée, sous une empreinte", "people, as a keyed hash"),
    roles=CONTROLLER,
    store=PROOF,
    clocks=(
        Clock(
            Words("prouver que l'effacement a eu lieu", "to prove that the erasure took place"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("12m"),
            period("13m"),
            "policy §7, §9; GDPR art. 5 (2)",
        ),
    ),
    kinds={
        "tombstone": frozenset({"row_key", "what", "group", "locator", "why", "due", "done_at", "day"}),
        "day_head": frozenset({"day", "previous", "head", "signature", "public_key", "pages", "erasures"}),
        "day_page": frozenset({"digests"}),
        "certificate": frozenset({"customer", "about", "asked", "groups", "kept", "made_at"}),
    },
    why="Without content: which row, when, why, under keyed hashes. Outlives the longest backup by a year.",
)

SECLOG = Row(
    key="seclog",
    published=True,
    label=Words("Journal de sécurité", "Security log"),
    subjects=Words("visiteurs et membres, sous pseudonyme", "visitors and members, under a pseudonym"),
    roles=CONTROLLER,
    store=SECURITY,
    clocks=(
        Clock(
            Words("déceler et comprendre une intrusion", "to detect and understand an intrusion"),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("6m"),
            period("6m"),
            "policy §2, §13; GDPR art. 32",
        ),
    ),
    kinds={"security_event": frozenset({"action", "outcome", "actor", "target", "address", "at"})},
    why="CNIL, délibération 2021-122: six to twelve months, apart, write-only; pseudonyms.",
    unsigned=("Six months, of which the policy says nothing; the retention duties of operators (L34-1 CPCE) are off.",),
)

TRUST: tuple[Row, ...] = (CONSENT, CONSENT_TEXT, ERASED, SECLOG)
