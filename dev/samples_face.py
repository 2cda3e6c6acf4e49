"""Values for the pages of the public face and for the operators' pages behind it, by example."""

import base64
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from chalicelib.operations.newsletter_routes import SEGMENTS
from chalicelib.site.facts import facts
from chalicelib.site.references import Named

Values = Mapping[str, Any]

START: Final = 1_795_424_400
DAY: Final = 86_400


def _logo(colour: str, shape: str) -> str:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" fill="{colour}">{shape}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


LOGOS: Final = (
    _logo("#1f4f52", '<circle cx="20" cy="20" r="14"/><rect x="44" y="12" width="70" height="16" rx="8"/>'),
    _logo("#8a3b2c", '<path d="M4 34 20 6l16 28z"/><path d="M44 14h66v4H44zm0 10h44v4H44z"/>'),
    _logo("#39476a", '<rect x="6" y="6" width="28" height="28" rx="6"/><path d="M44 18h70v6H44z"/>'),
)
CUSTOMERS: Final = [
    Named("Cabinet Lefèvre & Associés", "Nos clients entrent d’un clic, et rien ne traîne ensuite.", LOGOS[0], 144, 48),
    Named("Atelier Morvan", "Les réunions de chantier, sans logiciel à installer.", LOGOS[1], 144, 48),
    Named("Clinique des Tilleuls", "Chacun sait ce qui est gardé, et jusqu’à quand.", LOGOS[2], 144, 48),
]
REFERENCE: Final = SimpleNamespace(
    id="r1",
    company=CUSTOMERS[0].company,
    words_fr=CUSTOMERS[0].words,
    words_en="Our clients come in with one click, and nothing lies about afterwards.",
    permitted_by="Anne Dupont, associée",
    proof="courriel du 20 novembre, dossier 12",
    operator="Chloé Martin",
    logo_size="144x48",
    delete_by=START + 3 * 365 * DAY,
)
FORM: Final = {"form": {}, "errors": {}, "done": ""}
LETTER: Final = SimpleNamespace(
    id="l1",
    title_fr="Des séries de réunions",
    title_en="Series of meetings",
    body_fr="Bonjour,\n\nUne réunion peut se répéter.",
    body_en="Hello,\n\nA meeting can repeat.",
    path="/prices",
    state="draft",
    operator="Chloé Martin",
    written_at=START,
    begun_at=None,
)
SENT: Final = SimpleNamespace(**{**vars(LETTER), "id": "l2", "state": "sending", "begun_at": START})
PAGES: Final = [("/", "/"), ("/prices", "/prices")]
EDITED: Final[Values] = {
    "letter": LETTER,
    "state": "Brouillon",
    "groups": [{"key": key, "words": words, "fr": 120, "en": 14} for key, words in SEGMENTS.items()],
    "chosen": [],
    "counts": SimpleNamespace(sent=0, refused=0, returned=0, left=0, skipped=0),
    "waiting": 0,
    "pages": PAGES,
    "ticked": {},
    **FORM,
    "form": {name: getattr(LETTER, name) for name in ("title_fr", "title_en", "body_fr", "body_en", "path")},
}

FACTS: Final = facts()
SIGNED_OUT: Final[Mapping[str, tuple[str, Values]]] = {
    "home": ("pages/home.html", {"customers": []}),
    "home-customers": ("pages/home.html", {"customers": CUSTOMERS}),
    "features": ("pages/features.html", {"facts": FACTS}),
    "security": ("pages/security.html", {}),
    "help": ("pages/help.html", {}),
    **{
        f"help-{part}": ("pages/help_article.html", {"part": part, "facts": FACTS})
        for part in ("guests", "hosts", "administrators")
    },
}
SIGNED_IN: Final[Mapping[str, tuple[str, Values]]] = {
    "operations-letters": (
        "pages/operations_newsletter.html",
        {"letters": [(SENT, "Envoi en cours"), (LETTER, "Brouillon")], "pages": PAGES, **FORM},
    ),
    "operations-letter": ("pages/operations_letter.html", EDITED),
    "operations-letter-sent": (
        "pages/operations_letter.html",
        {
            **EDITED,
            "letter": SENT,
            "state": "Envoi en cours",
            "chosen": list(SEGMENTS.values()),
            "counts": SimpleNamespace(sent=118, refused=2, returned=1, left=1, skipped=3),
            "waiting": 14,
        },
    ),
    "operations-references": (
        "pages/operations_references.html",
        {"named": [(REFERENCE, LOGOS[0], START)], **FORM},
    ),
    "operations-references-none": (
        "pages/operations_references.html",
        {"named": [], **FORM, "errors": {"file": "Ce fichier n’est ni un SVG ni un PNG."}},
    ),
}
