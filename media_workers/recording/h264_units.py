"""H.264 frames from RTP payloads (RFC 6184): NAL units, each behind a start code (ITU-T H.264, annex B)."""

import struct

from media_workers.errors import Malformed
from media_workers.h264 import Reader

START = b"\0\0\0\1"
_AGGREGATE, _FRAGMENT = 24, 28


def joined(payloads: list[bytes]) -> tuple[bytes, tuple[int, int] | None]:
    """One picture's payloads as one access unit, with its size where its parameters come along. Raises `Malformed`."""
    units: list[bytes] = []
    size: tuple[int, int] | None = None
    for payload in payloads:
        if not payload:
            continue
        sizes = Reader().read(payload, b"").sizes
        size = sizes[0] if sizes else size
        _take(payload, units)
    return b"".join(START + unit for unit in units), size


def _take(payload: bytes, units: list[bytes]) -> None:
    kind = payload[0] & 0x1F
    if kind == _AGGREGATE:
        at = 1
        while at + 2 < len(payload):
            (length,) = struct.unpack_from("!H", payload, at)
            units.append(payload[at + 2 : at + 2 + length])
            at += 2 + length
    elif kind == _FRAGMENT:
        if payload[1] & 0x80:
            units.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:])
        elif units:
            units[-1] += payload[2:]
        else:
            raise Malformed("an H.264 fragment without its beginning")
    else:
        units.append(payload)
