"""VP8 and Opus payloads made by hand."""


def picture(number: int, *, key: bool = False, tl0: int = 0, body: bytes = b"picture", start: bool = True) -> bytes:
    """A VP8 payload with a 15-bit picture id and tl0picidx (RFC 7741, section 4.2)."""
    first = 0x80 | (0x10 if start else 0)
    return bytes((first, 0xC0, 0x80 | number >> 8 & 0x7F, number & 0xFF, tl0, 0 if key else 1)) + body


def number_of(payload: bytes) -> tuple[int, int]:
    """Picture id and tl0picidx in such a payload."""
    return (payload[2] & 0x7F) << 8 | payload[3], payload[4]
