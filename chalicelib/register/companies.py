"""Rows of customers and of who is signed in: the service works with them day by day, each has a short clock."""

from .common import only_clock
from .events import Event
from .model import Basis, Role, Row, Words
from .published import CUSTOMER_CONTACT, MAIL_PROVIDER, MEETING, MEMBERS, PROCESSOR
from .stores import EPHEMERAL, PEOPLE

COMPANY = Row(
    key="company",
    label=Words("Société cliente et rôles", "Customer company and roles"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=PEOPLE,
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(
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
    clocks=only_clock(MEETING, Basis.INSTRUCTION, Event.MEETING_END, "1d", "30d", "policy §10"),
    kinds={"pass": frozenset({"occurrence", "meeting", "participant", "invitation"})},
    why="Binds a browser to a participant of one occurrence; revocable.",
    contact=CUSTOMER_CONTACT,
)
