"""Whether a posted payment form may be shown to its buyer."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dev.monetico.certify import certified, rebuild
from dev.monetico.ledger import cents

NEEDED = ("version", "TPE", "date", "montant", "reference", "lgue", "societe", "contexte_commande", "MAC")
ALLOWED = {
    *NEEDED,
    "texte-libre",
    "mail",
    "url_retour_ok",
    "url_retour_err",
    "url_retour",
    "3dsdebrayable",
    "ThreeDSecureChallenge",
    "libelleMonetique",
    "libelleMonetiqueLocalite",
    "desactivemoyenpaiement",
    "protocole",
    "aliascb",
    "forcesaisiecb",
    "mode_affichage",
}
SHAPES = {
    "version": r"3\.0",
    "date": r"[0-3]\d/[01]\d/\d{4}:[0-2]\d:[0-5]\d:[0-5]\d",
    "reference": r"[ -~]{1,50}",
    "lgue": "DE|EN|ES|FR|IT|JA|NL|PT|SV",
    "aliascb": "[A-Za-z0-9]{1,64}",
    "forcesaisiecb": "[01]",
    "mail": r"[!-~]+@[!-~]+",
}


@dataclass(frozen=True)
class Contract:
    """The terminal as the bank knows it. ``mode``: immediate, partial or recurring; ``callback``: where notices go."""

    tpe: str
    societe: str
    key: str
    callback: str
    mode: str = "immediate"
    refund_success: int = 0


class FormRefused(Exception):
    """The page can't be shown. ``rebuilt``: the string the gateway sealed, when that is what differs."""

    def __init__(self, why: str, rebuilt: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.rebuilt = rebuilt


def check(pairs: Sequence[tuple[str, str]], contract: Contract) -> dict[str, str]:
    """The fields, when all is well. Raises `FormRefused`."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormRefused("Un champ est présent deux fois.")
    for name in NEEDED:
        if name not in fields:
            raise FormRefused(f"Champ obligatoire absent : {name}")
    if unknown := sorted(fields.keys() - ALLOWED):
        raise FormRefused(f"Champ non documenté : {unknown[0]}")
    if fields["TPE"] != contract.tpe or fields["societe"] != contract.societe:
        raise FormRefused("Commerçant non identifié : TPE ou code société inconnu.")
    if not certified(pairs, contract.key):
        raise FormRefused("Le sceau (MAC) ne correspond pas aux champs reçus.", rebuild(pairs))
    for name, value in fields.items():
        _check(name, value)
    if fields.get("url_retour_ok") and fields.get("url_retour_ok") == fields.get("url_retour_err"):
        raise FormRefused("url_retour_ok et url_retour_err sont identiques.")
    return fields


def _check(name: str, value: str) -> None:
    if not value:
        raise FormRefused(f"Champ vide : {name}")
    if name != "contexte_commande" and not value.isascii():
        raise FormRefused(f"Caractères hors ASCII : {name}")
    if name in SHAPES and not re.fullmatch(SHAPES[name], value):
        raise FormRefused(f"Format invalide : {name}")
    if name == "montant":
        try:
            cents(value)
        except ValueError:
            raise FormRefused("Format invalide : montant") from None
    if name == "contexte_commande":
        _check_context(value)


def _check_context(value: str) -> None:
    try:
        context = json.loads(base64.b64decode(value, validate=True))
    except ValueError:
        raise FormRefused("Format invalide : contexte_commande") from None
    if not isinstance(context, dict) or not isinstance(context.get("billing"), dict):
        raise FormRefused("Format invalide : contexte_commande/billing")
    for part, content in context.items():
        if not content or (isinstance(content, dict) and not all(content.values())):
            raise FormRefused(f"Format invalide : contexte_commande/{part}")
    for name in ("addressLine1", "city", "postalCode", "country"):
        if name not in context["billing"]:
            raise FormRefused(f"Format invalide : contexte_commande/billing/{name}")
