"""Reading the addresses people paste. Pure."""

import re
from dataclasses import dataclass

from chalicelib.accounts.rules import email_address

_SEPARATORS = re.compile(r"[,\s]+")
_AROUND = "\"'<>()."
"""What people leave around an address when they copy it out of a sentence."""
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
            address = Address(email_address(email), _tidy(name))
        except ValueError:
            unreadable.append(email)
        else:
            found.setdefault(address.email.casefold(), address)
    return Pasted(tuple(found.values()), tuple(unreadable))


def one(email: str, name: str) -> Address:
    """An address and a name that came apart. Raises `ValueError` for what is no address."""
    return Address(email_address(email), _tidy(name))


def _candidates(text: str) -> list[tuple[str, str]]:
    """Pairs of name and address, as they stand."""
    pairs: list[tuple[str, str]] = []
    for line in re.split(r"[;\n\r]+", text):
        rest = line
        while (end := rest.find(">")) >= 0:
            start = rest.rfind("<", 0, end)
            if start < 0:  # closes nothing
                rest = f"{rest[:end]} {rest[end + 1 :]}"
                continue
            bare, name = _split_name(rest[:start].replace("<", " "))
            pairs += [("", email) for email in bare]
            pairs.append((name, _bare(rest[start + 1 : end])))
            rest = rest[end + 1 :]
        pairs += [("", email) for email in _words(rest)]
    return pairs


def _split_name(before: str) -> tuple[list[str], str]:
    """What stands before ``<address>``: bare addresses of other people, then the name."""
    parts = before.split(",")
    bare: list[str] = []
    while parts and ("@" in parts[0] or not parts[0].strip()):
        words = parts[0].split()
        addresses = 1 + max((place for place, word in enumerate(words) if "@" in word), default=-1)
        bare += _words(" ".join(words[:addresses]))
        parts = parts[1:]
        if words[addresses:]:
            parts = [" ".join(words[addresses:]), *parts]
            break
    return bare, ",".join(parts)


def _words(text: str) -> list[str]:
    return [bare for word in _SEPARATORS.split(text) if (bare := _bare(word))]


def _bare(word: str) -> str:
    return re.sub(r"(?i)^mailto:", "", word.strip().strip(_AROUND)).strip(_AROUND)


def _tidy(name: str) -> str:
    """The name on one line, without the quotes around it, "Anne Dupont" for "Dupont, Anne"."""
    plain = " ".join(name.replace('"', " ").split()).strip("' ")
    plain = "".join(sign for sign in plain if sign.isprintable()).replace("'", "’")
    last, comma, first = plain.partition(",")
    if comma and "," not in first:
        plain = f"{first.strip()} {last.strip()}"
    return plain.strip(" ,")[:LONGEST_NAME]
