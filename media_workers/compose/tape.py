"""Segments fetched ahead and opened; chunks stored behind. What is in memory is bounded by the number of tracks."""

import base64
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.signalling import composing
from chalicelib.signalling.composing import Brief, Source

AHEAD = 2
"""Segments of a track that are fetched before they are needed."""
LINKS = 60
"""Asked for at a time."""
FRESH = 600.0
"""Seconds a link is used; it is good for longer."""


class Unreadable(Exception):
    """A segment that isn't what the functions said."""


class Store(Protocol):
    """What `functions.Functions` does."""

    def reading_links(self, track: str, names: list[str]) -> list[str]: ...
    def writing_links(self, numbers: list[int]) -> list[str]: ...
    def fetch(self, link: str) -> bytes: ...
    def put(self, link: str, content: bytes) -> None: ...


class Reels:
    """The segments of all tracks."""

    def __init__(self, brief: Brief, store: Store) -> None:
        self._recording = brief.recording
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers=6)

    def media(self, source: Source) -> Iterator[tuple[int, int, bytes]]:
        """As `composer.Tape`. Of two workers that wrote the same stretch the one that began first comes first."""
        wanted = sorted(
            (start, duration, stretch.part, number, base64.b64decode(stretch.key))
            for stretch in source.stretches
            for number, start, duration in stretch.segments
        )
        names = [composing.name_of(part, number, start, duration) for start, duration, part, number, _ in wanted]
        links = _Links(self._store, source.track, names)
        ahead: deque[Future[bytes]] = deque()
        for place, (start, duration, _, _, _) in enumerate(wanted):
            for later in range(place + len(ahead), min(place + 1 + AHEAD, len(wanted))):
                _, _, _, number, key = wanted[later]
                ahead.append(self._pool.submit(self._opened, source.track, links, later, number, key))
            yield start, duration, ahead.popleft().result()

    def close(self) -> None:
        """Nothing more is fetched."""
        self._pool.shutdown(cancel_futures=True)

    def _opened(self, track: str, links: "_Links", place: int, number: int, key: bytes) -> bytes:
        sealed = self._store.fetch(links.of(place))
        said = composing.associated(self._recording, track, links.names[place])
        try:
            plain = AESGCM(key).decrypt(composing.nonce(number), sealed, said)
        except InvalidTag as fault:
            raise Unreadable(links.names[place]) from fault
        return plain[4 + int.from_bytes(plain[:4], "big") :]


class _Links:
    """To a track's segments, some at a time."""

    def __init__(self, store: Store, track: str, names: list[str]) -> None:
        self.names = names
        self._store = store
        self._track = track
        self._held: list[str] = []
        self._first = 0
        self._since = 0.0
        self._lock = threading.Lock()

    def of(self, place: int) -> str:
        with self._lock:
            now = time.monotonic()
            if not self._first <= place < self._first + len(self._held) or now - self._since > FRESH:
                self._held = self._store.reading_links(self._track, self.names[place : place + LINKS])
                self._first, self._since = place, now
            return self._held[place - self._first]


class Shelf:
    """Chunks on their way to the store, a few at once."""

    MOST = 3

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._waiting: deque[Future[None]] = deque()

    def put(self, number: int, sealed: bytes) -> None:
        """Waits only while too many are on their way. Raises what an earlier one met."""
        while len(self._waiting) >= self.MOST:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(self._send, number, sealed))

    def close(self) -> None:
        """Returns when all are stored. Raises what one of them met."""
        while self._waiting:
            self._waiting.popleft().result()
        self._pool.shutdown()

    def _send(self, number: int, sealed: bytes) -> None:
        (link,) = self._store.writing_links([number])
        self._store.put(link, sealed)
