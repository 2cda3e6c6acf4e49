"""What went to a receiver and when, by transport-wide number, until its feedback says how it fared."""

from dataclasses import dataclass

from media_workers.sequence import nearest

MOST = 8192
"""Packets remembered: two seconds of a very good downlink."""


@dataclass(slots=True)
class Delivery:
    """How a packet fared. Seconds: ``sent`` in our clock, ``arrived`` in the receiver's (None: lost). Size in bytes."""

    sent: float
    arrived: float | None
    size: int
    probe: int
    """The probe it was sent in; 0 = none."""


class Sent:
    """Numbers count from 0 and are extended; on the wire they have 16 bits."""

    def __init__(self) -> None:
        self._packets: dict[int, Delivery] = {}
        self._next = 0

    @property
    def number(self) -> int:
        """The 16-bit number of the next packet."""
        return self._next & 0xFFFF

    def put(self, size: int, probe: int, now: float) -> None:
        """The packet with `number` went out."""
        self._packets[self._next] = Delivery(now, None, size, probe)
        self._next += 1
        if len(self._packets) > MOST:
            del self._packets[next(iter(self._packets))]

    def deliveries(self, base: int, arrivals: list[float | None]) -> list[Delivery]:
        """What feedback that begins with the 16-bit number ``base`` says of packets not heard of yet."""
        first = nearest(base, self._next)
        found = []
        for place, arrived in enumerate(arrivals):
            packet = self._packets.pop(first + place, None)
            if packet is not None:
                packet.arrived = arrived
                found.append(packet)
        return found
