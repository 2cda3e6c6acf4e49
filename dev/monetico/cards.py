"""The test cards. Nobody types a number here: a card is chosen by what it does.

Masks of the accepted and the refused one are those seen in captures of the real test platform (Monaco's government);
the others continue the series.
"""

import base64
import json
import uuid
from dataclasses import dataclass, field


def _three_d_secure(status: str, shift: str, **details: str) -> dict[str, object]:
    return {
        "details": {"liabilityShift": shift, "merchantPreference": "no_preference", **details},
        "protocol": "3DSecure",
        "status": status,
        "version": "2.2.0",
    }


FRICTIONLESS = _three_d_secure("authenticated", "Y", ARes="Y")
CONFIRMED = _three_d_secure("authenticated", "Y", ARes="C", CRes="Y")
FAILED = _three_d_secure("not_authenticated", "NA", ARes="C", CRes="N")
NOT_ENROLLED: dict[str, object] = {"protocol": "3DSecure", "status": "not_enrolled", "version": "1.0.2"}


@dataclass(frozen=True)
class Card:
    """What the bank of this card answers. ``refusal``: motifrefus and motifrefusautorisation; empty when it pays."""

    id: str
    label: str
    mask: str
    brand: str = "VI"
    refusal: tuple[str, str] = ("", "")
    challenges: bool = False
    authentication: dict[str, object] | None = field(default_factory=lambda: FRICTIONLESS)

    @property
    def pays(self) -> bool:
        return not any(self.refusal)


CARDS = {
    card.id: card
    for card in (
        Card("accepted", "Acceptée sans rien demander", "00000100******02"),
        Card("challenged", "Demande une authentification 3-D Secure", "00000100******21", challenges=True),
        Card("not_enrolled", "Acceptée, carte sans 3-D Secure", "00000300******12", "MC", authentication=NOT_ENROLLED),
        Card("unauthenticated", "Acceptée, sans résultat 3-D Secure", "00000300******22", "MC", authentication=None),
        Card("refused", "Refusée", "00000100******01", refusal=("Refus", "Refus test")),
        Card(
            "soft_declined",
            "Refusée : la banque veut que le porteur s’authentifie (repli VADS)",
            "00000100******31",
            refusal=("Refus", "Refus repli VADS"),
            authentication=None,
        ),
        Card("critical", "Refusée pour de bon", "00000100******41", refusal=("Refus", "Refus critique")),
    )
}


def encoded(said: dict[str, object] | None, transaction: uuid.UUID) -> str:
    """The field ``authentification``: indented JSON in base64, ``null`` when there is nothing to say."""
    if said and isinstance(details := said.get("details"), dict):
        said = said | {"details": details | {"transactionID": str(transaction)}}
    return base64.b64encode((json.dumps(said, indent=3) + "\n").encode()).decode()
