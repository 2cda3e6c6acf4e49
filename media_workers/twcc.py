"""Transport-wide feedback, written to publishers and read from receivers: when each packet arrived.

draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1. Without it Chromium stays at 300 kbit/s.
"""

import struct
from typing import Final

from media_workers.errors import Malformed
from media_workers.sequence import Sequence

TICK: Final = 0.00025
"""Seconds per unit of a delta."""
REFERENCE: Final = 256
"""Ticks per unit of the reference time (64 ms)."""
MOST: Final = 400
"""Packets one feedback reports at most."""
LONGEST: Final = 4000
"""A longer stretch of silence is not reported as loss."""
HISTORY: Final = 0.5
"""Seconds an arrival is remembered: when a packet comes that was overtaken and told as lost, it is told, and those
behind it once more (senders do not count them twice)."""
MOST_READ: Final = 2048
"""Packets in one feedback to us; run lengths would let a few bytes claim many thousands."""


class Arrivals:
    """Arrival times of one connection's packets, by transport-wide sequence number."""

    def __init__(self) -> None:
        self._sequence = Sequence()
        self._ticks: dict[int, int] = {}
        self._next: int | None = None
        """The first number to tell of next time."""
        self._oldest = 0
        """What came before it is forgotten."""
        self._count = 0

    def packet(self, number: int, now: float) -> None:
        """A packet with that 16-bit transport-wide number came at ``now`` (seconds)."""
        extended = self._sequence.extend(number)
        if self._next is None or extended - self._next > LONGEST:
            self._next = self._oldest = extended
            self._ticks.clear()
        if extended >= self._oldest and extended not in self._ticks:
            self._ticks[extended] = int(now / TICK)
            self._next = min(self._next, extended)

    def feedback(self) -> list[bytes]:
        """The feedback information (FCI) for all that came since the last call, in as many pieces as it takes."""
        pieces: list[bytes] = []
        if not self._ticks or self._next is None:
            return pieces
        last = max(self._ticks)
        while self._next <= last:
            numbers = list(range(self._next, min(last, self._next + MOST - 1) + 1))
            numbers, symbols, deltas, reference = self._measure(numbers)
            if any(symbols):
                pieces.append(self._write(numbers[0], symbols, deltas, reference))
            self._next = numbers[-1] + 1
        self._forget(self._ticks[last] - int(HISTORY / TICK))
        return pieces

    def _forget(self, ticks: int) -> None:
        """What came before that, and what is lost before it."""
        assert self._next is not None
        oldest = max(self._oldest, self._next - LONGEST)
        for number in range(oldest, self._next):
            came = self._ticks.get(number)
            if came is not None:
                if came >= ticks:
                    break
                oldest = number + 1
        for number in range(self._oldest, oldest):
            self._ticks.pop(number, None)
        self._oldest = oldest

    def _measure(self, numbers: list[int]) -> tuple[list[int], list[int], list[bytes], int]:
        """Symbols (0 lost, 1 small, 2 large delta) and deltas, up to a delta too large to be written."""
        reference: int | None = None
        before = 0
        symbols: list[int] = []
        deltas: list[bytes] = []
        for place, number in enumerate(numbers):
            ticks = self._ticks.get(number)
            if ticks is None:
                symbols.append(0)
                continue
            if reference is None:
                reference = ticks // REFERENCE
                before = reference * REFERENCE
            delta = ticks - before
            if not -0x8000 <= delta <= 0x7FFF:
                return numbers[:place], symbols, deltas, reference
            small = 0 <= delta <= 0xFF
            symbols.append(1 if small else 2)
            deltas.append(struct.pack("!B" if small else "!h", delta))
            before = ticks
        return numbers, symbols, deltas, reference or 0

    def _write(self, first: int, symbols: list[int], deltas: list[bytes], reference: int) -> bytes:
        head = struct.pack("!HH", first & 0xFFFF, len(symbols))
        head += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes((self._count,))
        self._count = (self._count + 1) & 0xFF
        body = head + _chunks(symbols) + b"".join(deltas)
        return body + bytes(-len(body) % 4)


def _chunks(symbols: list[int]) -> bytes:
    """Run-length chunks for seven or more alike, else vectors of seven two-bit symbols (section 3.1.1)."""
    out, at = b"", 0
    while at < len(symbols):
        run = at
        while run < len(symbols) and symbols[run] == symbols[at]:
            run += 1
        if run - at >= 7:
            out += struct.pack("!H", symbols[at] << 13 | (run - at))
            at = run
            continue
        vector = 0xC000
        for place, symbol in enumerate(symbols[at : at + 7]):
            vector |= symbol << (12 - 2 * place)
        out += struct.pack("!H", vector)
        at += 7
    return out


def read(information: bytes) -> tuple[int, list[float | None]]:
    """The first 16-bit number and, from it on, when each packet arrived (seconds of the receiver's clock; None: lost).

    Raises `Malformed`."""
    try:
        return _read(information)
    except (struct.error, IndexError) as fault:
        raise Malformed("transport-wide feedback cut off") from fault


def _read(information: bytes) -> tuple[int, list[float | None]]:
    base, count = struct.unpack_from("!HH", information)
    if count > MOST_READ:
        raise Malformed("transport-wide feedback on too many packets")
    ticks = int.from_bytes(information[4:7], "big") * REFERENCE
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", information, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * min(chunk & 0x1FFF, count - len(symbols))
            if not chunk & 0x1FFF:
                raise Malformed("transport-wide feedback with an empty run")
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    arrivals: list[float | None] = []
    for symbol in symbols[:count]:
        if symbol == 1:
            ticks += information[at]
            at += 1
        elif symbol == 2:
            ticks += struct.unpack_from("!h", information, at)[0]
            at += 2
        arrivals.append(ticks * TICK if symbol in (1, 2) else None)
    return base, arrivals
