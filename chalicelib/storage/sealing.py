"""Encryption of content: AES-256-GCM, with key, kind, place and field as associated data.

A ciphertext moved to another item, field or key does not open.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Unreadable(ValueError):
    """Not what was sealed here, or sealed under another key."""


@dataclass(frozen=True)
class DataKey:
    """A key in memory, with the name of what it belongs to."""

    owner: str
    secret: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.owner!r})"


def seal(key: DataKey, place: str, field: str, plain: bytes) -> bytes:
    """Nonce and ciphertext of ``plain``. ``place``: the item's kind and primary key, or the object's name."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key.secret).encrypt(nonce, plain, _associated(key, place, field))


def unseal(key: DataKey, place: str, field: str, sealed: bytes) -> bytes:
    """What was sealed. Raises `Unreadable`."""
    try:
        return AESGCM(key.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(key, place, field))
    except InvalidTag as fault:
        raise Unreadable(place) from fault


def _associated(key: DataKey, place: str, field: str) -> bytes:
    return "\0".join((key.owner, place, field)).encode()
