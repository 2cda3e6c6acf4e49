"""Passwords as they are kept: Argon2id (RFC 9106)."""

import base64
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY as PARAMETERS

from .rules import LONGEST_PASSWORD, normal_password

# A stored hash with other parameters is made anew when its owner signs in.
_HASHER = PasswordHasher.from_parameters(PARAMETERS)


def hashed(password: str) -> str:
    """The password's hash with a fresh salt and the parameters of today."""
    return _HASHER.hash(normal_password(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one hashed; without a hash, `False` after the same work.

    One too long to be anybody's is not looked at: composing it takes time that grows with the square of its length.
    """
    tried = normal_password(password if len(password) <= LONGEST_PASSWORD else "")
    try:
        return _HASHER.verify(password_hash or _nobodys(), tried) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    """A hash no password has (all zero), which costs as much to compare with as anybody's."""
    salt, digest = (
        base64.b64encode(bytes(length)).decode().rstrip("=") for length in (PARAMETERS.salt_len, PARAMETERS.hash_len)
    )
    cost = f"m={PARAMETERS.memory_cost},t={PARAMETERS.time_cost},p={PARAMETERS.parallelism}"
    return f"$argon2id$v={PARAMETERS.version}${cost}${salt}${digest}"
