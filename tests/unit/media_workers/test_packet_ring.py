"""The ring of packets that can be sent again."""

from media_workers.packet_ring import PacketRing
from media_workers.rtp import Packet


def packet(extended: int) -> Packet:
    return Packet(96, False, extended & 0xFFFF, 0, 1, {}, b"x", extended)


def test_a_packet_is_found_by_its_number() -> None:
    ring = PacketRing(8)
    kept = packet(70000)
    assert ring.put(kept)
    assert ring.get(70000) is kept
    assert ring.get(70000 - 65536) is None


def test_the_oldest_packet_makes_room() -> None:
    ring = PacketRing(8)
    for number in range(100, 110):
        ring.put(packet(number))
    assert ring.get(101) is None
    assert ring.get(102) is not None


def test_a_packet_that_came_twice_is_told() -> None:
    ring = PacketRing(8)
    assert ring.put(packet(5))
    assert not ring.put(packet(5))


def test_a_packet_older_than_the_ring_doesnt_displace_a_newer_one() -> None:
    ring = PacketRing(8)
    ring.put(packet(16))
    assert not ring.put(packet(8))
    assert ring.get(16) is not None


def test_a_ring_that_is_cleared_holds_nothing_and_goes_on() -> None:
    ring = PacketRing(8)
    ring.put(packet(100))
    ring.clear()
    assert ring.get(100) is None
    assert ring.put(packet(101))
