"""Reading the addresses people paste. Pure."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

_IN_BRACKETS = re.compile(r"([^<>]*)<([^<>]*)>")
_SEPARATORS = re.compile(r"[,\s]+")
LONGEST_NAME = 80


@dataclass(frozen=True)
class Address:
    """A person to invite; ``name`` may be empty."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Pasted:
    """What a paste held: each address once, in order, and what is no address."""

    addresses: tuple[Address, ...]
    unreadable: tuple[str, ...]


def read(text: str) -> Pasted:
    """The addresses in ``text``, in the forms mail programs write them.

    ``a@b.fr``, ``Anne Dupont <a@b.fr>``, ``"Dupont, Anne" <a@b.fr>``, ``Dupont, Anne <a@b.fr>``; between them commas,
    semicolons, line breaks or spaces. A name "Dupont, Anne" is read as "Anne Dupont".
    """
    found: dict[str, Address] = {}
    unreadable: list[str] = []
    for name, email in _candidates(text):
        try:
            address = Address(validate_email(email, check_deliverability=False).normalized, _tidy(name))
        except EmailNotValidError:
            unreadable.append(email)
        else:
            found.setdefault(address.email.casefold(), address)
    return Pasted(tuple(found.values()), tuple(unreadable))


def _candidates(text: str) -> list[tuple[str, str]]:
    """Pairs of name and address, as they stand."""
    pairs: list[tuple[str, str]] = []
    for line in re.split(r"[;\n\r]+", text):
        rest = line
        while match := _IN_BRACKETS.search(rest):
            bare, name = _split_name(match[1])
            pairs += [("", email) for email in bare]
            pairs.append((name, match[2].strip().removeprefix("mailto:")))
            rest = rest[match.end() :]
        pairs += [("", word.strip("\"'<>")) for word in _SEPARATORS.split(rest) if word.strip("\"'<>")]
    return pairs


def _split_name(before: str) -> tuple[list[str], str]:
    """What stands before ``<address>``: bare addresses of other people, then the name."""
    parts = before.split(",")
    bare: list[str] = []
    while parts and ("@" in parts[0] or not parts[0].strip()):
        bare += [word for word in _SEPARATORS.split(parts[0]) if word]
        parts = parts[1:]
    return bare, ",".join(parts)


def _tidy(name: str) -> str:
    plain = " ".join(name.replace('"', " ").replace("'", "’").split())
    last, comma, first = plain.partition(",")
    if comma and "," not in first:
        plain = f"{first.strip()} {last.strip()}"
    return plain.strip(" ,")[:LONGEST_NAME]
