"""Acts that are done once, whatever a network does: the header Idempotency-Key (IETF, httpapi-idempotency-key-header).

Kept for a day: a hash of token and key, a hash of the request, and the id of what came of it. An act that broke off
half done blocks its key: whether it was done is looked up, not guessed.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pynamodb.attributes import UnicodeAttribute

from chalicelib import clock, keyed, storage
from chalicelib.doors import Request
from chalicelib.errors import FormErrors, KeyUsed, StillAtIt
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Ephemeral

_KEY = re.compile("[!-~]{1,255}")


class ApiRequest(Ephemeral, discriminator="api_request"):
    """``request#<hash of token and key>`` / ``request``. ``digest``: of method, path and body; ``result``: the id of
    what came of it; without, the act is under way or broke off."""

    digest = UnicodeAttribute()
    result = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Keyed:
    """A request with its key. ``token``: the identifier of the token it came with."""

    token: str
    key: str
    digest: str

    @property
    def place(self) -> str:
        return f"request#{keyed.opaque('api_request', f'{self.token}/{self.key}')}"


def key_of(headers: Mapping[str, str]) -> str:
    """The key of a request; empty without one. Raises `FormErrors`."""
    key = headers.get("idempotency-key")
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        raise FormErrors({"Idempotency-Key": _("Une clé a de 1 à 255 signes ASCII, sans espace.")})
    return key


def digest(request: Request) -> str:
    """By which the same request is known again."""
    return hashlib.sha256(b"\0".join([request.method.encode(), request.path.encode(), request.body])).hexdigest()


def begin(one: Keyed) -> str | None:
    """Notes that the act begins; the id of what came of it, if it was done before. Raises `KeyUsed`, `StillAtIt`."""
    item = ApiRequest(one.place, "request", digest=one.digest)
    try:
        storage.create(item, {Event.COLLECTED: clock.now()})
    except AlreadyThere:
        found = storage.get(ApiRequest, one.place, "request")
        if found is None or not found.result:
            raise StillAtIt from None
        if found.digest != one.digest:
            raise KeyUsed from None
        return str(found.result)
    return None


def finish(one: Keyed, result: str) -> None:
    """The act is done. ``result``: the id of what came of it."""
    item = storage.get(ApiRequest, one.place, "request")
    if item is not None:
        storage.update(item, ApiRequest.result.set(result), always=True)


def forget(one: Keyed) -> None:
    """The act was refused: the key may be used again."""
    item = storage.get(ApiRequest, one.place, "request")
    if item is not None:
        storage.delete(item)
