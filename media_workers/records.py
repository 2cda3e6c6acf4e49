"""Messages in and out of a DTLS connection with little around it: all private names of pyOpenSSL are in this file.

Read against pyOpenSSL 26.4.0. Its own `send` and `recv` look for trouble after every call and make a buffer for it,
which costs three times what OpenSSL takes for a message of SCTP. Here all connections of the process share a buffer
(one event loop, no awaiting in between); where OpenSSL says no, pyOpenSSL says why.
"""

from importlib.metadata import version
from typing import Final

from OpenSSL import SSL, _util

READ_AGAINST: Final = "26.4.0"
if version("pyOpenSSL") != READ_AGAINST:
    raise ImportError(f"media_workers/records.py was read against pyOpenSSL {READ_AGAINST}, not {version('pyOpenSSL')}")

_ffi, _lib = _util.ffi, _util.lib
LONGEST: Final = 2048
"""Bytes of a record: more than a datagram we read or write."""
_memory = _ffi.new("char[]", LONGEST)
_bytes = _ffi.unpack


class Records:
    """``ssl``: a connection whose handshake is over."""

    def __init__(self, ssl: SSL.Connection) -> None:
        self._connection = ssl
        self._handle = ssl._ssl
        self._into = ssl._into_ssl
        self._from = ssl._from_ssl

    def seal(self, content: bytes) -> bytes:
        """The datagram for it. Raises `ConnectionError` when the connection takes nothing more."""
        if _lib.SSL_write(self._handle, content, len(content)) <= 0:
            raise ConnectionError("nothing can be sent any more")
        size: int = _lib.BIO_read(self._from, _memory, LONGEST)
        if size <= 0:
            raise ConnectionError("nothing can be sent any more")
        sealed: bytes = _bytes(_memory, size)
        return sealed

    def open(self, datagram: bytes) -> bytes:
        """What a datagram brings. Raises `SSL.Error` when that is nothing, `SSL.ZeroReturnError` at the end."""
        _lib.BIO_write(self._into, datagram, len(datagram))
        size: int = _lib.SSL_read(self._handle, _memory, LONGEST)
        if size <= 0:
            self._connection._raise_ssl_error(self._handle, size)
            return b""
        content: bytes = _bytes(_memory, size)
        return content
