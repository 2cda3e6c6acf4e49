"""Whom a STUN check is for, read before anything dear is done: a flood of checks for nobody costs a scan each.

RFC 8489, sections 5 and 14.3. Parsing in full and the HMAC come only for a user name fragment that is known.
"""

import struct

_HEAD = struct.Struct("!HHI")
_ATTRIBUTE = struct.Struct("!HH")
COOKIE = 0x2112A442
BINDING_REQUEST = 0x0001
USERNAME = 0x0006
LONGEST = 512
"""Bytes of a check; a browser's has about 120."""


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
