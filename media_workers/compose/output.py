"""The file as it is written: sealed chunk by chunk, nothing of it ever plain on a disk or in the store.

An MP4 says how long its media are in its first bytes, when they are known: the first chunk waits until the end. Its
table of contents, at the end, is written going back and forth: from `hold` on nothing more is sealed before `finish`.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.signalling import composing

Put = Callable[[int, bytes], None]
"""Stores a sealed chunk under its number."""


class SealedFile:
    """What libav writes to; `finish` ends it. Memory: two chunks, then what comes after `hold`."""

    def __init__(self, recording: str, file: str, key: bytes, put: Put, chunk: int = composing.CHUNK) -> None:
        self._cipher = AESGCM(key)
        self._recording = recording
        self._place = f"file#{file}"
        self._put = put
        self._chunk = chunk
        self._first = bytearray()
        self._rest = bytearray()
        self._number = 1
        self._at = 0
        self._held = False
        self.size = 0

    @property
    def chunks(self) -> int:
        """How many there are, once it is closed."""
        return self._number

    def write(self, data: bytes) -> int:
        """At the end, or over something that is not sealed yet. Raises `OSError` for anything else."""
        data = bytes(data)
        over = data[: self.size - self._at]
        sealed = self._number * self._chunk  # where what is still open begins again
        if self._at + len(over) <= len(self._first):
            self._first[self._at : self._at + len(over)] = over
        elif self._at >= sealed:
            self._rest[self._at - sealed : self._at - sealed + len(over)] = over
        elif over:
            raise OSError("what is sealed can't be changed")
        if len(over) < len(data):
            self._append(data[len(over) :])
        self._at += len(data)
        return len(data)

    def hold(self) -> None:
        """What comes now may be gone back to."""
        self._held = True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Where the next bytes go."""
        self._at = offset + (0, self._at, self.size)[whence]
        return self._at

    def tell(self) -> int:
        """Where the next bytes go."""
        return self._at

    def seekable(self) -> bool:
        """Within bounds."""
        return True

    def finish(self) -> None:
        """Stores what is left, the beginning last."""
        self._held = False
        self._seal_full()
        if self._rest:
            self._seal(self._number, bytes(self._rest))
            self._number += 1
            self._rest.clear()
        self._seal(0, bytes(self._first))

    def _append(self, data: bytes) -> None:
        room = self._chunk - len(self._first)
        self._first += data[:room]
        self._rest += data[room:] if room < len(data) else b""
        self.size += len(data)
        if not self._held:
            self._seal_full()

    def _seal_full(self) -> None:
        while len(self._rest) >= self._chunk:
            self._seal(self._number, bytes(self._rest[: self._chunk]))
            self._number += 1
            del self._rest[: self._chunk]

    def _seal(self, number: int, plain: bytes) -> None:
        said = composing.associated(self._recording, self._place, composing.chunk_name(number))
        self._put(number, self._cipher.encrypt(composing.nonce(number), plain, said))
