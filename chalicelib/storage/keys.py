"""Data keys: one per occurrence (or other owner), wrapped by the key-encryption key, gone when nothing needs them.

The table has neither recovery nor copies. Deleting a key makes every copy of what it protects unreadable, backups
included.
"""

import base64
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib import clock, settings
from chalicelib.register.events import Event

from . import expiry
from .access import AlreadyThere, Changed, create, delete, get, happened
from .items import Keys, table_name
from .sealing import DataKey

_NONCE = 12
_KEY_BYTES = 32


class KeyDestroyed(LookupError):
    """The key is gone, and with it what it protected."""


class KeyItem(Keys, discriminator="data_key"):
    """A wrapped key. ``kek``: which key-encryption key wrapped it."""

    wrapped = BinaryAttribute(legacy_encoding=False)
    kek = UnicodeAttribute()


@dataclass(frozen=True)
class _Kek:
    secret: bytes

    @property
    def name(self) -> str:
        return base64.b32encode(AESGCM(self.secret).encrypt(b"\0" * _NONCE, b"", b"name")).decode().lower()[:8]


def key_for(owner: str, until: int, controller: str | None) -> DataKey:
    """The owner's key, made if there is none, kept at least ``until`` (seconds since 1970)."""
    while True:
        item = get(KeyItem, f"key#{owner}", "key")
        if item is None:
            try:
                return _make(owner, until, controller)
            except AlreadyThere:
                continue
        if (item.delete_by or 0) >= until:
            return _unwrap(owner, item)
        try:
            happened(item, Event.PROTECTED_UNTIL, until)
        except Changed:
            continue
        return _unwrap(owner, item)


def open_key(owner: str) -> DataKey:
    """The owner's key. Raises `KeyDestroyed`."""
    item = get(KeyItem, f"key#{owner}", "key")
    if item is None:
        raise KeyDestroyed(owner)
    return _unwrap(owner, item)


def held_key(owner: str) -> DataKey:
    """The owner's key though its time has passed: for the case it is held for, and no other. Raises `KeyDestroyed`."""
    item = next(iter(KeyItem.query(f"key#{owner}", consistent_read=True)), None)
    if not isinstance(item, KeyItem) or not item.hold:
        raise KeyDestroyed(owner)
    return _unwrap(owner, item)


def new_held_key(owner: str, case: str) -> KeyItem:
    """A key for a case alone, not written yet: held from its first second, without a date, and past its time for every
    use but `held_key`. To be created with `held_since`."""
    return KeyItem(f"key#{owner}", "key", hold={case}, **_wrapped(owner, AESGCM.generate_key(8 * _KEY_BYTES)))


def held_since(now: int) -> dict[Event, int]:
    """The events of a key that protects nothing but what is held."""
    return {Event.PROTECTED_UNTIL: now}


def destroy_held_key(owner: str) -> None:
    """Destroys a key that was made for a case, held or not; nothing happens when there is none."""
    expiry.remove(table_name(KeyItem.store), f"key#{owner}", "key")


def standing_key(owner: str) -> DataKey:
    """A key that needs no table, derived from the key-encryption key (HKDF, RFC 5869).

    For the few sealed things that must outlive a loss of the key table, such as a directive for after death.
    """
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"standing/{owner}".encode())
    return DataKey(owner, derivation.derive(_kek().secret))


def destroy_key(owner: str) -> None:
    """Destroys the owner's key now; nothing happens when there is none."""
    item = get(KeyItem, f"key#{owner}", "key")
    if item is not None:
        delete(item)


def _make(owner: str, until: int, controller: str | None) -> DataKey:
    secret = AESGCM.generate_key(bit_length=8 * _KEY_BYTES)
    if until <= clock.now():
        raise KeyDestroyed(owner)
    item = KeyItem(f"key#{owner}", "key", **_wrapped(owner, secret))
    create(item, {Event.PROTECTED_UNTIL: until}, controller=controller)
    return DataKey(owner, secret)


def _wrapped(owner: str, secret: bytes) -> dict[str, Any]:
    kek, nonce = _kek(), os.urandom(_NONCE)
    return {"wrapped": nonce + AESGCM(kek.secret).encrypt(nonce, secret, f"key#{owner}".encode()), "kek": kek.name}


def _unwrap(owner: str, item: KeyItem) -> DataKey:
    nonce, wrapped = item.wrapped[:_NONCE], item.wrapped[_NONCE:]
    try:
        return DataKey(owner, AESGCM(_kek().secret).decrypt(nonce, wrapped, f"key#{owner}".encode()))
    except InvalidTag as fault:
        raise KeyDestroyed(f"{owner}: wrapped by another key-encryption key ({item.kek})") from fault


def _kek() -> _Kek:
    secret = base64.b64decode(settings.get("KEY_ENCRYPTION_KEY"))
    if len(secret) != _KEY_BYTES:
        raise settings.SettingMissing("IBOO_KEY_ENCRYPTION_KEY must be 32 bytes in base64")
    return _Kek(secret)
