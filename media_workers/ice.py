"""An ICE-lite agent for many peers on one port (RFC 8445, section 2.5): it answers checks and follows addresses.

A peer is found by the user name fragment of its first check, afterwards by its five-tuple. Only a check with a right
MESSAGE-INTEGRITY makes a five-tuple known or moves a peer, and only once: recorded and sent again from elsewhere it
does nothing. What comes from strangers is counted and dropped; nothing is kept of it, and nothing is answered.

What goes to peers is gathered while a burst is read, and leaves in runs of one destination.
"""

import logging
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from media_workers import checks
from media_workers.checks import Check
from media_workers.errors import Malformed
from media_workers.udp import Path

logger = logging.getLogger(__name__)

SILENCE: Final = 8.0
"""Seconds without any packet after which a peer is gone (docs/protocol.md, section 3)."""
PATIENCE: Final = 15.0
"""Seconds a new peer has for its first check."""
STALE: Final = 1.0
"""A selected path silent for so many seconds yields to a check on another one that isn't nominated: a NAT that changed
its mapping shows so in a browser that nominates once."""
PATHS: Final = 8
"""Five-tuples known per peer; browsers check from every interface."""
TRANSACTIONS: Final = 64
"""Checks remembered per peer: a browser sends a few per second and path at most."""
RUN: Final = 48
"""Datagrams gathered for one peer before they leave: below what one offloaded send may hold (64 kB)."""


class Handler(Protocol):
    """What a peer's owner is told."""

    def ice_started(self) -> None:
        """The first authenticated check came: DTLS can begin."""

    def datagram(self, data: bytes) -> None:
        """DTLS, SRTP or SRTCP came on a known path."""

    def ice_gone(self) -> None:
        """Nothing came for too long."""


class Paths(Protocol):
    """Who reads media by itself, and must know whose it is. Peers are told by number."""

    def know(self, peer: int, fragment: str, password: str) -> None:
        """What checks of a peer are made with: those from where it is already may be answered, and are then told."""

    def calm(self, peer: int) -> None:
        """Messages of a peer may wait from now on."""

    def learn(self, peer: int, socket: int, host: str, port: int) -> None:
        """A peer is on that path."""

    def forget(self, socket: int, host: str, port: int) -> None:
        """Nobody is on that path any more."""

    def select(self, peer: int, socket: int, host: str, port: int) -> None:
        """What goes to a peer goes there."""

    def drop_peer(self, peer: int) -> None:
        """A peer is gone."""

    def heard(self, peer: int) -> tuple[float | None, float | None]:
        """When media came last: on any path, on the selected one."""


@dataclass
class Peer:
    """One connection: the credentials of our side, and where the other side is."""

    handler: Handler
    created: float
    number: int = 0
    """Of the agent's peers."""
    fragment: str = field(default_factory=lambda: secrets.token_hex(8))
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    selected: Path | None = None
    paths: list[Path] = field(default_factory=list)
    heard: float | None = None
    """When anything came last, on any path."""
    selected_heard: float = 0.0
    outbox: list[bytes] = field(default_factory=list)
    """Gathered for the selected path."""
    transactions: deque[tuple[bytes, Path]] = field(default_factory=lambda: deque(maxlen=TRANSACTIONS))
    """The last checks answered, and whence they came."""

    def silent(self, now: float) -> bool:
        """Whether to take it as gone."""
        return now - self.heard > SILENCE if self.heard is not None else now - self.created > PATIENCE


@dataclass
class Dropped:
    """What came and was not taken, by why: counters since the start."""

    unreadable: int = 0
    """Not STUN, DTLS or SRTP by its first byte, or STUN that can't be parsed."""
    strangers: int = 0
    """DTLS and SRTP from five-tuples nobody checked from."""
    nobodys: int = 0
    """Checks for a user name that is not, or no longer, known."""
    forged: int = 0
    """Checks with a wrong integrity."""
    replayed: int = 0
    """Right checks seen before from elsewhere."""
    failed: int = 0
    """Datagrams whose handling broke: a fault of ours."""

    @property
    def by_reason(self) -> dict[str, int]:
        """The same, by name."""
        return {
            "unreadable": self.unreadable,
            "strangers": self.strangers,
            "nobodys": self.nobodys,
            "forged": self.forged,
            "replayed": self.replayed,
            "failed": self.failed,
        }

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_reason.values())


