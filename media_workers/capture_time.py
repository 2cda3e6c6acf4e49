"""When something was captured, for those who watch (the abs-capture-time header extension of webrtc.org).

64 bits of the capturer's clock (NTP), then, if known, how far that is ahead of the sender's. A receiver knows our clock
from our sender reports, not the capturer's: so we write that second part."""

import struct
from collections import deque

from media_workers.errors import Malformed

_STAMP = struct.Struct("!Q")
_LONG = struct.Struct("!Qq")


REPORTS = 32
"""Sender reports looked at: the quickest of them tells the clocks' distance best."""


class Ahead:
    """How far a publisher's NTP clock is ahead of ours, as well as its sender reports tell: too little by the way of
    the quickest one."""

    def __init__(self) -> None:
        self._found: deque[float] = deque(maxlen=REPORTS)

    def report(self, theirs: int, ours: int) -> None:
        """A report with their NTP time (64 bits) came at ours."""
        self._found.append((theirs - ours) / (1 << 32))

    @property
    def seconds(self) -> float | None:
        """None before the first report."""
        return max(self._found, default=None)


def rebased(value: bytes, ahead: float) -> bytes:
    """The extension's value with the distance to our clock. ``ahead``: seconds the sender's clock is ahead of ours.
    Raises `Malformed`."""
    if len(value) == _LONG.size:
        stamp, known = _LONG.unpack(value)
    elif len(value) == _STAMP.size:
        (stamp,), known = _STAMP.unpack(value), 0
    else:
        raise Malformed("capture time of a wrong length")
    added = known + round(ahead * (1 << 32))
    return _LONG.pack(stamp, max(-(1 << 63), min((1 << 63) - 1, added)))
