"""SIREN, SIRET and VAT numbers: whether they can be right. Whether they exist, only the registers know."""

from typing import Final

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as french_siren
from stdnum.fr import siret as french_siret

from .vat import EU

PREFIXES: Final = {"GR": "EL"}
"""Where the VAT prefix is not the country's code."""


def siren(given: str) -> str | None:
    """The nine digits, when the last one fits the others (Luhn's formula, ISO/IEC 7812-1); `None` otherwise."""
    digits = _digits(given)
    return digits if len(digits) == 9 and french_siren.is_valid(digits) else None


def siret(given: str) -> str | None:
    """The fourteen digits of an establishment, when both control digits fit; `None` otherwise.

    La Poste ran out of numbers: the digits of its establishments add up to a multiple of five instead.
    """
    digits = _digits(given)
    return digits if len(digits) == 14 and french_siret.is_valid(digits) else None


def vat_number(given: str, country: str) -> str | None:
    """An EU VAT number of that country (ISO 3166-1) in one word, when its form and its control digits can be right."""
    compact = "".join(given.split()).replace(".", "").replace("-", "").upper()
    if country not in EU or not compact.isascii() or not compact.startswith(PREFIXES.get(country, country)):
        return None
    try:
        return str(eu_vat.validate(compact))
    except ValidationError:
        return None


def french_vat_number(siren_number: str) -> str:
    """The VAT number that goes with a SIREN: its key is (12 + 3 × (SIREN mod 97)) mod 97. Raises `ValueError`."""
    if (known := siren(siren_number)) is None:
        raise ValueError("siren")
    return f"FR{(12 + 3 * (int(known) % 97)) % 97:02}{known}"


def _digits(given: str) -> str:
    """Without blanks of any kind; empty when anything but a digit is left."""
    compact = "".join(given.split())
    return compact if compact.isascii() and compact.isdigit() else ""
