"""What is derived from the secrets of this installation: keyed hashes, link secrets, form tokens."""

import base64
import hashlib
import hmac
import secrets

from . import settings


def new_id() -> str:
    """A fresh opaque id: 16 characters, 80 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def email_hash(email: str) -> str:
    """Keyed hash of an address by which it is looked up: 32 hex digits. Case and surrounding space don't matter."""
    return _hmac("LOOKUP_KEY", "email", email.strip().casefold())[:32]


def opaque(purpose: str, value: str) -> str:
    """Keyed hash of anything else that must be compared but not read: 32 hex digits."""
    return _hmac("LOOKUP_KEY", f"opaque/{purpose}", value)[:32]


def link_secret(purpose: str, *parts: str | int) -> str:
    """The unguessable part of a link that can be made again from what it is for: 26 characters, 130 bits.

    Nothing of it is stored; counting ``parts``' generation up revokes every earlier link.
    """
    digest = bytes.fromhex(_hmac("LOOKUP_KEY", f"link/{purpose}", "/".join(map(str, parts))))
    return base64.b32encode(digest).decode().lower()[:26]


def signing_secret(purpose: str, *parts: str | int) -> bytes:
    """32 bytes that can be made again from what they are for, as `link_secret`."""
    return bytes.fromhex(_hmac("LOOKUP_KEY", f"signing/{purpose}", "/".join(map(str, parts))))


def form_token(browser: str, session: str) -> str:
    """What a form of this browser (and session, if any) must carry."""
    return _hmac("CSRF_KEY", "form", f"{browser}/{session}")[:43]


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _hmac(secret: str, label: str, value: str) -> str:
    key = base64.b64decode(settings.get(secret))
    return hmac.new(key, f"{label}\0{value}".encode(), hashlib.sha256).hexdigest()
