"""Rows the service works with day by day.

The policy does not name them one by one; each has a short clock all the same.
"""

from .events import Event
from .model import Basis, Clock, Role, Row, Words
from .period import Period, period
from .published import CONTROLLER, CUSTOMER, CUSTOMER_CONTACT, MAIL_PROVIDER, MEETING, MEMBERS, PARTICIPANTS, PROCESSOR
from .stores import EPHEMERAL, KEYS, PEOPLE, USAGE

EITHER = frozenset({Role.CONTROLLER, Role.PROCESSOR})
NOBODY = Words("personne : aucune donnée personnelle", "nobody: no personal data")
SECURITY = Words("protéger le service", "to protect the service")
RUNNING = Words("faire fonctionner le service", "to run the service")


def _clock(purpose: Words, basis: Basis, start: Event, keep: str, promise: str, clause: str) -> tuple[Clock, ...]:
    return (Clock(purpose, basis, start, period(keep), period(promise), clause),)


COMPANY = Row(
    key="company",
    label=Words("Société cliente et rôles", "Customer company and roles"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=PEOPLE,
    clocks=_clock(
        Words("tenir le compte du client", "to keep the customer's account"),
        Basis.CONTRACT,
        Event.LAST_USE,
        "36m - 30d",
        "36m",
        "policy §3, §7",
    ),
    kinds={
        "company": frozenset({"name", "privacy_contact", "created_at", "frames"}),
        "member": frozenset({"account", "role", "joined_at"}),
        "company_rules": frozenset(
            {"recording", "lobby", "keep", "days", "joiners", "domains", "second_factor", "changed_at"}
        ),
        "suspension": frozenset({"since", "cause"}),
        "subscription": frozenset(
            {
                "plan",
                "since",
                "until",
                "seats",
                "period",
                "anchor",
                "number",
                "next",
                "ending",
                "prepaid",
                "told",
                "debited",
                "invitations",
                "invitations_until",
            }
        ),
    },
    why="Architecture: company, member, plan and subscription, and what the company decides for its meetings.",
)

USAGE_MONTH = Row(
    key="usage_month",
    label=Words("Usage d'une société, en nombres", "A company's usage, in numbers"),
    subjects=Words("sociétés, sans nom de personne", "companies, naming nobody"),
    roles=frozenset({Role.CONTROLLER}),
    store=PEOPLE,
    clocks=_clock(
        Words("dire au client combien il utilise le service", "to tell the customer how much they use the service"),
        Basis.CONTRACT,
        Event.RENEWED,
        "13m",
        "14m",
        "policy §4",
    ),
    kinds={"usage_month": frozenset({"month", "meetings", "minutes", "participants", "counted"})},
    why="Made each night of the attendance before it goes: sums of a month, no meeting and nobody in it.",
)

MEMBER_INVITATION = Row(
    key="member_invitation",
    label=Words("Invitation à rejoindre une société", "Invitation to join a company"),
    subjects=Words("collègues invités", "invited colleagues"),
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=_clock(
        Words("inviter un collègue", "to invite a colleague"), Basis.CONTRACT, Event.COLLECTED, "7d", "7d", "policy §3"
    ),
    kinds={"member_invitation": frozenset({"company", "company_name", "email", "role", "invited_by"})},
    recipients=(MAIL_PROVIDER,),
    why="A colleague's address, until accepted or seven days have passed.",
)

ONE_TIME_LINK = Row(
    key="one_time_link",
    label=Words("Lien à usage unique", "One-time link"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=_clock(
        Words("vérifier une adresse, changer un mot de passe", "to verify an address, to change a password"),
        Basis.CONTRACT,
        Event.COLLECTED,
        "24h",
        "1d",
        "policy §3",
    ),
    kinds={
        "one_time_link": frozenset({"purpose", "account", "email"}),
        "signup": frozenset(
            {
                "email",
                "first_name",
                "name",
                "password_hash",
                "company_name",
                "privacy_contact",
                "documents",
                "language",
                "timezone",
                "accepted_at",
                "policy_version",
                "browser",
            }
        ),
    },
    why="Nothing of a registration enters the customer files before its address is verified.",
)

SESSION = Row(
    key="session",
    label=Words("Session de connexion", "Signed-in session"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=_clock(
        Words("vous garder connecté", "to keep you signed in"),
        Basis.CONTRACT,
        Event.LAST_USE,
        "14d",
        "14d",
        "policy §10",
    ),
    kinds={"session": frozenset({"account", "created_at", "seen_at", "device", "proved_at", "factor_due"})},
    why="Server-side, so that it can be revoked.",
)

PASS = Row(
    key="pass",
    label=Words("Laissez-passer d'un participant", "A participant's pass"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=EPHEMERAL,
    clocks=_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "1d", "30d", "policy §10"),
    kinds={"pass": frozenset({"occurrence", "meeting", "participant", "invitation"})},
    why="Binds a browser to a participant of one occurrence; revocable.",
    contact=CUSTOMER_CONTACT,
)

THROTTLE = Row(
    key="throttle",
    label=Words("Limitation des essais", "Throttling of attempts"),
    subjects=Words("visiteurs, sous forme d'empreinte", "visitors, as a keyed hash"),
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=_clock(SECURITY, Basis.LEGITIMATE_INTEREST, Event.COLLECTED, "1d", "2d", "policy §13; GDPR art. 32"),
    kinds={"throttle": frozenset({"tries"})},
    why="Attempts per account and per origin, counted under a keyed hash.",
)

MEETING_ROW = Row(
    key="meeting",
    label=Words("Réunion", "Meeting"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "28d", "30d", "policy §4, §7"),
    kinds={
        "meeting": frozenset(
            {
                "title",
                "host",
                "company",
                "timezone",
                "sequence",
                "created_at",
                "cancelled_at",
                "rule",
                "first_at",
                "length",
                "gaps",
                "shared_at",
                "shared_generation",
            }
        ),
        "occurrence": frozenset(
            {
                "meeting",
                "title",
                "host",
                "company",
                "timezone",
                "starts_at",
                "ends_at",
                "started_at",
                "ended_at",
                "cancelled_at",
                "recording",
                "keep",
                "open_invited",
                "open_company",
                "locked",
                "host_told_at",
                "planned_at",
                "sequence",
            }
        ),
        "reminder": frozenset({"meeting", "remind_at", "number"}),
        "meeting_role": frozenset({"meeting", "account", "plans", "cohosts"}),
    },
    recipients=(CUSTOMER, PARTICIPANTS),
    why="Title, time and host of a meeting: the customer's data. A date of a series goes by its own end, the rest by "
    "the last.",
    contact=CUSTOMER_CONTACT,
)

ADDRESS_BOOK = Row(
    key="address_book",
    label=Words("Carnet d'adresses d'une entreprise", "Address book of a company"),
    subjects=Words("personnes que l'entreprise invite", "people the company invites"),
    roles=PROCESSOR,
    store=PEOPLE,
    clocks=_clock(
        Words("proposer l'adresse de qui a déjà été invité", "to offer the address of who was invited before"),
        Basis.INSTRUCTION,
        Event.LAST_USE,
        "12m - 8d",
        "12m",
        "policy §3; GDPR art. 28",
    ),
    kinds={"book_entry": frozenset({"email", "name", "refused"})},
    recipients=(CUSTOMER,),
    why="Only what a member chose to keep, for the members of that company alone. Who objects leaves the hash of the "
    "address: it is kept so as not to be entered again.",
    contact=CUSTOMER_CONTACT,
    unsigned=("A year after the last use: our choice, within the three years of contacts.",),
)

RATING = Row(
    key="rating",
    label=Words("Avis sur la qualité d'une réunion", "Rating of a meeting's quality"),
    subjects=Words("participants qui le donnent", "participants who give it"),
    roles=frozenset({Role.CONTROLLER}),
    store=USAGE,
    clocks=_clock(
        Words("améliorer la qualité du son et de l'image", "to improve the quality of sound and picture"),
        Basis.LEGITIMATE_INTEREST,
        Event.COLLECTED,
        "28d",
        "30d",
        "policy §4, §7",
    ),
    kinds={"rating": frozenset({"occurrence", "participant", "score", "at"})},
    why="One optional question at the end of a meeting: a number from 1 to 5, no text.",
)

SAVE = Row(
    key="save",
    label=Words("Fichiers enregistrés par l'organisateur", "Files saved by the organiser"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=_clock(
        Words("dire aux participants ce qui a été enregistré", "to tell participants what was saved"),
        Basis.INSTRUCTION,
        Event.COLLECTED,
        "28d",
        "30d",
        "policy §6; GDPR art. 15 (1) c",
    ),
    kinds={"save": frozenset({"occurrence", "what", "account", "name", "at"})},
    recipients=(PARTICIPANTS,),
    why="Who saved which file of a meeting, and when: everybody who was there can see it.",
    contact=CUSTOMER_CONTACT,
)

DELIVERY = Row(
    key="delivery",
    label=Words("Remise des courriels d'invitation", "Delivery of invitation e-mails"),
    subjects=Words("personnes invitées", "invited people"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "28d", "30d", "policy §4, §7"),
    kinds={"delivery": frozenset({"state", "attempts", "changed_at", "reason", "mail"})},
    recipients=(CUSTOMER,),
    why="Whether an invitation reached its guest, as its carriers report, shown to the host: a word, none of theirs.",
    contact=CUSTOMER_CONTACT,
)

REPLY = Row(
    key="reply",
    label=Words("Réponses aux invitations", "Replies to invitations"),
    subjects=Words("personnes invitées", "invited people"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_clock(
        Words("dire à l'organisateur qui viendra", "to tell the organiser who will come"),
        Basis.INSTRUCTION,
        Event.MEETING_END,
        "28d",
        "30d",
        "policy §4, §7",
    ),
    kinds={"reply": frozenset({"invitation", "about", "answer", "sequence", "stamped_at", "answered_at"})},
    recipients=(CUSTOMER,),
    why="Yes, no or perhaps, as the guest's calendar answered, shown to the host. What people write beside it is passed"
    " on to the host and not kept.",
    contact=CUSTOMER_CONTACT,
)

OUTBOX = Row(
    key="outbox",
    label=Words("Courriels à envoyer", "E-mails to be sent"),
    subjects=Words("destinataires", "recipients"),
    roles=EITHER,
    store=EPHEMERAL,
    clocks=_clock(
        Words("envoyer le courriel", "to send the e-mail"), Basis.CONTRACT, Event.COLLECTED, "3d", "3d", "policy §4"
    ),
    kinds={
        "outgoing_mail": frozenset(
            {
                "recipient",
                "message",
                "state",
                "attempts",
                "next_attempt_at",
                "thread",
                "about_pk",
                "about_sk",
                "purpose",
                "tally",
            }
        )
    },
    recipients=(MAIL_PROVIDER,),
    why="Written before it is sent, so that no mail is lost; emptied once sent.",
    contact=CUSTOMER_CONTACT,
)

DISCLOSURE = Row(
    key="disclosure",
    label=Words("Registre des destinataires", "Recipients ledger"),
    subjects=Words("personnes dont une donnée a été communiquée", "people whose data was disclosed"),
    roles=EITHER,
    store=USAGE,
    clocks=_clock(
        Words("prévenir les destinataires", "to tell recipients"),
        Basis.LEGAL_DUTY,
        Event.COLLECTED,
        "28d",
        "30d",
        "policy §6; GDPR art. 15 (1) c, 19",
    ),
    kinds={"disclosure": frozenset({"row_key", "subject_hash", "recipient", "what", "at"})},
    why="Who received what, when: needed to answer art. 15 and to carry out art. 19.",
    contact=CUSTOMER_CONTACT,
)

ROOM = Row(
    key="room",
    label=Words("Salle en cours", "Live room"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1d", "2d", "policy §4"),
    kinds={
        "room": frozenset({"worker", "incarnation", "control", "epoch", "participants", "company", "ended", "expected"})
    },
    why="Which worker holds an occurrence, under which epoch.",
)

JOIN_TROUBLE = Row(
    key="join_trouble",
    label=Words("Entrées manquées, en nombres", "Failed entries, in numbers"),
    subjects=Words("sociétés, sans nom de personne", "companies, naming nobody"),
    roles=CONTROLLER,
    store=USAGE,
    clocks=_clock(RUNNING, Basis.CONTRACT, Event.COLLECTED, "28d", "30d", "policy §4"),
    kinds={"join_trouble": frozenset({"times"})},
    why="How often a company's meetings could not be entered, by day and cause, for who helps it.",
)

RECORDING_LEASE = Row(
    key="recording_lease",
    label=Words("Enregistrement en cours", "Running recording"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1d", "2d", "policy §4"),
    kinds={"recording_lease": frozenset({"recording", "renewed_at"})},
    why="That an occurrence is being recorded holds while somebody renews it; one that died blocks nothing.",
)

RECORDING_SHARE = Row(
    key="recording_share",
    label=Words("Enregistrements partagés avec un collègue", "Recordings shared with a colleague"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=_clock(
        Words("laisser un collègue revoir une réunion", "to let a colleague watch a meeting"),
        Basis.INSTRUCTION,
        Event.COLLECTED,
        "28d",
        "30d",
        "policy §3, §6",
    ),
    kinds={"recording_share": frozenset({"recording", "account", "shared_at"})},
    recipients=(CUSTOMER,),
    why="Which members of the customer's company may watch a recording; it goes with the recording.",
    contact=CUSTOMER_CONTACT,
)

VIEWING = Row(
    key="viewing",
    label=Words("Lecture d'un enregistrement en cours", "A recording being watched"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=EPHEMERAL,
    clocks=_clock(
        Words("faire lire un enregistrement à qui y a droit", "to play a recording to who may watch it"),
        Basis.INSTRUCTION,
        Event.COLLECTED,
        "6h",
        "1d",
        "policy §13; GDPR art. 32",
    ),
    kinds={"viewing": frozenset({"recording", "account"})},
    why="Segment keys and links are given per viewing; what is left of one is a line in the recipients ledger.",
    contact=CUSTOMER_CONTACT,
)

WORKER = Row(
    key="worker",
    label=Words("Serveur de média", "Media worker"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1h", "1d", "policy §4"),
    kinds={
        "worker": frozenset(
            {"incarnation", "control", "capacity", "load", "draining", "reported_at", "revision", "drain"}
        ),
    },
    why="A worker's last report; its lease.",
)

COMING = Row(
    key="coming",
    label=Words("Charge à venir", "Load to come"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=_clock(RUNNING, Basis.CONTRACT, Event.COLLECTED, "6h", "1d", "policy §4"),
    kinds={"coming": frozenset({"load"})},
    why="How much the meetings of a minute will weigh, counted an hour before: workers are started in time.",
)

DATA_KEY = Row(
    key="data_key",
    label=Words("Clé de chiffrement d'une réunion", "Encryption key of a meeting"),
    subjects=NOBODY,
    roles=EITHER,
    store=KEYS,
    clocks=(
        Clock(
            Words("déchiffrer ce que la clé protège", "to decrypt what the key protects"),
            Basis.INSTRUCTION,
            Event.PROTECTED_UNTIL,
            Period(),
            Period(),
            "policy §7, §13",
        ),
    ),
    kinds={"data_key": frozenset({"wrapped", "kek"})},
    why="Destroying it makes every copy of what it protects unreadable.",
    contact=CUSTOMER_CONTACT,
)

SWEEP = Row(
    key="sweep",
    label=Words("État du nettoyage", "State of the sweep"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=_clock(RUNNING, Basis.LEGAL_DUTY, Event.RENEWED, "400d", "14m", "policy §7"),
    kinds={
        "sweep_mark": frozenset({"hour"}),
        "census_result": frozenset({"counted", "late", "suspended", "oldest", "next", "at"}),
    },
    why="How far the hourly sweep has come; what the daily census found.",
)

TECHNICAL_LOG = Row(
    key="log",
    label=Words("Journaux techniques", "Technical logs"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=None,
    clocks=_clock(
        RUNNING, Basis.LEGITIMATE_INTEREST, Event.COLLECTED, "14d", "30d", "policy §13; CNIL, délibération 2021-122"
    ),
    kinds={},
    logs=frozenset(
        {
            "functions/public",
            "functions/callback",
            "functions/console",
            "functions/schedule",
            "composers",
            "workers",
            "relays",
        }
    ),
    why="What happened, without a name, an address or an e-mail: a test runs every flow and reads every line.",
)

WORKING: tuple[Row, ...] = (
    COMPANY,
    USAGE_MONTH,
    MEMBER_INVITATION,
    ONE_TIME_LINK,
    SESSION,
    PASS,
    THROTTLE,
    MEETING_ROW,
    ADDRESS_BOOK,
    RATING,
    SAVE,
    DELIVERY,
    REPLY,
    OUTBOX,
    DISCLOSURE,
    ROOM,
    JOIN_TROUBLE,
    RECORDING_LEASE,
    RECORDING_SHARE,
    VIEWING,
    WORKER,
    COMING,
    DATA_KEY,
    SWEEP,
    TECHNICAL_LOG,
)
