"""AV1 frames from RTP payloads (RTP Payload Format for AV1, section 4): OBUs with their sizes, as files hold them."""

from media_workers.av1 import Reader
from media_workers.errors import Malformed

_CONTINUES, _TO_BE_CONTINUED = 0x80, 0x40
_HAS_SIZE, _HAS_EXTENSION = 0x02, 0x04
_TEMPORAL_DELIMITER = 2


def joined(payloads: list[bytes]) -> tuple[bytes, tuple[int, int] | None]:
    """One temporal unit, with its size where a sequence header comes along. Raises `Malformed`."""
    elements: list[bytes] = []
    open_one = False
    size: tuple[int, int] | None = None
    for payload in payloads:
        sizes = Reader().read(payload, b"").sizes
        size = sizes[-1] if sizes else size
        parts = _elements(payload)
        if payload[0] & _CONTINUES:
            if not open_one or not parts:
                raise Malformed("an AV1 fragment without its beginning")
            elements[-1] += parts.pop(0)
        elements += parts
        open_one = bool(payload[0] & _TO_BE_CONTINUED)
    return b"".join(_sized(element) for element in elements if element), size


def _elements(payload: bytes) -> list[bytes]:
    count = payload[0] >> 4 & 0x03
    found: list[bytes] = []
    at = 1
    while at < len(payload):
        if count and len(found) == count - 1:
            length = len(payload) - at
        else:
            length, at = _number(payload, at)
        if at + length > len(payload):
            raise Malformed("AV1 element cut off")
        found.append(payload[at : at + length])
        at += length
    return found


def _sized(obu: bytes) -> bytes:
    """The OBU with its size behind the header; nothing for temporal delimiters, which files leave out.

    Raises `Malformed` when the header is cut off."""
    if obu[0] >> 3 & 0x0F == _TEMPORAL_DELIMITER:
        return b""
    if obu[0] & _HAS_SIZE:
        return obu
    head = 2 if obu[0] & _HAS_EXTENSION else 1
    if len(obu) < head:
        raise Malformed("AV1 header cut off")
    return bytes([obu[0] | _HAS_SIZE]) + obu[1:head] + _leb128(len(obu) - head) + obu[head:]


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A LEB128 number and where what follows begins (AV1, section 4.10.5)."""
    value = 0
    for place in range(8):
        if at + place >= len(data):
            break
        value |= (data[at + place] & 0x7F) << 7 * place
        if not data[at + place] & 0x80:
            return value, at + place + 1
    raise Malformed("AV1 length cut off")


def _leb128(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
