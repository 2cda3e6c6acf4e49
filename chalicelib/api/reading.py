"""What a program sent, as the types of the interface: the same that the published document is made of."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chalicelib.errors import BadInput, FormErrors
from chalicelib.errors import mark as _

T = TypeVar("T", bound=msgspec.Struct)

WRONG = _("Ce champ n’a pas la forme attendue : voyez le document de l’interface.")
MISSING = _("Ce champ est nécessaire.")
UNKNOWN = _("Ce champ n’existe pas.")

_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_NAMED = re.compile(r"(required|unknown) field `([^`]*)`")


def body(content: bytes, of: type[T]) -> T:
    """A JSON body. Raises `BadInput`, `FormErrors` naming the field by its path."""
    try:
        return msgspec.json.decode(content, type=of)
    except msgspec.ValidationError as fault:
        raise _told(str(fault)) from fault
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise BadInput from fault


def query(given: Mapping[str, str], of: type[T]) -> T:
    """The query of an address. Raises as `body`."""
    try:
        return msgspec.convert(dict(given), type=of, strict=False)
    except msgspec.ValidationError as fault:
        raise _told(str(fault)) from fault


def _told(said: str) -> FormErrors:
    """The library's English sentence as a field and a sentence of ours."""
    found = _AT.search(said)
    path = found[1] if found else ""
    if named := _NAMED.search(said):
        place = f"{path}.{named[2]}" if path else named[2]
        return FormErrors({place: MISSING if named[1] == "required" else UNKNOWN})
    return FormErrors({path: WRONG})
