"""The secrets of a local cloud, made at its first start and kept beside its data (without them it can't be read)."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Keys:
    """The files, each readable by the owner alone."""

    ticket_private_key: Path
    ticket_public_key: Path
    pool_secret: Path
    key_encryption_key: Path
    lookup_key: Path
    csrf_key: Path
    proof_private_key: Path
    turn_secret: Path


def keep(folder: Path) -> Keys:
    """The keys in ``folder``; those missing are made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = Keys(
        ticket_private_key=folder / "ticket-private-key.pem",
        ticket_public_key=folder / "ticket-public-key.pem",
        pool_secret=folder / "pool-secret",
        key_encryption_key=folder / "key-encryption-key",
        lookup_key=folder / "lookup-key",
        csrf_key=folder / "csrf-key",
        proof_private_key=folder / "proof-private-key.pem",
        turn_secret=folder / "turn-secret",
    )
    for private in (keys.ticket_private_key, keys.proof_private_key):
        if not private.exists():
            _write(private, _private_pem())
    _write(keys.ticket_public_key, _public_pem(keys.ticket_private_key.read_bytes()))
    for file in (keys.pool_secret, keys.key_encryption_key, keys.lookup_key, keys.csrf_key, keys.turn_secret):
        if not file.exists():
            _write(file, base64.b64encode(secrets.token_bytes(32)) + b"\n")
    return keys


def _private_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_pem(private: bytes) -> bytes:
    public = load_pem_private_key(private, password=None).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a half-written key would make the data unreadable for ever."""
    fresh = file.with_name(file.name + ".new")
    fresh.touch(mode=0o600)
    fresh.chmod(0o600)
    fresh.write_bytes(content)
    fresh.replace(file)
