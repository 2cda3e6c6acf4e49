"""What went to a receiver and when, by transport-wide number, until its feedback says how it fared."""

from math import inf

from media_workers.sequence import nearest

MOST = 8192
"""Packets remembered: two seconds of a very good downlink."""
LATE = 0.2
"""Seconds of sending: what is missing when something sent so much later has arrived was not overtaken, it is lost."""


class Delivery:
    """How a packet fared. Seconds: ``sent`` in our clock, ``arrived`` in the receiver's (None: lost). Size in bytes.
    ``probe``: the one it was sent in; 0 = none."""

    # No dataclass: there is one for each packet and receiver, and compiled code makes it ten times as fast.
    __slots__ = ("arrived", "probe", "sent", "size")

    def __init__(self, sent: float, arrived: float | None, size: int, probe: int) -> None:
        self.sent = sent
        self.arrived = arrived
        self.size = size
        self.probe = probe


class Sent:
    """Numbers count from 0 and are extended; on the wire they have 16 bits."""

    def __init__(self) -> None:
        self._packets: dict[int, Delivery] = {}
        self._missing: set[int] = set()
        """Numbers of packets a receiver told not to have: later feedback may tell that they came."""
        self._newest = -inf
        """When the last packet was sent of those that arrived."""
        self._next = 0

    @property
    def number(self) -> int:
        """The 16-bit number of the next packet."""
        return self._next & 0xFFFF

    def put(self, size: int, probe: int, now: float) -> None:
        """The packet with `number` went out."""
        self._packets[self._next] = Delivery(now, None, size, probe)
        self._next += 1
        if self._next > MOST:
            self._packets.pop(self._next - MOST - 1, None)

    def deliveries(self, base: int, arrivals: list[float | None]) -> list[Delivery]:
        """What feedback that begins with the 16-bit number ``base`` says of packets not heard of yet: first those that
        are lost, then those that arrived as they were sent."""
        first = nearest(base, self._next)
        found = []
        for number, arrived in enumerate(arrivals, first):
            packet = self._packets.get(number)
            if packet is None:
                continue
            if arrived is None:
                self._missing.add(number)
                continue
            del self._packets[number]
            self._missing.discard(number)
            self._newest = max(self._newest, packet.sent)
            packet.arrived = arrived
            found.append(packet)
        return self._lost() + found if self._missing else found

    def _lost(self) -> list[Delivery]:
        """What has been missing too long, and is forgotten."""
        lost = []
        for number in sorted(self._missing):
            packet = self._packets.get(number)
            if packet is None:
                self._missing.remove(number)
            elif packet.sent < self._newest - LATE:
                self._missing.remove(number)
                del self._packets[number]
                lost.append(packet)
        return lost
