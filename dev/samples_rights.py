"""Values for the pages and mails of rights and of the officer's console, as `dev.samples` has them for the others."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from chalicelib.register import ROWS, Role
from chalicelib.rights.console import Book, Button, Entry, Line
from chalicelib.rights.finishing import SAID
from chalicelib.rights.rules import LABELS, Right

Values = Mapping[str, Any]

START: Final = 1_795_424_400  # Monday 23 November 2026, 10:00 in Paris
DAY: Final = 86_400
DUE: Final = START + 30 * DAY
COMPANY: Final = "Cabinet Lefèvre & Associés"

REQUEST: Final = SimpleNamespace(
    id="r7qk",
    right="erasure",
    state="split",
    outcome=None,
    email="bruno@client.example",
    about="bruno@client.example",
    words="Je n’ai plus de lien avec cette entreprise.",
    received_at=START,
    due_at=DUE,
    extended_at=None,
    extension_reason=None,
    identity_reason="La demande vient d’une autre adresse que celle qu’elle concerne.",
    identity_method="link",
    closed_at=None,
)
FORWARDED: Final = SimpleNamespace(
    number="1",
    company="c1",
    company_name=COMPANY,
    state="forwarded",
    outcome=None,
    reason=None,
    forwarded_at=START,
    due_at=DUE,
    executed_at=START + DAY,
    frozen_until=START + 7 * DAY,
    certificate=None,
)
OURS: Final = SimpleNamespace(
    number="2",
    company=None,
    company_name=None,
    state="executed",
    outcome="partly",
    reason=None,
    forwarded_at=None,
    due_at=DUE,
    executed_at=START + DAY,
    frozen_until=None,
    certificate="c3rt",
)
WAITING: Final = SimpleNamespace(**{**vars(OURS), "state": "answering", "outcome": None, "certificate": None})
PLAN: Final = [
    "Compte : sera effacé.",
    "Preuve du contrat : conservé jusqu’au 16 novembre 2031. Elle prouve le contrat, en cas de litige.",
]
PACKAGE: Final = SimpleNamespace(delete_by=START + 6 * DAY)
FOLLOWED: Final[Values] = {
    "link": "r7qk.abc",
    "opened": REQUEST,
    "wish": LABELS[Right.ERASURE],
    "outcomes": SAID,
    "parts": [
        {"part": FORWARDED, "lines": [], "package": None},
        {"part": OURS, "lines": PLAN, "package": PACKAGE},
    ],
    "plan": [],
    "under_contract": False,
    "signed_in": False,
    "needs_code": False,
    "suspended_days": 0,
    "errors": {},
}
SUBPROCESSOR: Final = SimpleNamespace(
    id="s1",
    name="Courriels SAS",
    seat="FR",
    parent="FR",
    place="France (Gravelines)",
    task="envoi des courriels",
    state="announced",
    active_from=START + 30 * DAY,
)
INSTRUCTION: Final[Values] = {
    "link": "r7qk.1.abc",
    "opened": REQUEST,
    "part": FORWARDED,
    "wish": LABELS[Right.ERASURE],
    "counted": {"Invitation à une réunion": 2, "Messages écrits": 14},
    "lines": [],
    "open": True,
    "outcome": "",
    "errors": {},
    "form": {},
}

SIGNED_OUT: Final[Mapping[str, tuple[str, Values]]] = {
    "rights": (
        "pages/rights.html",
        {
            "rights": [(right.value, LABELS[right]) for right in Right],
            "email": None,
            "own": [],
            "form": {},
            "errors": {},
        },
    ),
    "right": ("pages/right.html", FOLLOWED),
    "right-code": (
        "pages/right.html",
        {**FOLLOWED, "parts": [], "needs_code": True, "suspended_days": 2, "errors": {"code": "Ce n’est pas lui."}},
    ),
    "instruction": ("pages/instruction.html", INSTRUCTION),
    "subprocessors": ("pages/subprocessors.html", {"subprocessors": [SUBPROCESSOR]}),
    "decision": (
        "pages/decision.html",
        {
            "link": "d1.abc",
            "decision": SimpleNamespace(reason="Trop de tentatives", asked_at=None, human=None),
            "email": "",
            "form": {},
            "errors": {},
        },
    ),
}

BOOK: Final = Book(
    "Sous-traitants",
    "Sans contrat, pas de données. Les clients sont prévenus trente jours avant.",
    ("Nom", "Tâche"),
    (Line(("Courriels SAS", "envoi des courriels"), (Button("/console/subprocessors/s1/announce", "Annoncer"),)),),
    "/console/subprocessors",
    "Ajouter",
    (Entry("name", "Nom"), Entry("measures", "Mesures", "area"), Entry("risk", "Risque", "choice", [("high", "Haut")])),
)
BREACH: Final = SimpleNamespace(id="b1", title="Journal lisible", notified_at=None)

SIGNED_IN: Final[Mapping[str, tuple[str, Values]]] = {
    "right-plan": (
        "pages/right.html",
        {
            **FOLLOWED,
            "parts": [{"part": WAITING, "lines": [], "package": None}],
            "plan": PLAN,
            "under_contract": True,
            "signed_in": True,
        },
    ),
    "company-privacy": (
        "pages/company_privacy.html",
        {
            "waiting": [{"wish": LABELS[Right.ERASURE], "part": FORWARDED, "link": "r7qk.1.abc"}],
            "factor": {"has": True, "passkey": ""},
            "breaches": [],
            "subprocessors": [SUBPROCESSOR],
            "processed": [row for row in ROWS if Role.PROCESSOR in row.roles],
            "errors": {},
            "now": START,
        },
    ),
    "directives": (
        "pages/directives.html",
        {
            "live": SimpleNamespace(wish="give", person="Zoé", contact="zoe@example.fr", given_at=START),
            "form": {},
            "errors": {},
        },
    ),
    "console-enter": (
        "pages/console_enter.html",
        {"enrolment": "otpauth://totp/Iboo:dpo%40iboo.example?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "errors": {}},
    ),
    "console": (
        "pages/console.html",
        {
            "operator": True,
            "requests": [
                {"opened": REQUEST, "wish": LABELS[Right.ERASURE], "level": 100},
                {"opened": REQUEST, "wish": LABELS[Right.ACCESS], "level": 75},
            ],
            "counts": {"holds": 1, "freezes": 2, "breaches": 0, "decisions": 1, "unsigned": 9, "late": 0},
        },
    ),
    "console-request": (
        "pages/console_request.html",
        {
            "opened": REQUEST,
            "wish": LABELS[Right.ERASURE],
            "parts": [{"part": FORWARDED, "lines": []}, {"part": WAITING, "lines": []}],
            "steps": [SimpleNamespace(at=START, actor="person", what="received:guest", note=None)],
            "suspended_days": 0,
            "frozen": True,
            "freezes": [],
            "judgeable": WAITING,
            "outcomes": list(SAID.items()),
            "corrections": [],
            "errors": {},
            "form": {},
        },
    ),
    "console-book": ("pages/console_book.html", {"book": BOOK, "errors": {}, "form": {}}),
    "console-breach": (
        "pages/console_breach.html",
        {
            "breach": BREACH,
            "due_at": START + 3 * DAY,
            "cnil": {"a. nature": "Un journal a été lisible.", "b. contact": "RIGHTS_EMAIL"},
            "notices": [SimpleNamespace(company_name=COMPANY, contact="dpo@x.example", meetings=["m1"], told_at=None)],
            "phases": [],
            "errors": {},
            "form": {},
        },
    ),
    "console-register": (
        "pages/console_register.html",
        {"rows": ROWS, "signed": {}, "results": [], "accesses": []},
    ),
}

_FR: Final = {
    "title": "Votre demande est transmise",
    "paragraphs": ["Transmise à Cabinet Lefèvre, responsable, le 23 novembre 2026."],
    "action": "Suivre ma demande",
}
_EN: Final = {
    "title": "Your request has been passed on",
    "paragraphs": ["Passed on to Cabinet Lefèvre, the controller, on 23 November 2026."],
    "action": "Follow my request",
}
MAILS: Final[Mapping[str, Values]] = {
    "right": {
        "bilingual": True,
        "said": {"fr": _FR, "en": _EN},
        "link_to": "https://iboo.example/rights/r7qk.abc",
    },
}
