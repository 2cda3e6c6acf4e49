"""Addresses of ours with a mark (RFC 5233): ``reunion+<mark>@iboo.live``. What comes back to one says what it is about.

The mark of a mail is its id; that of a person's answers is made by the domain that asks for them. Both are unguessable.
"""

import re
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

from chalicelib import settings

HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
"""Where a carrier or a sender writes to which address a mail went. None is trusted: the mark itself is."""
MOST = 20
"""Addresses that are looked at."""
LONGEST = 64
"""Octets of what stands before the @ (RFC 5321, 4.5.3.1.1)."""

_MARK = re.compile(r"[a-z0-9.]{1,60}")


def own() -> str:
    """The address of every mail of ours, without its name."""
    return parseaddr(settings.get("MAIL_FROM"))[1]


def marked(mark: str) -> str:
    """Our address with a mark. Raises `ValueError` for one that is too long for an address."""
    name, _, domain = own().rpartition("@")
    if len(name) + 1 + len(mark) > LONGEST:
        raise ValueError(f"{name}+…: {len(mark)} signs of mark are too many")
    return f"{name}+{mark}@{domain}"


def marks(message: EmailMessage) -> list[str]:
    """The marks of the addresses of ours that a mail went to."""
    name, _, domain = own().casefold().rpartition("@")
    written = [str(value)[:1_000] for header in HEADERS for value in message.get_all(header, [])]
    found = [address.casefold() for _, address in getaddresses(written)[:MOST]]
    ours = (one.removesuffix(f"@{domain}").removeprefix(f"{name}+") for one in found if _is_marked(one, name, domain))
    return [mark for mark in dict.fromkeys(ours) if _MARK.fullmatch(mark)]


def _is_marked(address: str, name: str, domain: str) -> bool:
    return address.startswith(f"{name}+") and address.endswith(f"@{domain}")
