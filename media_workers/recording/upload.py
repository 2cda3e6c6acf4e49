"""From disk to the store, again and again until it is there. Nothing waits for it but the disk."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from media_workers.recording.spool import Spool

logger = logging.getLogger(__name__)

FIRST, LONGEST = 0.5, 10.0
"""Seconds before the second try of an object, and at most between two."""


class Store(Protocol):
    """Where objects go. Raises any exception when it does not take one."""

    def put(self, path: str, content: bytes) -> None:
        """Stores an object under a name that was never used, or with what is there already."""


@dataclass
class _Try:
    pause: float = FIRST
    next: float = 0.0
    since: float = 0.0


@dataclass
class Uploader:
    """Steps are taken by as many threads as like; ``stored`` is called with each path that arrived."""

    spool: Spool
    store: Store
    stored: Callable[[str], None]
    _tries: dict[str, _Try] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failing: bool = False

    def step(self, now: float) -> float:
        """Tries the oldest object that is due. Seconds to wait before the next step; 0: at once."""
        path = self._take(now)
        if path is None:
            return 0.2
        try:
            self.store.put(path, self.spool.get(path))
        except FileNotFoundError:
            self.spool.stored(path)  # erased under our hands
        except Exception as fault:  # botocore's errors have no common root; whatever it was, the object is tried again
            self._failed(path, fault, now)
            return 0.2
        self._succeeded(path)
        return 0.0

    def oldest(self, now: float) -> float:
        """How long the object that waits longest has been tried, seconds."""
        with self._lock:
            return max((now - one.since for one in self._tries.values()), default=0.0)

    def _take(self, now: float) -> str | None:
        with self._lock:
            for path in self.spool.waiting():
                if path not in self._taken and self._tries.get(path, _Try()).next <= now:
                    self._taken.add(path)
                    self._tries.setdefault(path, _Try(since=now))
                    return path
        return None

    def _succeeded(self, path: str) -> None:
        self.spool.stored(path)
        with self._lock:
            self._taken.discard(path)
            self._tries.pop(path, None)
            if self._failing:
                logger.info("the store takes segments again")
            self._failing = False
        self.stored(path)

    def _failed(self, path: str, fault: Exception, now: float) -> None:
        with self._lock:
            self._taken.discard(path)
            one = self._tries[path]
            one.next, one.pause = now + one.pause, min(LONGEST, 2 * one.pause)
            if not self._failing:
                logger.warning("the store takes no segment: %s", type(fault).__name__)
            self._failing = True
