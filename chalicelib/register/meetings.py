"""Rows of meetings that the policy does not name one by one; each has a short clock all the same."""

from .common import only_clock
from .events import Event
from .model import Basis, Role, Row, Words
from .published import CUSTOMER, CUSTOMER_CONTACT, MEETING, MEMBERS, PARTICIPANTS, PROCESSOR
from .stores import EPHEMERAL, PEOPLE, USAGE

MEETING_ROW = Row(
    key="meeting",
    label=Words("Réunion", "Meeting"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=only_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "28d", "30d", "policy §4, §7"),
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
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "28d", "30d", "policy §4, §7"),
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
    clocks=only_clock(
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

RECORDING_SHARE = Row(
    key="recording_share",
    label=Words("Enregistrements partagés avec un collègue", "Recordings shared with a colleague"),
    subjects=MEMBERS,
    roles=PROCESSOR,
    store=USAGE,
    clocks=only_clock(
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
    clocks=only_clock(
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
