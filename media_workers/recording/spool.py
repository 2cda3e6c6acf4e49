"""Sealed objects on disk until the store has them: bounded, in order, and there again after a restart."""

import logging
import threading
from pathlib import Path
from urllib.parse import quote, unquote

logger = logging.getLogger(__name__)

_UNFINISHED = ".part"


class Full(Exception):
    """No room on the disk, or the bound is reached: what came can't be kept."""


class Spool:
    """``most``: bytes it may hold. Used by the recorder, which adds, and by the uploader, which takes away."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for unfinished in folder.glob(f"*{_UNFINISHED}"):
            unfinished.unlink()
        left = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        self._sizes = {unquote(file.name): file.stat().st_size for file in left}

    @property
    def held(self) -> int:
        """What lies there."""
        with self._lock:
            return sum(self._sizes.values())

    def waiting(self) -> list[str]:
        """Paths of all objects, the oldest first."""
        with self._lock:
            return list(self._sizes)

    def put(self, path: str, content: bytes) -> None:
        """Keeps an object. Raises `Full`; then nothing of it is left."""
        if self.held + len(content) > self._most:
            raise Full("the bound is reached")
        file = self._file(path)
        unfinished = file.with_name(file.name + _UNFINISHED)
        try:
            unfinished.write_bytes(content)
            unfinished.replace(file)
        except OSError as fault:
            unfinished.unlink(missing_ok=True)
            raise Full(fault.strerror or "the disk takes nothing") from fault
        with self._lock:
            self._sizes[path] = len(content)

    def get(self, path: str) -> bytes:
        """The object. Raises `OSError`."""
        return self._file(path).read_bytes()

    def stored(self, path: str) -> None:
        """The store has it."""
        self._file(path).unlink(missing_ok=True)
        with self._lock:
            self._sizes.pop(path, None)

    def _file(self, path: str) -> Path:
        return self._folder / quote(path, safe="")
