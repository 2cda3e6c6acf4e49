"""A bad network that repeats itself."""

import asyncio
import random
import socket

from media_workers.chaos import CALM, HERE, Conditions, Link, Relay, Weather
from media_workers.settings import Announced
from media_workers.udp import Path, Sockets


def sent(conditions: Conditions, count: int = 1000, every: float = 0.01, size: int = 1000) -> list[list[float]]:
    """How long each of so many datagrams is on its way."""
    link = Link(random.Random(7))
    found = (link.deliveries(size, number * every, conditions) for number in range(count))
    return [[when - number * every for when in arrivals] for number, arrivals in enumerate(found)]


def test_a_calm_network_delivers_all_at_once() -> None:
    assert sent(CALM) == [[0.0]] * 1000


def test_the_same_seed_loses_the_same() -> None:
    bad = Conditions(loss=0.1, jitter=0.05, duplication=0.05)
    assert sent(bad) == sent(bad)


def test_loss_and_duplication_come_as_often_as_asked() -> None:
    found = sent(Conditions(loss=0.1, duplication=0.2))
    assert 60 < sum(not arrivals for arrivals in found) < 140
    assert 130 < sum(len(arrivals) == 2 for arrivals in found) < 230


def test_jitter_delays_within_its_bounds_and_lets_datagrams_overtake() -> None:
    ways = [arrivals[0] for arrivals in sent(Conditions(delay=0.04, jitter=0.08), every=0.001)]
    assert 0.04 <= min(ways) < 0.05
    assert 0.11 < max(ways) <= 0.1201
    arrivals = [number * 0.001 + way for number, way in enumerate(ways)]
    assert arrivals != sorted(arrivals)


def test_bandwidth_queues_and_then_drops() -> None:
    # 1,000 bytes every 10 ms are 800 kbit/s: half of it fits.
    found = sent(Conditions(bitrate=400_000, queue=0.3))
    carried = [arrivals[0] for arrivals in found if arrivals]
    assert 480 < len(carried) < 530
    assert max(carried) <= 0.3001
    assert carried[:10] == sorted(carried[:10]), "a queue builds up"


def test_a_way_that_stands_still_goes_on_in_order() -> None:
    found = sent(Conditions(stall=0.15, every=1.0, bitrate=50_000_000))
    ways = [arrivals[0] for arrivals in found]
    assert 0.14 < max(ways) < 0.16
    assert sum(way > 0.005 for way in ways) == 150, "fifteen of each hundred"
    arrivals = [number * 0.01 + way for number, way in enumerate(ways)]
    assert arrivals == sorted(arrivals)


def test_a_lost_datagram_does_not_change_the_fate_of_the_next() -> None:
    spared, struck = sent(Conditions(loss=0.1)), sent(Conditions(loss=0.2))
    assert all(later == [] for earlier, later in zip(spared, struck, strict=True) if not earlier)


def test_the_weather_is_calm_until_somebodys_network_is_made_bad() -> None:
    weather = Weather(lambda: 5.0)
    assert list(weather(b"datagram", 1)) == [0.0]
    weather.conditions[1] = Conditions(delay=0.25)
    assert list(weather(b"datagram", 1)) == [0.25]
    assert list(weather(b"datagram", 2)) == [0.0]


async def test_a_relay_passes_on_what_its_network_lets_through_and_tells_clients_apart() -> None:
    loop = asyncio.get_running_loop()
    sockets = Sockets((Announced(HERE, HERE),), 0)
    behind, arrived = sockets.port, asyncio.Queue[tuple[bytes, Path]]()
    sockets.listen(loop, lambda datagram, path: arrived.put_nowait((datagram, path)))
    relay = Relay(sockets, lambda datagram, port: (0.0,) * (datagram != b"lost"), lambda datagram, port: (0.0, 0.01))
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    try:
        assert sockets.port != behind, "answers name the relay"
        for number, client in enumerate(clients):
            client.setblocking(False)
            for word in (b"lost", b"hello"):
                client.sendto(word, (HERE, sockets.port))
            datagram, path = await asyncio.wait_for(arrived.get(), 10)
            assert datagram == b"hello"
            sockets.send((b"answer %d" % number,), path)
            for _ in range(2):
                assert await asyncio.wait_for(loop.sock_recv(client, 100), 10) == b"answer %d" % number
        assert arrived.empty()
    finally:
        relay.close()
        sockets.close(loop)
        for client in clients:
            client.close()
