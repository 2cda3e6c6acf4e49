"""How an up track arrives: loss and jitter for receiver reports (RFC 3550, sections 6.4.1, A.3 and A.8)."""

import struct
from typing import Final

_BLOCK: Final = struct.Struct("!IB3sIIII")


class Reception:
    """Counters of one SSRC. ``clock_rate``: RTP ticks per second."""

    def __init__(self, clock_rate: int) -> None:
        self.began: float | None = None
        """When the first packet came."""
        self._clock_rate = clock_rate
        self._first: int | None = None
        self._highest = 0
        self._received = 0
        self._expected_before = 0
        self._received_before = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._report: tuple[int, float] | None = None

    def packet(self, extended: int, timestamp: int, now: float) -> None:
        """An original packet came (not a repeated one)."""
        if self._first is None:
            self._first = self._highest = extended
            self.began = now
        self._highest = max(self._highest, extended)
        self._received += 1
        transit = now * self._clock_rate - timestamp
        if self._transit is not None:
            distance = abs(transit - self._transit)
            if distance < self._clock_rate * 10:  # a wrapped or restarted clock is no jitter
                self._jitter += (distance - self._jitter) / 16
        self._transit = transit

    @property
    def counts(self) -> tuple[int, int]:
        """Packets expected by their numbers, and those that came, since the beginning."""
        return (self._highest - self._first + 1, self._received) if self._first is not None else (0, 0)

    def sender_report(self, ntp: int, now: float) -> None:
        """A sender report with this 64-bit NTP time came."""
        self._report = (ntp >> 16) & 0xFFFFFFFF, now

    def block(self, ssrc: int, now: float) -> bytes | None:
        """The report block (24 bytes) since the last one, or nothing before the first packet."""
        if self._first is None:
            return None
        expected = self._highest - self._first + 1
        lost = expected - self._received
        interval, received = expected - self._expected_before, self._received - self._received_before
        self._expected_before, self._received_before = expected, self._received
        fraction = max(0, min(255, ((interval - received) << 8) // interval)) if interval > 0 else 0
        total = max(-0x800000, min(0x7FFFFF, lost))
        stamp, delay = 0, 0
        if self._report:
            stamp, delay = self._report[0], min(0xFFFFFFFF, round((now - self._report[1]) * 65536))
        return _BLOCK.pack(
            ssrc,
            fraction,
            total.to_bytes(3, "big", signed=True),
            self._highest & 0xFFFFFFFF,
            min(0xFFFFFFFF, int(self._jitter)),
            stamp,
            delay,
        )
