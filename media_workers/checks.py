"""STUN checks, read and answered (RFC 8489; RFC 8445, section 7.3).

Whom a check is for is read before anything dear is done: a flood of checks for nobody costs a scan each. Reading in
full and the HMAC come only for a user name fragment that is known.
"""

import hmac
import socket
import struct
from binascii import crc32
from dataclasses import dataclass
from typing import Final

from media_workers.errors import Malformed

_HEAD: Final = struct.Struct("!HHI")
_ATTRIBUTE: Final = struct.Struct("!HH")
COOKIE: Final = 0x2112A442
BINDING_REQUEST: Final = 0x0001
BINDING_RESPONSE: Final = 0x0101
USERNAME: Final = 0x0006
INTEGRITY: Final = 0x0008
MAPPED: Final = 0x0020
NOMINATES: Final = 0x0025
FINGERPRINT: Final = 0x8028
"""Kinds of attributes (MESSAGE-INTEGRITY, XOR-MAPPED-ADDRESS, USE-CANDIDATE)."""
HEAD: Final = 20
DIGEST: Final = 20
SUM: Final = 4
"""Bytes of the head, of an integrity and of a fingerprint."""
FINGERPRINT_XOR: Final = 0x5354554E
LONGEST: Final = 512
"""Bytes of a check; a browser's has about 120."""


@dataclass(frozen=True)
class Check:
    """``transaction``: what the answer must repeat; ``nominates``: this path is to be used."""

    transaction: bytes
    nominates: bool


def fragment(data: bytes) -> str | None:
    """Our part of the user name of a binding request, or nothing when it is none."""
    if not 20 <= len(data) <= LONGEST:
        return None
    kind, length, cookie = _HEAD.unpack_from(data)
    if kind != BINDING_REQUEST or cookie != COOKIE or length + 20 != len(data):
        return None
    at = 20
    while at + 4 <= len(data):
        attribute, size = _ATTRIBUTE.unpack_from(data, at)
        at += 4
        if at + size > len(data):
            return None
        if attribute == USERNAME:
            return data[at : at + size].partition(b":")[0].decode("ascii", "replace")
        at += size + -size % 4
    return None


def read(data: bytes, key: bytes) -> Check | None:
    """A check by who has the key; None when it is somebody else's. What follows the integrity is not covered by it and
    not read (section 9), but for the fingerprint. Raises `Malformed`."""
    nominates = genuine = False
    at = HEAD
    while at + 4 <= len(data):
        attribute, size = _ATTRIBUTE.unpack_from(data, at)
        value = data[at + 4 : at + 4 + size]
        if len(value) < size:
            raise Malformed("STUN cut off")
        if attribute == FINGERPRINT and value != _fingerprint(data[:at]):
            raise Malformed("STUN with a wrong fingerprint")
        if genuine:
            pass
        elif attribute == NOMINATES:
            nominates = True
        elif attribute == INTEGRITY:
            if not hmac.compare_digest(value, _integrity(data[:at], key)):
                return None
            genuine = True
        at += 4 + size + -size % 4
    return Check(data[8:HEAD], nominates) if genuine else None


def answer(check: Check, address: tuple[str, int], key: bytes) -> bytes:
    """The answer to a check that came from ``address``."""
    host, port = address[0].partition("%")[0], address[1]
    version = 2 if ":" in host else 1
    packed = socket.inet_pton(socket.AF_INET6 if version == 2 else socket.AF_INET, host)
    mask = (COOKIE.to_bytes(4, "big") + check.transaction)[: len(packed)]
    hidden = (int.from_bytes(packed, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(packed), "big")
    mapped = struct.pack("!BBH", 0, version, port ^ COOKIE >> 16) + hidden
    message = _HEAD.pack(BINDING_RESPONSE, 4 + len(mapped), COOKIE) + check.transaction
    message += _ATTRIBUTE.pack(MAPPED, len(mapped)) + mapped
    message = _lengthened(message, DIGEST) + _ATTRIBUTE.pack(INTEGRITY, DIGEST) + _integrity(message, key)
    return _lengthened(message, SUM) + _ATTRIBUTE.pack(FINGERPRINT, SUM) + _fingerprint(message)


def _lengthened(message: bytes, size: int) -> bytes:
    """A message whose head tells of one more attribute at its end."""
    return message[:2] + (len(message) - HEAD + 4 + size).to_bytes(2, "big") + message[4:]


def _integrity(message: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _lengthened(message, DIGEST), "sha1")


def _fingerprint(message: bytes) -> bytes:
    return (crc32(_lengthened(message, SUM)) ^ FINGERPRINT_XOR).to_bytes(4, "big")
