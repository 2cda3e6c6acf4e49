"""Samples of the pages for a customer's own programs."""

from typing import Any, Final

from chalicelib.accounts.scopes import DAYS, WORDS, Scope
from chalicelib.api import document, document_routes
from chalicelib.webhooks.rules import WORDS as EVENTS

START: Final = 1_795_500_000
DAY: Final = 86_400
DOCUMENT: Final = document.make(document_routes.operations(), "fr")
EMPTY: Final[dict[str, Any]] = {
    "factor": {"has": False, "passkey": ""},
    "secret": "",
    "tokens": [],
    "scopes": [(scope.value, words) for scope, words in WORDS.items()],
    "days": list(DAYS.items()),
    "frames": "https://www.lefevre.example",
    "form": {},
    "errors": {},
    "done": "",
}
TOKENS: Final = [
    {
        "id": "a",
        "name": "Agenda du cabinet",
        "maker": "Anne Dupont",
        "scopes": [WORDS[Scope.READ], WORDS[Scope.WRITE]],
        "used_at": START,
        "until": START + 90 * DAY,
    },
    {
        "id": "b",
        "name": "Tableau de bord",
        "maker": "Karim Benali",
        "scopes": [WORDS[Scope.USAGE]],
        "used_at": None,
        "until": START + 30 * DAY,
    },
]
PROVIDER: Final[dict[str, Any]] = {
    "known": False,
    "link": "https://iboo.example/signin/company/c7k2m9qx4bnt3v5z",
    "return_address": "https://iboo.example/signin/company",
    "factor": {"has": True, "passkey": ""},
    "form": {},
    "errors": {},
    "done": "",
}
PROGRAMS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "company-programs": ("pages/company_programs.html", {**EMPTY, "tokens": TOKENS}),
    "company-programs-empty": ("pages/company_programs.html", EMPTY),
    "company-programs-new": (
        "pages/company_programs.html",
        {**EMPTY, "tokens": TOKENS[:1], "secret": "iboo_q0Vd2bXG5mZk8nT1cR7yWgq0Vd2bXG5mZk8nT1cR7yWg"},
    ),
    "company-programs-wrong": (
        "pages/company_programs.html",
        {
            **EMPTY,
            "form": {"days": "30"},
            "errors": {"name": "Donnez un nom à ce jeton.", "meetings:read": "Cochez au moins une chose."},
        },
    ),
    "company-provider": (
        "pages/company_provider.html",
        {**PROVIDER, "known": True, "form": {"issuer": "https://connexion.lefevre.example", "client_id": "iboo"}},
    ),
    "company-provider-none": (
        "pages/company_provider.html",
        {**PROVIDER, "errors": {"issuer": "Ce fournisseur ne répond pas comme OpenID Connect le veut."}},
    ),
}
WEBHOOKS: Final[dict[str, Any]] = {
    "secret": "",
    "webhooks": [],
    "events": [(event.value, words) for event, words in EVENTS.items()],
    "form": {},
    "errors": {},
    "done": "",
}
WEBHOOK: Final[dict[str, Any]] = {
    "id": "a",
    "url": "https://agenda.lefevre.example/iboo/messages",
    "events": list(EVENTS.values())[:3],
    "paused": False,
    "messages": [
        {
            "id": "msg_a",
            "event": "Une réunion est modifiée",
            "at": START,
            "state": "queued",
            "words": "En attente",
            "status": 503,
        },
        {
            "id": "msg_b",
            "event": "Une réunion est planifiée",
            "at": START - 60,
            "state": "sent",
            "words": "Reçu",
            "status": 204,
        },
        {
            "id": "msg_c",
            "event": "Une réunion est annulée",
            "at": START - DAY,
            "state": "failed",
            "words": "Abandonné",
            "status": 0,
        },
    ],
}
PAGES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    **PROGRAMS,
    "company-webhooks": (
        "pages/company_webhooks.html",
        {**WEBHOOKS, "webhooks": [WEBHOOK, {**WEBHOOK, "id": "b", "paused": True, "messages": []}]},
    ),
    "company-webhooks-new": (
        "pages/company_webhooks.html",
        {**WEBHOOKS, "webhooks": [WEBHOOK], "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="},
    ),
    "company-webhooks-wrong": (
        "pages/company_webhooks.html",
        {**WEBHOOKS, "form": {"url": "http://10.0.0.1"}, "errors": {"url": "Indiquez une adresse publique."}},
    ),
}
DEVELOPERS: Final[dict[str, Any]] = {
    "paths": DOCUMENT["paths"],
    "schemas": DOCUMENT["components"]["schemas"],
    "server": DOCUMENT["servers"][0]["url"],
    "about": DOCUMENT["info"]["description"],
    "scopes": EMPTY["scopes"],
    "events": list(EVENTS.items()),
    "per_minute": 120,
}
