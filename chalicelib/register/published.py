"""The categories of data the privacy policy speaks of."""

from .events import Event
from .model import Basis, Clock, Phase, Role, Row, Words
from .period import period
from .stores import CONTRACTS, EPHEMERAL, EXPORTS, PEOPLE, RECORDINGS, USAGE

CONTROLLER = frozenset({Role.CONTROLLER})
PROCESSOR = frozenset({Role.PROCESSOR})

MAIL_PROVIDER = Words("prestataire d'envoi des courriels", "e-mail provider")
CUSTOMER = Words("le client qui organise la réunion", "the customer who holds the meeting")
PARTICIPANTS = Words("les participants de la réunion", "the participants of the meeting")
MEMBERS = Words("membres du client", "members of the customer")
GUESTS = Words("personnes invitées", "invited people")

CUSTOMER_CONTACT = "company.privacy_contact"
MEETING = Words("tenir la réunion pour le compte du client", "to hold the meeting on the customer's behalf")


def _usage(start: Event, clause: str) -> tuple[Clock, ...]:
    """Usage data: 30 days promised, 28 set, one day of recovery between."""
    return (Clock(MEETING, Basis.INSTRUCTION, start, period("28d"), period("30d"), clause),)


ACCOUNT = Row(
    key="account",
    published=True,
    label=Words("Compte", "Account"),
    subjects=MEMBERS,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("tenir votre compte", "to keep your account"),
            Basis.CONTRACT,
            Event.LAST_USE,
            period("36m - 30d"),
            period("36m"),
            "policy §3, §7",
        ),
    ),
    kinds={
        "account": frozenset(
            {
                "email",
                "first_name",
                "name",
                "password_hash",
                "company",
                "role",
                "language",
                "timezone",
                "verified_at",
                "created_at",
                "sessions_since",
                "policy_version",
                "feed_since",
                "feed_generation",
            }
        ),
        "login": frozenset({"account"}),
    },
    recipients=(MAIL_PROVIDER,),
    why="Policy §3: name, first name, e-mail address, password, company concerned.",
)

_AGREED = ("documents", "accepted_at", "offer", "term", "billing")

CONTRACT = Row(
    key="contract",
    published=True,
    label=Words("Preuve du contrat", "Proof of contract"),
    subjects=Words("signataires chez le client", "the customer's signatories"),
    roles=CONTROLLER,
    store=PEOPLE,
    archive=CONTRACTS,
    clocks=(
        Clock(
            Words("exécuter le contrat", "to perform the contract"),
            Basis.CONTRACT,
            Event.TERMINATED,
            period("0d"),
            period("36m"),
            "policy §3, §7",
        ),
        Clock(
            Words("prouver le contrat", "to prove the contract"),
            Basis.LEGITIMATE_INTEREST,
            Event.TERMINATED,
            period("60m - 7d"),
            period("60m"),
            "policy §7",
            fields=frozenset({"company_name", "signatory", "signatory_email", *_AGREED}),
            phase=Phase.ARCHIVE,
        ),
    ),
    kinds={"contract": frozenset({"company", "account", "company_name", "signatory", "signatory_email", *_AGREED})},
    why="Policy §7: information necessary to establish proof of the contractual relationship, 5 years at most.",
)

INVITE = Row(
    key="invite",
    published=True,
    label=Words("Invitation à une réunion", "Invitation to a meeting"),
    subjects=GUESTS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=_usage(Event.MEETING_END, "policy §3, §4, §7"),
    kinds={
        "invitation": frozenset(
            {
                "meeting",
                "email",
                "email_hash",
                "name",
                "generation",
                "revoked_at",
                "sequence",
                "reminded_at",
                "invited_at",
            }
        )
    },
    recipients=(MAIL_PROVIDER, CUSTOMER),
    why="Policy §3: e-mail address of users invited to a meeting by other users.",
    contact=CUSTOMER_CONTACT,
    unsigned=("The clock starts at the meeting's end, not at collection: an invitation sent 45 days ahead must live.",),
)