class IceAgent:
    """``send``: puts datagrams on a path. ``clock``: seconds, monotonic. ``later``: calls back when the present burst
    is read; without it, what is sent leaves at once."""

    def __init__(
        self,
        send: Callable[[Sequence[bytes], Path], None],
        clock: Callable[[], float],
        later: Callable[[Callable[[], None]], object] = lambda flush: flush(),
    ) -> None:
        self._send = send
        self._clock = clock
        self._later = later
        self._by_fragment: dict[str, Peer] = {}
        self._by_number: dict[int, Peer] = {}
        self._by_path: dict[Path, Peer] = {}
        self._loaded: list[Peer] = []
        """Peers with something in their outbox."""
        self.dropped = Dropped()
        self.paths: Paths | None = None
        """Who reads media besides."""
        self._added = 0

    @property
    def peers(self) -> int:
        """How many are known."""
        return len(self._by_fragment)

    def add(self, handler: Handler) -> Peer:
        """A new peer with fresh credentials."""
        self._added += 1
        peer = Peer(handler, self._clock(), self._added)
        self._by_fragment[peer.fragment] = self._by_number[peer.number] = peer
        if self.paths is not None:
            self.paths.know(peer.number, peer.fragment, peer.password)
        return peer

    def remove(self, peer: Peer) -> None:
        """Forgets a peer and its paths."""
        self._by_fragment.pop(peer.fragment, None)
        self._by_number.pop(peer.number, None)
        for path in peer.paths:
            if self._by_path.get(path) is peer:
                del self._by_path[path]
        peer.paths = []
        if self.paths is not None:
            self.paths.drop_peer(peer.number)

    def calm(self, peer: Peer) -> None:
        """A peer's channels are open: its messages may wait for others."""
        if self.paths is not None and peer.number in self._by_number:
            self.paths.calm(peer.number)

    def send(self, peer: Peer, data: bytes) -> None:
        """Sends to where the peer is at the end of the present burst; before its first check, nowhere."""
        if peer.selected is None:
            return
        loaded = bool(peer.outbox)
        peer.outbox.append(data)
        if len(peer.outbox) >= RUN:
            self._flush_peer(peer)
        elif not loaded:
            self._loaded.append(peer)
            if len(self._loaded) == 1:
                self._later(self.flush)

    def flush(self) -> None:
        """Sends what was gathered."""
        loaded, self._loaded = self._loaded, []
        for peer in loaded:
            if peer.outbox:
                self._flush_peer(peer)

    def _flush_peer(self, peer: Peer) -> None:
        datagrams, peer.outbox = peer.outbox, []
        if peer.selected is not None:
            self._send(datagrams, peer.selected)

    def received(self, data: bytes, path: Path) -> None:
        """A datagram from a socket, told apart by its first byte (RFC 7983). Never raises."""
        try:
            if not data:
                return
            if data[0] < 4:
                self._stun(data, path)
            elif 20 <= data[0] < 64 or 128 <= data[0] < 192:
                self._media(data, path)
            else:
                self.dropped.unreadable += 1
        except Exception:
            # The socket serves everybody: whatever one datagram does, the next one is read.
            self.dropped.failed += 1
            logger.exception("a datagram was dropped")

    def answered(self, number: int, transaction: bytes, path: Path) -> None:
        """A check of a peer was answered by who reads media: nobody may move the peer with it any more."""
        peer = self._by_number.get(number)
        if peer is not None:
            self._replayed(peer, transaction, path)

    def check_silence(self) -> None:
        """Tells the owners of peers from which nothing came for too long."""
        now = self._clock()
        for peer in self._by_fragment.values():
            self._listen(peer)
        for peer in [peer for peer in self._by_fragment.values() if peer.silent(now)]:
            self.remove(peer)
            peer.handler.ice_gone()

    def _media(self, data: bytes, path: Path) -> None:
        peer = self._by_path.get(path)
        if peer is None:
            self.dropped.strangers += 1
            return
        peer.heard = self._clock()
        if path == peer.selected:
            peer.selected_heard = peer.heard
        peer.handler.datagram(data)

    def _stun(self, data: bytes, path: Path) -> None:
        fragment = checks.fragment(data)
        if fragment is None:
            self.dropped.unreadable += 1
            return
        peer = self._by_fragment.get(fragment)
        if peer is None:
            self.dropped.nobodys += 1
            return
        key = peer.password.encode()
        try:
            check = checks.read(data, key)
        except Malformed:
            self.dropped.unreadable += 1
            return
        if check is None:
            self.dropped.forged += 1
        elif self._replayed(peer, check.transaction, path):
            self.dropped.replayed += 1
        else:
            self._checked(peer, check, path, key)

    def _checked(self, peer: Peer, check: Check, path: Path, key: bytes) -> None:
        first = peer.heard is None
        self._follow(peer, path, check.nominates)
        self._send([checks.answer(check, path.address, key)], path)
        if first:
            peer.handler.ice_started()

    @staticmethod
    def _replayed(peer: Peer, transaction: bytes, path: Path) -> bool:
        """Whether a check was seen before from another address: who listens on the way could move the peer with it.
        The same check from the same address is one the browser repeats (RFC 8489, section 6.2.1)."""
        for known, whence in peer.transactions:
            if known == transaction:
                return whence != path
        peer.transactions.append((transaction, path))
        return False

    def _listen(self, peer: Peer) -> None:
        """Takes over when media came, from who reads it."""
        if self.paths is not None and peer.heard is not None:
            heard, selected = self.paths.heard(peer.number)
            peer.heard = max(peer.heard, heard or 0.0)
            peer.selected_heard = max(peer.selected_heard, selected or 0.0)

    def _follow(self, peer: Peer, path: Path, nominates: bool) -> None:
        now = self._clock()
        self._listen(peer)
        if path not in peer.paths:
            self._learn(peer, path)
        stale = now - peer.selected_heard > STALE
        if peer.selected is None or nominates or (path != peer.selected and stale):
            if path != peer.selected and self.paths is not None:
                self.paths.select(peer.number, path.socket, *path.address)
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
        if self.paths is not None:
            self.paths.learn(peer.number, path.socket, *path.address)
        if len(peer.paths) > PATHS:
            oldest = next(known for known in peer.paths if known != peer.selected)
            peer.paths.remove(oldest)
            del self._by_path[oldest]
            if self.paths is not None:
                self.paths.forget(oldest.socket, *oldest.address)
