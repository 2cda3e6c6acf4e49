"""Rows the service works with day by day.

The policy does not name them one by one; each has a short clock all the same.
"""

from .common import EITHER, NOBODY, RUNNING, SECURITY, only_clock
from .companies import COMPANY, MEMBER_INVITATION, ONE_TIME_LINK, PASS, SESSION, USAGE_MONTH
from .events import Event
from .meetings import ADDRESS_BOOK, DELIVERY, MEETING_ROW, RATING, RECORDING_SHARE, REPLY, SAVE, VIEWING
from .model import Basis, Clock, Role, Row, Words
from .period import Period
from .published import CONTROLLER, CUSTOMER_CONTACT, MAIL_PROVIDER
from .stores import EPHEMERAL, KEYS, USAGE

THROTTLE = Row(
    key="throttle",
    label=Words("Limitation des essais", "Throttling of attempts"),
    subjects=Words("visiteurs, sous forme d'empreinte", "visitors, as a keyed hash"),
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=only_clock(SECURITY, Basis.LEGITIMATE_INTEREST, Event.COLLECTED, "1d", "2d", "policy §13; GDPR art. 32"),
    kinds={"throttle": frozenset({"tries"})},
    why="Attempts per account and per origin, counted under a keyed hash.",
)

OUTBOX = Row(
    key="outbox",
    label=Words("Courriels à envoyer", "E-mails to be sent"),
    subjects=Words("destinataires", "recipients"),
    roles=EITHER,
    store=EPHEMERAL,
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1d", "2d", "policy §4"),
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
    clocks=only_clock(RUNNING, Basis.CONTRACT, Event.COLLECTED, "28d", "30d", "policy §4"),
    kinds={"join_trouble": frozenset({"times"})},
    why="How often a company's meetings could not be entered, by day and cause, for who helps it.",
)

RECORDING_LEASE = Row(
    key="recording_lease",
    label=Words("Enregistrement en cours", "Running recording"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=only_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1d", "2d", "policy §4"),
    kinds={"recording_lease": frozenset({"recording", "renewed_at"})},
    why="That an occurrence is being recorded holds while somebody renews it; one that died blocks nothing.",
)

WORKER = Row(
    key="worker",
    label=Words("Serveur de média", "Media worker"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=only_clock(RUNNING, Basis.CONTRACT, Event.RENEWED, "1h", "1d", "policy §4"),
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
    clocks=only_clock(RUNNING, Basis.CONTRACT, Event.COLLECTED, "6h", "1d", "policy §4"),
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
    clocks=only_clock(RUNNING, Basis.LEGAL_DUTY, Event.RENEWED, "400d", "14m", "policy §7"),
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
    clocks=only_clock(
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
