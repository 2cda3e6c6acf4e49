"""Values for the operator's pages, as `dev.samples` has them for the others."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from chalicelib.operations.queue_routes import REASON
from chalicelib.rights.console import OPERATIONS, Book, Entry, Line

Values = Mapping[str, Any]

START: Final = 1_795_424_400  # Monday 23 November 2026, 10:00 in Paris
DAY: Final = 86_400
WHY: Final = "résiliation acceptée, dossier 12"
BUYER: Final = SimpleNamespace(name="Cabinet Lefèvre & Associés", city="Lyon", country="FR", vat_number="FR44732829320")


def _refund(state: str, note: str | None, noted: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        number="IB-2026-000123",
        amount="100.00",
        noted=noted,
        note=note,
        state=state,
        at=START,
        operator="Chloé Martin",
        reason=WHY,
    )


INVOICE: Final = SimpleNamespace(
    number="IB-2026-000123",
    credits=None,
    company="c7k2m9qx4bnt3v5z",
    buyer=BUYER.name,
    net="477.00",
    vat="95.40",
    gross="572.40",
    means="card",
    reference="IBQ7KXPA2M4D",
)
SHOWN: Final[Values] = {
    "invoice": INVOICE,
    "issued_on": START,
    "what": "Abonnement Iboo Professionnel, annuel, 3 places",
    "begins": START,
    "ends": START + 365 * DAY,
    "buyer": BUYER,
    "left": "472.40",
    "refunds": [_refund("failed", None), _refund("credited", "IB-2026-000124"), _refund("credited", None, True)],
    "deposit": {
        "state": "deposited",
        "reason": "",
        "statuses": [
            {"code": "202", "at": "2026-11-23T10:00:00+00:00", "reason": ""},
            {"code": "210", "at": "2026-11-24T10:00:00+00:00", "reason": "DEST_INC"},
        ],
    },
    "evidence": [
        SimpleNamespace(
            result="paid",
            amount="572.40",
            currency="EUR",
            brand="VI",
            last4="0002",
            paid_at=START,
            authorisation="A1B2C3",
            three_d_secure="authenticated 2.2.0 Y",
            payer_ip="192.0.2.7",
        )
    ],
    "errors": {"amount": "Indiquez un montant, jusqu’à ce qui n’est pas encore rendu."},
    "form": {"amount": "600", "reason": WHY},
}
UNCLEAR: Final[Values] = {
    **SHOWN,
    "refunds": [_refund("asked", None)],
    "deposit": None,
    "evidence": None,
    "errors": {},
    "form": {},
}
CREDIT: Final[Values] = {
    **UNCLEAR,
    "invoice": SimpleNamespace(**{**vars(INVOICE), "number": "IB-2026-000124", "credits": "IB-2026-000123"}),
    "left": None,
    "refunds": [],
    "evidence": [],
}


def _order(reference: str, state: str, doubt: str | None = None) -> dict[str, Any]:
    return {
        "reference": reference,
        "placed_at": START,
        "act": "subscribe",
        "offer": "Professionnel",
        "seats": 3,
        "state": state,
        "means": "transfer" if state == "transfer" else "card",
        "gross": "572.40",
        "doubt": doubt,
        "invoice": None,
    }


COMPANY: Final[Values] = {
    "company": INVOICE.company,
    "name": BUYER.name,
    "members": 3,
    "held": {"offer": "Professionnel", "seats": 3, "standing": "active", "ends": START + 365 * DAY},
    "trial_ends": None,
    "card": True,
    "orders": [
        _order("IBQ7KXPA2M4D", "paid"),
        _order("IBR8LYQB3N5E", "paid", "paid twice"),
        _order("IBS9MZRC4P6F", "transfer"),
        _order("IBT2NASD5Q7G", "expired"),
    ],
    "invoices": [
        {"number": "IB-2026-000124", "issued_on": START, "gross": "100.00", "credits": "IB-2026-000123"},
        {"number": "IB-2026-000123", "issued_on": START, "gross": "572.40", "credits": None},
    ],
    "suspended": SimpleNamespace(since=START, cause="Invitations non désirées, signalées douze fois."),
    "open": True,
    "undelivered": [
        SimpleNamespace(
            meeting="mtg7qk2m9x", key="mtg7qk2m9x/a1", domain="client.example", state=state, cause=cause, at=START
        )
        for state, cause in (("failed", "unknown"), ("delayed", "away"), ("complained", "spam"))
    ],
    "entries": [("2026-11-23", "no_worker", 3), ("2026-11-20", "room_full", 1)],
    "acts": [(SimpleNamespace(operator="Chloé Martin", at=START, reason=WHY), "Espace suspendu")],
    "contracts": [
        {
            "company_name": BUYER.name,
            "signatory": "Anne Dupont",
            "accepted_at": START,
            "documents": [{"name": "terms", "version": "1"}],
        }
    ],
    "errors": {},
    "form": {},
}
OVERVIEW: Final[Values] = {
    "counts": {"requests": 4, "transfers": 2, "doubts": 1, "vat": 3, "cards": 0},
    "deposits": [SimpleNamespace(number="IB-2026-000120", reason="InvalidSchema")],
    "refunds": [_refund("given", None)],
    "acts": [
        (
            SimpleNamespace(operator="Chloé Martin", about="IB-2026-000123", at=START, reason=WHY),
            "Remboursement demandé",
        ),
        (
            SimpleNamespace(operator="iboo", about="IBQ7KXPA2M4D", at=START, reason="the card was withdrawn"),
            "Carte à supprimer à la banque",
        ),
    ],
    "dpo": True,
    "errors": {},
    "form": {},
}
TRANSFERS: Final = Book(
    "Virements attendus",
    "Comparez avec le relevé du compte. Un autre montant que commandé ne paie rien : il va aux doutes.",
    ("Référence", "Montant", "Commandé le"),
    (Line(("IBS9MZRC4P6F", "572,40 €", "23 novembre 2026 à 10 h"), link="/console/billing/companies/c1"),),
    "/console/billing/transfers",
    "Le virement est arrivé",
    (Entry("reference", "Référence"), Entry("amount", "Montant arrivé, en euros"), REASON),
    OPERATIONS,
)

QUESTION: Final = SimpleNamespace(
    reference="k4q2-7xhd",
    topic="question",
    name="Bruno Martin",
    company="Martin SARL",
    email="bruno@martin.example",
    body="Bonjour,\npuis-je changer d’offre ?",
    asked_at=START,
    closed_at=None,
)
REPORT: Final[Values] = {
    "ticket": SimpleNamespace(
        **{
            **vars(QUESTION),
            "topic": "report",
            "company": None,
            "body": "Un inconnu est entré dans la réunion et nous a menacés.\n\nmtg7qk2m9x-1",
        }
    ),
    "topic": "Signalement : Menaces, harcèlement, intrusion",
    "answers": [SimpleNamespace(body="Nous avons terminé la réunion.", at=START + 600)],
    "meeting": {
        "id": "mtg7qk2m9x-1",
        "company": INVOICE.company,
        "starts_at": START,
        "over": False,
        "present": 4,
        "suspended": False,
    },
    "errors": {},
    "form": {},
}

SIGNED_IN: Final[Mapping[str, tuple[str, Values]]] = {
    "operations": ("pages/operations.html", OVERVIEW),
    "operations-empty": (
        "pages/operations.html",
        {**OVERVIEW, "refunds": [], "deposits": [], "acts": [], "dpo": False},
    ),
    "operations-company": ("pages/operations_company.html", COMPANY),
    "operations-closed": (
        "pages/operations_company.html",
        {
            **COMPANY,
            "name": "",
            "held": None,
            "orders": [],
            "contracts": [],
            "invoices": [],
            "suspended": None,
            "open": False,
            "undelivered": [],
            "entries": [],
            "acts": [],
        },
    ),
    "operations-trial": (
        "pages/operations_company.html",
        {
            **COMPANY,
            "held": None,
            "undelivered": [],
            "entries": [],
            "trial_ends": START + 20 * DAY,
            "suspended": None,
            "errors": {
                "days": "Indiquez un nombre de jours, de 1 à 60.",
                "invitations": "Indiquez un nombre d’invitations par jour, de 1 à 2 000.",
                "cause": "Dites pourquoi.",
            },
            "form": {"days": "600", "invitations": "beaucoup"},
        },
    ),
    "operations-report": ("pages/operations_request.html", REPORT),
    "operations-request": (
        "pages/operations_request.html",
        {**REPORT, "ticket": QUESTION, "topic": "Une question", "meeting": None, "answers": []},
    ),
    "company-interventions": (
        "pages/company_interventions.html",
        {"acts": [{"at": START, "words": "Essai prolongé", "reason": WHY}]},
    ),
    "company-interventions-none": ("pages/company_interventions.html", {"acts": []}),
    "operations-invoice": ("pages/operations_invoice.html", SHOWN),
    "operations-unclear": ("pages/operations_invoice.html", UNCLEAR),
    "operations-credit": ("pages/operations_invoice.html", CREDIT),
    "operations-transfers": ("pages/console_book.html", {"book": TRANSFERS, "errors": {}, "form": {}}),
}
