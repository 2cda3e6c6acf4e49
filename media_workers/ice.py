"""An ICE-lite agent for many peers on one port (RFC 8445, section 2.5): it answers checks and follows addresses.

A peer is found by the user name fragment of its first check, afterwards by its five-tuple. Only a check with a right
MESSAGE-INTEGRITY makes a five-tuple known or moves a peer.
"""

import logging
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aioice import stun

from media_workers.udp import Path

logger = logging.getLogger(__name__)

SILENCE = 8.0
"""Seconds without any packet after which a peer is gone (docs/protocol.md, section 3)."""
PATIENCE = 15.0
"""Seconds a new peer has for its first check."""
STALE = 1.0
"""A selected path silent for so many seconds yields to a check on another one that isn't nominated: a NAT that changed
its mapping shows so in a browser that nominates once."""
PATHS = 8
"""Five-tuples known per peer; browsers check from every interface."""


class Handler(Protocol):
    """What a peer's owner is told."""

    def ice_started(self) -> None:
        """The first authenticated check came: DTLS can begin."""

    def datagram(self, data: bytes) -> None:
        """DTLS, SRTP or SRTCP came on a known path."""

    def ice_gone(self) -> None:
        """Nothing came for too long."""


@dataclass
class Peer:
    """One connection: the credentials of our side, and where the other side is."""

    handler: Handler
    created: float
    fragment: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    selected: Path | None = None
    paths: list[Path] = field(default_factory=list)
    heard: float | None = None
    """When anything came last, on any path."""
    selected_heard: float = 0.0

    def silent(self, now: float) -> bool:
        """Whether to take it as gone."""
        return now - self.heard > SILENCE if self.heard is not None else now - self.created > PATIENCE


class IceAgent:
    """``send``: puts a datagram on a path. ``clock``: seconds, monotonic."""

    def __init__(self, send: Callable[[bytes, Path], None], clock: Callable[[], float]) -> None:
        self._send = send
        self._clock = clock
        self._by_fragment: dict[str, Peer] = {}
        self._by_path: dict[Path, Peer] = {}
        self.malformed = 0

    @property
    def peers(self) -> int:
        """How many are known."""
        return len(self._by_fragment)

    def add(self, handler: Handler) -> Peer:
        """A new peer with fresh credentials."""
        peer = Peer(handler, self._clock())
        self._by_fragment[peer.fragment] = peer
        return peer

    def remove(self, peer: Peer) -> None:
        """Forgets a peer and its paths."""
        self._by_fragment.pop(peer.fragment, None)
        for path in peer.paths:
            if self._by_path.get(path) is peer:
                del self._by_path[path]
        peer.paths = []

    def send(self, peer: Peer, data: bytes) -> None:
        """Sends to where the peer is now; before its first check, nowhere."""
        if peer.selected is not None:
            self._send(data, peer.selected)

    def received(self, data: bytes, path: Path) -> None:
        """A datagram from a socket, told apart by its first byte (RFC 7983). Never raises."""
        try:
            if not data:
                return
            if data[0] < 4:
                self._stun(data, path)
            elif 20 <= data[0] < 64 or 128 <= data[0] < 192:
                self._media(data, path)
        except Exception:
            # The socket serves everybody: whatever one datagram does, the next one is read.
            self.malformed += 1
            logger.exception("a datagram was dropped")

    def check_silence(self) -> None:
        """Tells the owners of peers from which nothing came for too long."""
        now = self._clock()
        for peer in [peer for peer in self._by_fragment.values() if peer.silent(now)]:
            self.remove(peer)
            peer.handler.ice_gone()

    def _media(self, data: bytes, path: Path) -> None:
        peer = self._by_path.get(path)
        if peer is None:
            return
        peer.heard = self._clock()
        if path == peer.selected:
            peer.selected_heard = peer.heard
        peer.handler.datagram(data)

    def _stun(self, data: bytes, path: Path) -> None:
        try:
            message = stun.parse_message(data)
        except (ValueError, IndexError, KeyError, struct.error) as fault:
            self._drop("unreadable STUN: %s", fault)
            return
        if message.message_class != stun.Class.REQUEST or message.message_method != stun.Method.BINDING:
            return
        peer = self._by_fragment.get(str(message.attributes.get("USERNAME", "")).partition(":")[0])
        if peer is None or not message.check_message_integrity(peer.password.encode()):
            self._drop("STUN check of nobody")
            return
        first = peer.heard is None
        self._follow(peer, path, "USE-CANDIDATE" in message.attributes)
        self._answer(peer, message, path)
        if first:
            peer.handler.ice_started()

    def _follow(self, peer: Peer, path: Path, nominates: bool) -> None:
        now = self._clock()
        if path not in peer.paths:
            self._learn(peer, path)
        stale = now - peer.selected_heard > STALE
        if peer.selected is None or nominates or (path != peer.selected and stale):
            peer.selected = path
        peer.heard = now
        if path == peer.selected:
            peer.selected_heard = now

    def _learn(self, peer: Peer, path: Path) -> None:
        other = self._by_path.get(path)
        if other is not None:
            other.paths.remove(path)
        peer.paths.append(path)
        self._by_path[path] = peer
        if len(peer.paths) > PATHS:
            oldest = next(known for known in peer.paths if known != peer.selected)
            peer.paths.remove(oldest)
            del self._by_path[oldest]

    def _answer(self, peer: Peer, request: stun.Message, path: Path) -> None:
        response = stun.Message(
            stun.Method.BINDING,
            stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": path.address},
        )
        response.add_message_integrity(peer.password.encode())
        self._send(bytes(response), path)

    def _drop(self, text: str, *arguments: object) -> None:
        self.malformed += 1
        logger.debug(text, *arguments)
