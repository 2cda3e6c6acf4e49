"""Data keys: one per occurrence (or other owner), wrapped by the key-encryption key, gone when nothing needs them.

The table has neither recovery nor copies. Deleting a key makes every copy of what it protects unreadable, backups
included.
"""

import base64
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from chalicelib import clock, settings
from chalicelib.register.events import Event

from .access import AlreadyThere, Changed, create, delete, get, happened
from .items import Keys
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
    kek = _kek()
    secret = AESGCM.generate_key(bit_length=8 * _KEY_BYTES)
    nonce = os.urandom(_NONCE)
    wrapped = nonce + AESGCM(kek.secret).encrypt(nonce, secret, f"key#{owner}".encode())
    if until <= clock.now():
        raise KeyDestroyed(owner)
    item = KeyItem(f"key#{owner}", "key", wrapped=wrapped, kek=kek.name)
    create(item, {Event.PROTECTED_UNTIL: until}, controller=controller)
    return DataKey(owner, secret)


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
