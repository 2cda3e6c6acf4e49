"""SRTP with little around it: every private name of pylibsrtp we use is in this file.

Read against pylibsrtp 1.0.0. Its own ``protect`` costs as much again as the cipher: it makes a pointer and checks types
for each packet. Here a packet is copied once into a buffer that all sessions of the process share, and worked on there
(one event loop, no awaiting in between).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import pylibsrtp
from pylibsrtp import _binding

from media_workers.errors import Malformed

READ_AGAINST: Final = "1.0.0"
if version("pylibsrtp") != READ_AGAINST:
    raise ImportError(f"media_workers/srtp.py was read against pylibsrtp {READ_AGAINST}, not {version('pylibsrtp')}")

LONGEST: Final = 2048
"""Bytes of a packet: more than a datagram we read or write."""
MANY: Final = 64
"""Packets of a run."""
TAG: Final = 16
"""Bytes by which a protected packet of media is longer: AES-GCM's; others' are shorter."""
TRAILER: Final = 144 + 4
"""Bytes a protected packet may be longer (SRTP_MAX_SRTCP_TRAILER_LEN)."""

_ROOM: Final = bytes(TAG)
_NOTHING: Final = [b"", b"", b""]

_ffi, _lib = _binding.ffi, _binding.lib
_memory = _ffi.new("char[]", MANY * (LONGEST + TRAILER))
_length = _ffi.new("int *")
_view = memoryview(_ffi.buffer(_memory))

Operation = Callable[[bytes], bytes]
Run = tuple[memoryview, list[int]]
"""Packets one behind another, to be sent before the next one is made, and the length of each."""


class Outgoing:
    """Packets for one receiver that leave together."""

    __slots__ = ("parts", "sizes")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        """Three of each: header, payload, room for the tag; empty ones of a packet that is too long to be protected."""
        self.sizes: list[int] = []
        """Bytes of each packet, unprotected."""

    def add(self, header: bytes, payload: bytes) -> None:
        """One more."""
        size = len(header) + len(payload)
        self.sizes.append(size)
        if size <= LONGEST:
            self.parts.append(header)
            self.parts.append(payload)
            self.parts.append(_ROOM)
        else:
            self.parts += _NOTHING

    def pieces(self) -> list["Outgoing"]:
        """The same in pieces of `MANY` packets."""
        if len(self.sizes) <= MANY:
            return [self]
        pieces: list[Outgoing] = []
        for first in range(0, len(self.sizes), MANY):
            piece = Outgoing()
            piece.parts = self.parts[3 * first : 3 * (first + MANY)]
            piece.sizes = self.sizes[first : first + MANY]
            pieces.append(piece)
        return pieces


RunOperation = Callable[[Outgoing], Run]


@dataclass(frozen=True)
class Keys:
    """Master keys with their salts, as DTLS agreed on them. ``profile``: as OpenSSL names it."""

    profile: str
    receives: bytes
    sends: bytes

    @property
    def aead(self) -> bool:
        """Whether a nonce must never protect two different packets (RFC 7714, section 8.1)."""
        return "AEAD" in self.profile


def operations(session: pylibsrtp.Session, *names: str) -> tuple[Operation, ...]:
    """Functions of a session by name: ``protect``, ``protect_rtcp``, ``unprotect``, ``unprotect_rtcp``.

    Each takes and returns a packet and raises `Malformed` (forged, repeated, too long).
    """
    return tuple(_operation(session, name) for name in names)


def _operation(session: pylibsrtp.Session, name: str) -> Operation:
    work: Callable[[Any, Any, Any], int] = getattr(_lib, f"srtp_{name}")
    handle = session._srtp
    pointer, memory, length, copy, bytes_of = handle[0], _memory, _length, _ffi.memmove, _ffi.unpack

    # The handle frees the session's memory when it is collected: the function keeps it.
    def operate(packet: bytes, kept: object = handle) -> bytes:
        size = len(packet)
        if size > LONGEST:
            raise Malformed(f"SRTP {name}: too long")
        copy(memory, packet, size)
        length[0] = size
        status = work(pointer, memory, length)
        if status:
            raise Malformed(f"SRTP {name}: status {status}")
        done: bytes = bytes_of(memory, length[0])
        return done

    return operate


def run_operation(session: pylibsrtp.Session) -> RunOperation:
    """A function of a session that protects packets, `MANY` at most.

    They are put together, protected and sent from one place: with AES-GCM no packet is copied between. One that can't
    be protected has length 0.
    """
    work = _lib.srtp_protect
    handle = session._srtp
    pointer, memory, view, length, copy = handle[0], _memory, _view, _length, _ffi.memmove

    def operate(packets: Outgoing, kept: object = handle) -> Run:
        together = b"".join(packets.parts)
        copy(memory, together, len(together))
        lengths: list[int] = []
        at = end = 0
        for size in packets.sizes:
            made = 0
            if size <= LONGEST:
                length[0] = size
                place = memory + at
                if not work(pointer, place, length):
                    made = length[0]
                    if end != at:  # one before it has a shorter tag, or failed
                        copy(memory + end, place, made)
                at += size + TAG
            lengths.append(made)
            end += made
        return view[:end], lengths

    return operate
