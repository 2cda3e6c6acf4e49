"""Redundant sound (RFC 2198): packets that hold the one before once more. Whoever can't read them gets the newest part
alone."""

from collections.abc import Mapping

from media_workers.errors import Malformed

_FOLLOWS = 0x80
"""Another block header follows this one."""
_HEADER = 4
"""Bytes of the header of a redundant block; the newest one's has one."""
MOST = 8
"""Blocks read of one packet."""


def _walk(payload: bytes) -> tuple[list[int], int, int]:
    """Where each block's header is, where the newest one begins, its payload type. Raises `Malformed`."""
    heads: list[int] = []
    at, redundant = 0, 0
    while at < len(payload) and payload[at] & _FOLLOWS:
        if at + _HEADER > len(payload) or len(heads) == MOST:
            raise Malformed("redundant sound cut off")
        heads.append(at)
        redundant += (payload[at + 2] & 0x03) << 8 | payload[at + 3]
        at += _HEADER
    if at >= len(payload) or at + 1 + redundant > len(payload):
        raise Malformed("redundant sound cut off")
    heads.append(at)
    return heads, at + 1 + redundant, payload[at] & 0x7F


def newest(payload: bytes) -> tuple[int, bytes]:
    """Payload type and bytes of what a packet holds for its own time. Raises `Malformed`."""
    _, begins, payload_type = _walk(payload)
    return payload_type, payload[begins:]


def retyped(payload: bytes, types: Mapping[int, int]) -> bytes:
    """The same with other payload types: those of the receiver. Raises `Malformed`, also for one that has none."""
    heads, _, _ = _walk(payload)
    out = bytearray(payload)
    for at in heads:
        payload_type = types.get(payload[at] & 0x7F)
        if payload_type is None:
            raise Malformed("redundant sound of an unknown kind")
        out[at] = payload[at] & _FOLLOWS | payload_type
    return bytes(out)
