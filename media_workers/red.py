"""Redundant sound (RFC 2198): packets that hold the one before once more. Whoever can't read them gets the newest part
alone."""

from media_workers.errors import Malformed

_FOLLOWS = 0x80
"""Another block header follows this one."""
_HEADER = 4
"""Bytes of the header of a redundant block; the newest one's has one."""
MOST = 8
"""Redundant blocks read of one packet."""


def _heads(payload: bytes) -> tuple[list[int], int]:
    """Where each block's header is, and where the newest block begins. Raises `Malformed`."""
    heads: list[int] = []
    at, redundant = 0, 0
    while at < len(payload) and payload[at] & _FOLLOWS:
        if at + _HEADER > len(payload) or len(heads) == MOST:
            raise Malformed("redundant sound cut off")
        heads.append(at)
        redundant += (payload[at + 2] & 0x03) << 8 | payload[at + 3]
        at += _HEADER
    begins = at + 1 + redundant
    if at >= len(payload) or begins > len(payload):
        raise Malformed("redundant sound cut off")
    return [*heads, at], begins


def newest(payload: bytes) -> tuple[int, bytes]:
    """Payload type and bytes of what a packet holds for its own time. Raises `Malformed`."""
    heads, begins = _heads(payload)
    return payload[heads[-1]] & 0x7F, payload[begins:]


def retyped(payload: bytes, payload_type: int) -> bytes:
    """The same with another payload type in all blocks: the receiver's. Raises `Malformed`."""
    heads, _ = _heads(payload)
    if payload[heads[-1]] & 0x7F == payload_type:
        return payload
    out = bytearray(payload)
    for at in heads:
        out[at] = payload[at] & _FOLLOWS | payload_type
    return bytes(out)
