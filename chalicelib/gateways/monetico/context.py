"""``contexte_commande``: what the card's bank may know of the buyer to judge whether a payment is usual (PSD2)."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Final

from .errors import Unsendable

LONGEST: Final = {
    "firstName": 45,
    "lastName": 45,
    "name": 45,
    "addressLine1": 50,
    "addressLine2": 50,
    "city": 50,
    "postalCode": 10,
    "stateOrProvince": 35,
}
"""Characters, as the PHP kit checks them; the last one isn't checked there, and is ours."""

STATES_NEEDED: Final = frozenset({"US", "CA"})


@dataclass(frozen=True, kw_only=True)
class Billing:
    """The billing address. Mandatory in practice since PSD2: without it the card's bank asks more often.

    ``country``: ISO 3166-1, two capital letters. ``state``: ISO 3166-2 (``US-CA``), for the United States and Canada,
    where it must be given. The rest is optional, and left out when empty.
    """

    address: str
    city: str
    postal_code: str
    country: str
    address_more: str = ""
    state: str = ""
    first_name: str = ""
    last_name: str = ""
    name: str = ""


def contexte_commande(billing: Billing) -> str:
    """Base64 of the JSON, in one line. Raises `Unsendable`.

    An empty string or object in it makes the whole page fail ("Format invalide", nursit/bank#67): what is empty is out.
    """
    fields = {
        "addressLine1": billing.address,
        "addressLine2": billing.address_more,
        "city": billing.city,
        "postalCode": billing.postal_code,
        "country": billing.country,
        "stateOrProvince": billing.state,
        "firstName": billing.first_name,
        "lastName": billing.last_name,
        "name": billing.name,
    }
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    _check(given)
    text = json.dumps({"billing": given}, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def _check(given: dict[str, str]) -> None:
    needed = {"addressLine1", "city", "postalCode", "country"}
    if given.get("country") in STATES_NEEDED:
        needed.add("stateOrProvince")
    if missing := sorted(needed - given.keys()):
        raise Unsendable(f"contexte_commande.billing.{missing[0]}", "missing")
    for name, value in given.items():
        if len(value) > LONGEST.get(name, len(value)):
            raise Unsendable(f"contexte_commande.billing.{name}", f"longer than {LONGEST[name]} characters")
        if not value.isprintable():
            raise Unsendable(f"contexte_commande.billing.{name}", "holds control characters")
    if not re.fullmatch("[A-Z]{2}", given["country"]):
        raise Unsendable("contexte_commande.billing.country", "not two capital letters (ISO 3166-1)")
