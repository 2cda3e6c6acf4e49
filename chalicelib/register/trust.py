"""Rows by which people choose, object and complain, and by which the promise is proved."""

from .common import NOBODY
from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER, MAIL_PROVIDER
from .stores import EPHEMERAL, PEOPLE, PROOF, SECURITY

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
        "certificate": frozenset({"customer", "about", "asked", "groups", "locators", "kept", "made_at"}),
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

PROSPECTING = Words("vous parler de nos services", "to tell you about our services")

CONTACT = Row(
    key="contact",
    published=True,
    label=Words("Contact commercial", "Commercial contact"),
    subjects=Words("clients et personnes qui nous ont écrit", "customers and people who wrote to us"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            PROSPECTING,
            Basis.LEGITIMATE_INTEREST,
            Event.LAST_USE,
            period("36m - 7d"),
            period("36m"),
            "policy §7",
        ),
    ),
    kinds={"contact": frozenset({"email", "name", "company", "language"})},
    recipients=(MAIL_PROVIDER,),
    why="Policy §7: from the last use, or from the person's own last contact. Objecting ends it at once.",
)

NEWSLETTER = Row(
    key="newsletter",
    published=True,
    label=Words("Lettre d'information", "Newsletter"),
    subjects=Words("clients et abonnés", "customers and subscribers"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("informer nos clients, sauf refus", "to keep customers informed, unless they refuse"),
            Basis.LEGITIMATE_INTEREST,
            Event.LAST_USE,
            period("36m - 7d"),
            period("36m"),
            "policy §4, §5",
        ),
        Clock(
            Words("informer qui l'a demandé", "to keep informed who asked for it"),
            Basis.CONSENT,
            Event.LAST_USE,
            period("36m - 7d"),
            period("36m"),
            "policy §4, §5",
        ),
    ),
    kinds={"subscriber": frozenset({"email", "language", "basis", "text_hash", "since"})},
    recipients=(MAIL_PROVIDER,),
    why="Policy §5: legitimate interest for customers, consent for everybody else; never a meeting's guests.",
)

NEWSLETTER_REQUEST = Row(
    key="newsletter_request",
    label=Words("Demande d'abonnement à confirmer", "Request to subscribe, to be confirmed"),
    subjects=VISITORS,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(
        Clock(
            Words("vérifier que la demande vient de vous", "to check that the request comes from you"),
            Basis.CONSENT,
            Event.COLLECTED,
            period("7d"),
            period("7d"),
            "policy §5",
        ),
    ),
    kinds={"newsletter_request": frozenset({"email", "language", "text_hash", "asked_at", "token_hash", "channel"})},
    recipients=(MAIL_PROVIDER,),
    why="Double opt-in: an address that is not confirmed within seven days is deleted.",
)

SUPPRESSION = Row(
    key="suppression",
    published=True,
    label=Words("Liste d'opposition", "Objection list"),
    subjects=Words("personnes qui se sont opposées, sous une empreinte", "people who objected, as a keyed hash"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("ne plus vous écrire", "not to write to you again"),
            Basis.LEGITIMATE_INTEREST,
            Event.COLLECTED,
            period("36m - 7d"),
            period("36m"),
            "policy §4; GDPR art. 21 (3)",
        ),
    ),
    kinds={"suppression": frozenset({"channel"})},
    why="CNIL, « liste repoussoir »: a keyed hash, no other use. Renewed by each new objection.",
    unsigned=("Three years from the last objection.",),
)

TICKET = Row(
    key="ticket",
    published=True,
    label=Words("Demandes, réclamations, signalements", "Questions, complaints, reports"),
    subjects=Words("personnes qui nous écrivent", "people who write to us"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("vous répondre et en garder trace", "to answer you and keep track of it"),
            Basis.LEGITIMATE_INTEREST,
            Event.CLOSED,
            period("36m - 7d"),
            period("36m"),
            "policy §4",
        ),
    ),
    kinds={
        "ticket": frozenset(
            {
                "topic",
                "category",
                "about",
                "name",
                "email",
                "company",
                "body",
                "language",
                "account",
                "asked_at",
                "moved_at",
                "closed_at",
            }
        ),
        "ticket_answer": frozenset({"body", "at"}),
    },
    recipients=(MAIL_PROVIDER,),
    why="Policy §4: manage your contact requests (complaints, reports).",
    unsigned=("Three years from the closing; a request that rests for ninety days is closed.",),
)

STATS = Row(
    key="stats",
    published=True,
    label=Words("Statistiques", "Statistics"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PROOF,
    clocks=(
        Clock(
            Words("connaître l'usage de la solution", "to know how the solution is used"),
            Basis.LEGITIMATE_INTEREST,
            Event.RENEWED,
            period("60m"),
            period("61m"),
            "policy §4",
        ),
    ),
    kinds={"day_count": frozenset({"day", "meetings", "minutes", "participants", "ratings", "score"})},
    why="Counts per day, without ids; a count under five is not kept. Made before the meetings' data go.",
    unsigned=("A cell under five is suppressed.",),
)

NOTICE = Row(
    key="notice",
    label=Words("Avis envoyés aux clients", "Notices sent to customers"),
    subjects=Words("membres du client", "members of the customer"),
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("ne pas vous écrire deux fois la même chose", "not to write the same thing to you twice"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("12m"),
            period("13m"),
            "policy §14; GDPR art. 13",
        ),
    ),
    kinds={"notice": frozenset({"account", "what", "at"})},
    why="Which version of the policy was announced to whom, who was warned that an account sleeps.",
)

INCIDENT = Row(
    key="incident",
    label=Words("Incidents annoncés", "Incidents announced"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("dire à tous comment se porte le service", "to tell everybody how the service fares"),
            Basis.LEGITIMATE_INTEREST,
            Event.CLOSED,
            period("12m"),
            period("13m"),
            "policy §10",
        ),
    ),
    kinds={"incident": frozenset({"part", "begun_at", "over_at", "notes"})},
    why="What operators publish of an outage; it names nobody.",
    unsigned=("Twelve months from the end of the incident.",),
)

TRUST: tuple[Row, ...] = (
    CONTACT,
    CONSENT,
    NEWSLETTER,
    SUPPRESSION,
    TICKET,
    STATS,
    ERASED,
    SECLOG,
    CONSENT_TEXT,
    NEWSLETTER_REQUEST,
    NOTICE,
    INCIDENT,
)
