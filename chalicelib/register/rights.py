"""Rows about people's rights: their requests, holds and freezes, breaches, disclosures, and who looks after them."""

from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER, CUSTOMER, MAIL_PROVIDER
from .stores import EPHEMERAL, HOLDS, RIGHTS

_PEOPLE = Words("personnes qui exercent un droit", "people who exercise a right")
_STAFF = Words("délégué à la protection des données", "data protection officer")
_COMPANIES = Words("sociétés, sans donnée personnelle", "companies, no personal data")
AUTHORITY = Words("la CNIL, sur demande", "the CNIL, on demand")

_PROVE = Words("prouver que la loi a été suivie", "to prove that the law was followed")


def _proof(clause: str, keep: str = "60m - 7d", promise: str = "60m") -> tuple[Clock, ...]:
    return (Clock(_PROVE, Basis.LEGAL_DUTY, Event.CLOSED, period(keep), period(promise), clause),)


_SKELETON = frozenset(
    {"right", "door", "state", "received_at", "due_at", "extended_at", "identity_method", "decided_at", "outcome"}
    | {"closed_at", "email_hash", "company", "forwarded_at", "executed_at", "fates", "at", "actor", "what"}
)

RIGHT = Row(
    key="right",
    published=True,
    label=Words("Demande d'exercice d'un droit", "Request to exercise a right"),
    subjects=_PEOPLE,
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=(
        Clock(
            Words("vous répondre", "to answer you"),
            Basis.LEGAL_DUTY,
            Event.CLOSED,
            period("12m - 7d"),
            period("12m"),
            "policy §4, §9; GDPR art. 12",
        ),
        Clock(
            Words("prouver que nous avons répondu", "to prove that we answered"),
            Basis.LEGAL_DUTY,
            Event.CLOSED,
            period("60m - 7d"),
            period("60m"),
            "policy §9; GDPR art. 5 (2)",
            fields=_SKELETON,
        ),
    ),
    kinds={
        "right_request": frozenset(
            {
                "right",
                "door",
                "language",
                "email",
                "email_hash",
                "about",
                "account",
                "name",
                "words",
                "state",
                "received_at",
                "due_at",
                "extended_at",
                "extension_reason",
                "identity_reason",
                "identity_asked_at",
                "identity_method",
                "identified_at",
                "suspended_days",
                "freeze",
                "generation",
                "meeting",
                "invitation",
                "decided_at",
                "outcome",
                "closed_at",
                "alerted",
                "provider",
            }
        ),
        "right_part": frozenset(
            {
                "company",
                "company_name",
                "contact",
                "meetings",
                "state",
                "due_at",
                "forwarded_at",
                "reminded",
                "decided_at",
                "outcome",
                "fates",
                "reason",
                "executed_at",
                "frozen_until",
                "package",
                "certificate",
            }
        ),
        "right_step": frozenset({"at", "actor", "what", "note"}),
        "right_pointer": frozenset({"at"}),
    },
    recipients=(MAIL_PROVIDER, CUSTOMER, AUTHORITY),
    why="Policy §9: you have rights, and we answer. GDPR art. 12 (3), 5 (2).",
    unsigned=("Kept five years after the answer, its body twelve months: the policy names no period.",),
)