GUEST = Row(
    key="guest",
    published=True,
    label=Words("Nom donné pour entrer dans la réunion", "Name given to enter the meeting"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_usage(Event.COLLECTED, "policy §3, §7"),
    kinds={
        "participant": frozenset(
            {
                "occurrence",
                "first_name",
                "name",
                "role",
                "state",
                "invitation",
                "account",
                "asked_at",
                "decided_at",
                "seen_at",
                "holder",
                "policy_version",
                "recording_answered",
                "recorded_until",
                "let_in_by",
                "revision",
                "held",
                "hand_at",
                "changed_at",
                "refusal",
                "by_link",
            }
        )
    },
    recipients=(CUSTOMER, PARTICIPANTS),
    why="Policy §3: name and first name given at the first connection.",
    contact=CUSTOMER_CONTACT,
)

LIVE = Row(
    key="live",
    published=True,
    label=Words("Image et voix en direct", "Live image and voice"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=None,
    clocks=(Clock(MEETING, Basis.INSTRUCTION, Event.COLLECTED, period("0d"), period("0d"), "policy §3"),),
    kinds={},
    recipients=(PARTICIPANTS,),
    why="Policy §3: videoconference data. Forwarded from memory; written only as a recording.",
    contact=CUSTOMER_CONTACT,
)

TALK = Row(
    key="talk",
    published=True,
    label=Words("Messages écrits", "Written messages"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_usage(Event.COLLECTED, "policy §3, §7"),
    kinds={
        "chat_message": frozenset(
            {"occurrence", "seq", "participant", "client_id", "name", "body", "said_at", "reply"}
        ),
        "chat_receipt": frozenset({"seq"}),
    },
    sealed=frozenset({"name", "body"}),
    recipients=(PARTICIPANTS,),
    why="Policy §3: written messages sent via the solution.",
    contact=CUSTOMER_CONTACT,
)

NOTES = Row(
    key="notes",
    published=True,
    label=Words("Notes communes", "Shared notes"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_usage(Event.COLLECTED, "policy §6, §7"),
    kinds={"note_change": frozenset({"occurrence", "participant", "client", "number", "written_at", "body"})},
    sealed=frozenset({"body"}),
    recipients=(PARTICIPANTS,),
    why="Policy §7: notes, which the organiser may save. Kept change by change: each person's words are known.",
    contact=CUSTOMER_CONTACT,
)

ATTENDANCE = Row(
    key="attendance",
    published=True,
    label=Words("Présence à la réunion", "Attendance of the meeting"),
    subjects=Words("participants", "participants"),
    roles=PROCESSOR,
    store=USAGE,
    clocks=_usage(Event.COLLECTED, "policy §4, §7"),
    kinds={
        "interval": frozenset(
            {
                *("occurrence", "participant", "connection", "since", "until", "open"),
                *("up_packets", "up_lost", "down_packets", "down_lost", "paused", "path_after", "media_after"),
            }
        )
    },
    recipients=(CUSTOMER,),
    why="Policy §4: duration, time of connection, number of participants. With each connection stands how the network "
    "carried it: sums of packets and seconds, no address and nothing of what was said or shown.",
    contact=CUSTOMER_CONTACT,
)

RECORDING = Row(
    key="recording",
    published=True,
    label=Words("Enregistrement de la réunion", "Recording of the meeting"),
    subjects=Words("participants qui ont accepté d'être enregistrés", "participants who agreed to be recorded"),
    roles=PROCESSOR,
    store=USAGE,
    objects=RECORDINGS,
    prefix="recordings/",
    resealed=True,
    clocks=_usage(Event.COLLECTED, "policy §3, §7"),
    kinds={
        "recording": frozenset(
            {
                "occurrence",
                "meeting",
                "host",
                "company",
                "state",
                "asked_at",
                "began_at",
                "ended_at",
                "closed_at",
                "text_hash",
                "parts",
                "missing",
            }
        ),
        "recording_part": frozenset(
            {"epoch", "worker", "incarnation", "state", "opened_at", "renewed_at", "waiting", "lost"}
        ),
        "recording_track": frozenset({"participant", "agreed_by", "source", "opened_at", "name"}),
        "recording_consent": frozenset({"participant", "granted", "text_hash", "decided_at"}),
        "recording_file": frozenset(
            {
                "what",
                "about",
                "state",
                "participants",
                "account",
                "asked_at",
                "renewed_at",
                "done",
                "length",
                "chunks",
                "bytes",
                "token_hash",
                "failure",
            }
        ),
    },
    sealed=frozenset({"name"}),
    recipients=(CUSTOMER,),
    why="Policy §3, §7: audio and video, of those who agreed. The clock starts at the first second recorded.",
    contact=CUSTOMER_CONTACT,
)

COOKIES = Row(
    key="cookies",
    published=True,
    label=Words("Cookies nécessaires", "Necessary cookies"),
    subjects=Words("visiteurs", "visitors"),
    roles=CONTROLLER,
    store=None,
    clocks=(
        Clock(
            Words("faire fonctionner le site", "to make the site work"),
            Basis.STRICTLY_NECESSARY,
            Event.COLLECTED,
            period("180d"),
            period("6m"),
            "policy §7, §10–12",
        ),
    ),
    kinds={},
    cookies={
        "__Host-sid": period("14d"),
        "__Host-pass": period("30d"),
        "__Host-csrf": period("180d"),
        "__Host-lang": period("180d"),
        "__Host-choice": period("180d"),
    },
    why="Policy §10: cookies necessary for the proper functioning of the solution.",
)

EXPORT = Row(
    key="export",
    published=True,
    label=Words("Copie de vos données", "Copy of your data"),
    subjects=MEMBERS,
    roles=CONTROLLER,
    store=EPHEMERAL,
    objects=EXPORTS,
    prefix="packages/",
    clocks=(
        Clock(
            Words("vous remettre la copie demandée", "to hand you the copy you asked for"),
            Basis.LEGAL_DUTY,
            Event.COLLECTED,
            period("6d"),
            period("7d"),
            "policy §9; GDPR art. 15, 20",
        ),
    ),
    kinds={"package": frozenset({"account", "object", "digest", "downloads", "ready_at"})},
    why="Policy §9: right of access and communication of all data.",
)

PUBLISHED: tuple[Row, ...] = (
    ACCOUNT,
    CONTRACT,
    INVITE,
    GUEST,
    LIVE,
    TALK,
    NOTES,
    ATTENDANCE,
    RECORDING,
    COOKIES,
    EXPORT,
)
