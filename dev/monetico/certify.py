"""The gateway's own idea of the seal."""

import hmac
from collections.abc import Iterable

# The last but one character of a key, disguised by adding 23 to its code.
DISGUISED = {chr(code + 23): chr(code) for code in range(ord("0"), ord("I") + 1)}


def secret(key: str) -> bytes:
    """The bytes of a 40-character key; `ValueError` when it is none."""
    body, tens, units = key[:-2], key[-2:-1], key[-1:]
    plain = DISGUISED[tens] + units if tens in DISGUISED else tens + {"M": "0"}.get(units, units)
    found = bytes.fromhex(body + plain)
    if len(found) != 20:
        raise ValueError("a key has 40 characters")
    return found


def rebuild(pairs: Iterable[tuple[str, str]]) -> str:
    """The string that is sealed, from the fields as they were posted."""
    parts = {name: value for name, value in pairs if name != "MAC"}
    text = ""
    for name in sorted(parts, key=lambda name: name.encode()):
        text += ("*" if text else "") + name + "=" + parts[name]
    return text


def certify(pairs: Iterable[tuple[str, str]], key: str) -> str:
    """40 capital hexadecimal digits, as the gateway writes them."""
    return hmac.digest(secret(key), rebuild(pairs).encode(), "sha1").hex().upper()


def certified(pairs: Iterable[tuple[str, str]], key: str) -> bool:
    """Whether exactly one MAC is among the fields and fits them."""
    given = list(pairs)
    seals = [value.upper() for name, value in given if name == "MAC"]
    return len(seals) == 1 and seals[0] == certify(given, key)
