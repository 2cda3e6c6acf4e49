"""What programs are told, how it is signed, and when it is tried again. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from chalicelib.errors import mark as _


class Happening(StrEnum):
    """What happened."""

    PLANNED = "meeting.planned"
    CHANGED = "meeting.changed"
    CANCELLED = "meeting.cancelled"
    BEGUN = "meeting.begun"
    ENDED = "meeting.ended"
    RECORDED = "recording.ready"


WORDS: Final[Mapping[Happening, str]] = {
    Happening.PLANNED: _("Une réunion est planifiée"),
    Happening.CHANGED: _("Une réunion est modifiée"),
    Happening.CANCELLED: _("Une réunion est annulée"),
    Happening.BEGUN: _("Une réunion commence"),
    Happening.ENDED: _("Une réunion est terminée"),
    Happening.RECORDED: _("Un enregistrement est prêt"),
}
DELAYS: Final = (60, 300, 1_800, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600)
"""Seconds before the second, third … attempt: 31 hours in all."""
LONGEST_URL: Final = 500
MOST: Final = 5
"""Addresses of one company."""
OVERLAP: Final = 86_400
"""Seconds during which the secret before signs beside a new one."""


def next_delay(attempts: int) -> int | None:
    """Seconds to wait after ``attempts`` failed ones; `None`: give up."""
    return DELAYS[attempts - 1] if attempts <= len(DELAYS) else None


def body(event: str, at: str, meeting: str, about: str, sequence: int) -> bytes:
    """What is sent: ids and a moment, from which a program asks for what it may know."""
    key = "recording" if event == Happening.RECORDED else "date"
    data = {"meeting": meeting, key: about, "sequence": sequence}
    return json.dumps({"type": event, "timestamp": at, "data": data}, separators=(",", ":")).encode()


def signature(secrets: Iterable[bytes], message: str, at: int, content: bytes) -> str:
    """The header webhook-signature (Standard Webhooks): one word per secret that is good now."""
    signed = b".".join([message.encode(), str(at).encode(), content])
    found = (base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in secrets)
    return " ".join(f"v1,{one}" for one in found)


def shown(secret: bytes) -> str:
    """A secret as its receiver is given it."""
    return "whsec_" + base64.b64encode(secret).decode()


def url_fault(url: str, local: bool) -> str:
    """What is wrong with an address by its form; empty: nothing. ``local``: this machine's own may be one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_URL
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or not parts.hostname or parts.username is not None or parts.fragment:
        return NO_URL
    if local and parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return ""
    return "" if parts.scheme == "https" and port in (None, 443) else NO_URL


NO_URL: Final = _("Indiquez une adresse publique qui commence par https://, sans mot de passe ni autre port.")
