"""The seal (MAC): HMAC-SHA1 over every field but itself.

Learnt from the published kits of Euro-Information (PHP 7, Python 4.0) and held to their examples by the tests.
"""

import hashlib
import hmac
from collections.abc import Mapping

from .errors import Misconfigured

SEAL = "MAC"


def seal(fields: Mapping[str, str], key: str) -> str:
    """The seal of ``fields``, 40 lower-case hexadecimal digits; a field ``MAC`` among them is ignored.

    Every other field counts, one that is there but empty too. Characters outside ASCII are sealed as UTF-8.
    Raises `Misconfigured` for a key that can't be one.
    """
    return _digest(sealed_string(fields).encode(), key)


def is_sealed(fields: Mapping[str, str], key: str, charset: str) -> bool:
    """Whether the field ``MAC``, in whatever case, is the seal of the others, sealed in ``charset``. In constant time.

    What the charset lacks counts as a question mark, as where the platform's languages encode.
    """
    ours = _digest(sealed_string(fields).encode(charset, "replace"), key)
    return hmac.compare_digest(fields.get(SEAL, "").lower().encode(), ours.encode())


def sealed_string(fields: Mapping[str, str]) -> str:
    """``name=value`` joined by ``*``, in the ASCII order of the names; values as they are, nothing escaped."""
    return "*".join(f"{name}={fields[name]}" for name in sorted(fields) if name != SEAL)


def usable_key(key: str) -> bytes:
    """The 20 bytes behind a key of 40 characters, whose last two may be disguised. Raises `Misconfigured`.

    A 39th character between G and Z (or ``[`` to `````) stands for the one 23 places before it (P for 9, X for A), a
    40th that is an M for 0. Both at once was never seen: the kits leave the M, which is no hexadecimal digit.
    """
    if len(key) != 40:
        raise Misconfigured("key: not 40 characters")
    body, first, last = key[:38], key[38], key[39]
    if "F" < first < "a":
        first = chr(ord(first) - 23)
    elif last == "M":
        last = "0"
    # bytes.fromhex would skip blanks and so make a shorter key.
    if not all(sign in "0123456789abcdefABCDEF" for sign in body + first + last):
        raise Misconfigured("key: not hexadecimal")
    return bytes.fromhex(body + first + last)


def _digest(text: bytes, key: str) -> str:
    return hmac.new(usable_key(key), text, hashlib.sha1).hexdigest()
