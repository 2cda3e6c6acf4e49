"""What a change of the notes holds, byte by byte: an update of Yjs, version 1. Pure.

The format is that of yjs/src/utils/encoding.js and structs/ (Yjs 13.6). Notes are one plain text, so only what plain
text needs is let in: a client can't hide anything else in a meeting's notes. pycrdt joins updates; what it doesn't tell
is who typed which letter, and it can't take one person's letters out.
"""

from dataclasses import dataclass, field

LEFT, RIGHT, KEYED = 0x80, 0x40, 0x20
GARBAGE, DELETED, STRING, SKIPPED = 0, 1, 4, 10
"""What a struct holds (the low five bits of its first byte)."""
TEXT = "notes"
"""The name of the one text."""


class Malformed(ValueError):
    """Not an update of a plain text."""


@dataclass
class Update:
    """``words``: what was typed, piece by piece; ``clients``: whose structs are in it; ``redacted``: the same
    with every letter deleted, its place kept."""

    words: list[str] = field(default_factory=list)
    clients: set[int] = field(default_factory=set)
    redacted: bytes = b""


def read(data: bytes) -> Update:
    """Raises `Malformed`."""
    reader, update = _Reader(data), Update()
    out = bytearray(_number(blocks := reader.number()))
    for _ in range(blocks):
        structs, client, clock = reader.number(), reader.number(), reader.number()
        update.clients.add(client)
        out += _number(structs) + _number(client) + _number(clock)
        for _ in range(structs):
            out += _struct(reader, update)
    out += data[reader.at :]
    for _ in range(reader.number()):
        reader.number()
        for _ in range(reader.number()):
            reader.number(), reader.number()
    if reader.at != len(data):
        raise Malformed("something follows")
    update.redacted = bytes(out)
    return update


def _struct(reader: "_Reader", update: Update) -> bytes:
    """The redacted struct."""
    start = reader.at
    info = reader.byte()
    content = info & 0x1F
    if content in (GARBAGE, SKIPPED):
        reader.number()
        return reader.since(start)
    for given in (LEFT, RIGHT):
        if info & given:
            reader.number(), reader.number()
    if not info & (LEFT | RIGHT) and (reader.number() != 1 or reader.string() != TEXT or info & KEYED):
        raise Malformed("in another place than the text")
    head = bytearray(reader.since(start))
    if content == DELETED:
        return bytes(head) + _number(reader.number())
    if content != STRING:
        raise Malformed("something else than text")
    word = reader.string()
    update.words.append(word)
    head[0] = info & ~0x1F | DELETED
    return bytes(head) + _number(len(word.encode("utf-16-le")) // 2)


def _number(value: int) -> bytes:
    """Seven bits a byte, lowest first, as lib0 writes them."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def byte(self) -> int:
        if self.at >= len(self._data):
            raise Malformed("too short")
        self.at += 1
        return self._data[self.at - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 56:
                raise Malformed("too large a number")

    def string(self) -> str:
        length = self.number()
        end = self.at + length
        if end > len(self._data):
            raise Malformed("too short")
        try:
            text = self._data[self.at : end].decode()
        except UnicodeDecodeError as fault:
            raise Malformed("no text") from fault
        self.at = end
        return text

    def since(self, start: int) -> bytes:
        return self._data[start : self.at]