IDPROOF = Row(
    key="idproof",
    published=True,
    label=Words("Preuve d'identité ou de qualité", "Proof of identity or standing"),
    subjects=_PEOPLE,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(
        Clock(
            Words("vérifier qui demande, en cas de doute", "to check who asks, in case of doubt"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("30d"),
            period("30d"),
            "policy §9; GDPR art. 12 (6)",
        ),
    ),
    kinds={
        "identity_code": frozenset({"digest", "tries", "sent_at"}),
        "id_proof": frozenset({"request", "what", "digest"}),
    },
    recipients=(MAIL_PROVIDER,),
    why="Policy §9: proof of identity in case of reasonable doubt. Deleted at the decision, 30 days at most.",
)

MORTEM = Row(
    key="mortem",
    published=True,
    label=Words("Directives après la mort", "Directives after death"),
    subjects=Words("titulaires d'un compte et personnes désignées", "account holders and the people they name"),
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=(
        Clock(
            Words("respecter vos directives", "to follow your directives"),
            Basis.LEGAL_DUTY,
            Event.CLOSED,
            period("12m - 7d"),
            period("12m"),
            "policy §9; art. 85 LIL",
        ),
    ),
    kinds={"directive": frozenset({"account", "state", "given_at", "ended_at", "wish", "person", "contact"})},
    sealed=frozenset({"wish", "person", "contact"}),
    why="Policy §9: directives about the fate of your data after death; art. 85 of the French data protection act.",
)

BREACH = Row(
    key="breach",
    published=True,
    label=Words("Registre des violations", "Register of breaches"),
    subjects=Words("personnes concernées, en nombre", "people concerned, as a number"),
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=_proof("policy §13; GDPR art. 33 (5)"),
    kinds={
        "breach": frozenset(
            {
                "title",
                "aware_at",
                "nature",
                "categories",
                "people",
                "records",
                "consequences",
                "measures",
                "risk",
                "exception",
                "state",
                "notified_at",
                "late_reason",
                "closed_at",
                "alerted",
            }
        ),
        "breach_notice": frozenset({"company", "company_name", "contact", "meetings", "told_at", "phase"}),
        "breach_phase": frozenset({"at", "number", "late_reason", "digest"}),
    },
    recipients=(AUTHORITY, CUSTOMER),
    why="Policy §13: you are told of a breach. GDPR art. 33, 34.",
    unsigned=("Kept five years after closing.", "Customers are told within 24 hours of awareness."),
)

DISCLOSED = Row(
    key="disclosed",
    published=True,
    label=Words("Communications aux autorités", "Disclosures to authorities"),
    subjects=Words("personnes visées par une réquisition", "people an order is about"),
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=_proof("policy §6"),
    kinds={
        "authority": frozenset(
            {
                "authority",
                "reference",
                "ground",
                "asked",
                "given",
                "decided_by",
                "decided_at",
                "meeting",
                "digest",
                "gag_until",
                "told_at",
                "closed_at",
                "year",
            }
        )
    },
    recipients=(Words("l'autorité qui l'ordonne", "the authority that orders it"),),
    why="Policy §6: disclosure to authorities when the law demands it. Nothing leaves by another way.",
    unsigned=("Kept five years after closing.",),
)

SUSPENSION = Row(
    key="suspension",
    label=Words("Conservations légales et gels", "Legal holds and freezes"),
    subjects=Words("personnes dont une donnée est retenue ou gelée", "people whose data is held or frozen"),
    roles=CONTROLLER,
    store=RIGHTS,
    objects=HOLDS,
    prefix="held/",
    clocks=_proof("policy §6, §9; GDPR art. 17 (3) e, 18"),
    kinds={
        "legal_hold": frozenset(
            {"number", "reason", "case", "review_at", "scope", "places", "opened_at", "opened_by", "closed_at", "state"}
            | {"moving"}
        ),
        "freeze": frozenset(
            {"request", "reason", "scope", "places", "opened_at", "lapses_at", "told_at", "lift_at", "closed_at"}
            | {"state", "email", "language"}
        ),
    },
    why="Policy §6: to establish or defend a legal claim; §9: keep without using. Files lie apart meanwhile.",
)

DECISION = Row(
    key="decision",
    label=Words("Décisions automatisées", "Automated decisions"),
    subjects=Words("personnes refusées par une règle", "people a rule refused"),
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=(
        Clock(
            Words("faire revoir la décision par une personne", "to have the decision reviewed by a person"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("6m - 7d"),
            period("6m"),
            "GDPR art. 22 (3)",
        ),
    ),
    kinds={
        "automated_decision": frozenset(
            {
                "rule",
                "subject_hash",
                "reason",
                "counter",
                "decided_at",
                "asked_at",
                "due_at",
                "email",
                "words",
                "language",
            }
            | {"human", "human_at", "outcome", "answer", "alerted"}
        )
    },
    why="GDPR art. 22: whoever a rule refused may ask a person.",
    unsigned=("A person answers within two working days.",),
)

OFFICE = Row(
    key="office",
    label=Words("Accès à la console", "Access to the console"),
    subjects=_STAFF,
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=(
        Clock(
            Words("n'ouvrir la console qu'à qui en a la charge", "to open the console only to who is in charge"),
            Basis.LEGITIMATE_INTEREST,
            Event.LAST_USE,
            period("12m - 7d"),
            period("12m"),
            "policy §13; GDPR art. 32",
        ),
    ),
    kinds={
        "officer": frozenset({"role", "granted_at", "confirmed_at", "last_step", "secret"}),
        "console_access": frozenset({"officer", "what", "at"}),
    },
    sealed=frozenset({"secret"}),
    why="A role of its own, a second factor, every access logged.",
)

CONSOLE_VISIT = Row(
    key="console_visit",
    label=Words("Visite de la console", "Visit of the console"),
    subjects=_STAFF,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(
        Clock(
            Words("se souvenir du second facteur", "to remember the second factor"),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("4h"),
            period("1d"),
            "policy §13; GDPR art. 32",
        ),
    ),
    kinds={"console_visit": frozenset({"officer", "at"})},
    why="The second factor counts for one session, four hours.",
)

GOVERNANCE = Row(
    key="governance",
    label=Words("Sous-traitants, analyses d'impact, signatures", "Subprocessors, impact assessments, signatures"),
    subjects=_COMPANIES,
    roles=CONTROLLER,
    store=RIGHTS,
    clocks=_proof("policy §6, §13; GDPR art. 28, 35"),
    kinds={
        "subprocessor": frozenset(
            {"name", "seat", "parent", "place", "task", "contract_digest", "transfer_tool", "state"}
            | {"announced_at", "active_from", "ended_at"}
        ),
        "subprocessor_objection": frozenset({"company", "company_name", "words", "at"}),
        "dpia": frozenset({"feature", "title", "edition", "measures", "risk", "signed_by", "signed_at", "closed_at"}),
        "signature": frozenset({"row_key", "choice", "signed_by", "signed_at"}),
    },
    why="GDPR art. 28 and 35: no contract, no data; no assessment, no feature.",
)

RIGHTS_ROWS: tuple[Row, ...] = (
    RIGHT,
    IDPROOF,
    MORTEM,
    BREACH,
    DISCLOSED,
    SUSPENSION,
    DECISION,
    OFFICE,
    CONSOLE_VISIT,
    GOVERNANCE,
)
