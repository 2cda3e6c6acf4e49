"""The last packets of an up track, in plain text, from which lost ones are sent again."""

from typing import Final

from media_workers.rtp import Packet

CAPACITY: Final = 1024
"""About two seconds of a good camera."""


class PacketRing:
    """Packets by extended sequence number; a newer one takes the place of the one ``capacity`` before it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._packets: list[Packet | None] = [None] * capacity

    def put(self, packet: Packet) -> bool:
        """Keeps a packet. False when it is there already, or a newer one holds its place."""
        place = packet.extended % len(self._packets)
        held = self._packets[place]
        if held is not None and held.extended >= packet.extended:
            return False
        self._packets[place] = packet
        return True

    def clear(self) -> None:
        """Forgets all."""
        self._packets = [None] * len(self._packets)

    def get(self, extended: int) -> Packet | None:
        """The packet, if it is still there."""
        held = self._packets[extended % len(self._packets)]
        return held if held is not None and held.extended == extended else None
