"""What a visitor can choose on the cookie banner, and how a browser remembers it. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chalicelib.register import Words

KEPT: Final = 180 * 86_400
"""Seconds a choice is kept, a refusal as long as an acceptance (CNIL, délibération 2020-092)."""


@dataclass(frozen=True)
class Purpose:
    """Something cookies may serve for. ``exempt``: necessary, shown but not to be switched."""

    key: str
    label: Words
    text: Words
    exempt: bool = False


NECESSARY: Final = Purpose(
    "necessary",
    Words("Cookies nécessaires", "Necessary cookies"),
    Words(
        "Sans eux le service ne marche pas : connexion, formulaires, langue, et ce choix lui-même. Ils sont toujours "
        "présents et n’ont pas besoin de votre accord.",
        "The service does not work without them: signing in, forms, language, and this choice itself. They are always "
        "there and need no consent.",
    ),
    exempt=True,
)
PAYMENT: Final = Purpose(
    "payment",
    Words("Cookies de paiement", "Payment cookies"),
    Words(
        "Posés par Monetico Paiement (Crédit Mutuel) sur sa propre page, si vous payez par carte, pour prévenir la "
        "fraude. Iboo n’en pose pas. Si vous refusez, vous pourrez payer par virement.",
        "Set by Monetico Paiement (Crédit Mutuel) on its own page, if you pay by card, to prevent fraud. Iboo sets "
        "none. If you refuse, you can pay by bank transfer.",
    ),
)
PURPOSES: Final = (NECESSARY, PAYMENT)
SWITCHABLE: Final = frozenset(purpose.key for purpose in PURPOSES if not purpose.exempt)


@dataclass(frozen=True)
class Choice:
    """What a browser's person chose. ``id``: random, the only name of the person in the proof."""

    id: str
    asked_at: int
    version: str
    granted: frozenset[str]

    def allows(self, purpose: Purpose) -> bool:
        """Whether cookies may serve ``purpose``."""
        return purpose.exempt or purpose.key in self.granted

    def cookie(self) -> str:
        """As its cookie holds it."""
        return ".".join((self.id, str(self.asked_at), self.version, "-".join(sorted(self.granted)) or "none"))


def words_of(purposes: Iterable[Purpose]) -> str:
    """What is asked, both languages in one text: what the proof keeps."""
    shown = [
        {"key": one.key, "exempt": one.exempt, "fr": [one.label.fr, one.text.fr], "en": [one.label.en, one.text.en]}
        for one in purposes
    ]
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, indent=1)


def text_hash(words: str) -> str:
    """SHA-256 of a text, hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def version_of(purposes: Iterable[Purpose]) -> str:
    """Changes when a purpose or its words change: 16 hex digits."""
    return text_hash(words_of(purposes))[:16]


def read(cookie: str, version: str, now: int) -> Choice | None:
    """The choice in a cookie, if it was made on the present ``version`` less than 180 days ago."""
    parts = cookie.split(".")
    if len(parts) != 4 or not parts[1].isascii() or not parts[1].isdigit():
        return None
    choice = Choice(parts[0], int(parts[1]), parts[2], frozenset(parts[3].split("-")) & SWITCHABLE)
    fresh = choice.version == version and 0 <= now - choice.asked_at < KEPT
    return choice if fresh and choice.id.isalnum() and len(choice.id) <= 32 else None
