"""The fast side of the load client: what it sends is what Python would, and what comes is counted and timed."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pylibsrtp
import pytest

from bench.media import client, frames
from bench.media.peer import udp_socket
from media_workers import native, rtp, srtp

LIBRARY = client.load()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="not built: python -m bench.media.client")

PROFILE, KEY = "SRTP_AEAD_AES_256_GCM", bytes(range(44))
AUDIO, VIDEO = 1000, 1001


@pytest.fixture
def fast() -> Iterator[Any]:
    made = LIBRARY.Client()
    yield made
    made.stop()


@pytest.fixture
def here() -> Iterator[socket.socket]:
    with closing(udp_socket("127.0.0.1")) as made:
        yield made


@pytest.fixture
def there() -> Iterator[socket.socket]:
    with closing(udp_socket("127.0.0.1")) as made:
        yield made


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def publishing(fast: Any, here: socket.socket, there: socket.socket) -> int:
    number = int(fast.add(here.fileno(), 0))
    fast.publish(number, *there.getsockname(), PROFILE, KEY, AUDIO, VIDEO)
    return number


def test_a_stream_is_counted_and_timed(fast: Any, here: socket.socket, there: socket.socket) -> None:
    sender, reader = publishing(fast, here, there), fast.add(there.fileno(), frames.TRANSPORT_WIDE_ID)
    fast.open(reader, PROFILE, KEY)
    began = time.perf_counter()
    fast.pace(sender, 200.0, False)
    until(lambda: bool(fast.counts(reader)[0] >= 300))
    fast.pace(sender, 0.0, False)
    until(lambda: bool(fast.counts(reader)[0] == fast.sent(sender)))
    packets, expected, dropped, latencies = fast.counts(reader)
    assert (expected, dropped) == (packets, 0)
    assert sorted(fast.sources(reader)) == [AUDIO, VIDEO]
    assert len(latencies) >= packets // 20
    assert all(-0.001 < value <= time.perf_counter() - began for value in latencies)
    assert len(fast.feedback(reader)) >= 1
    fast.start_counting(reader)
    assert fast.counts(reader) == (0, 0, 0, [])


def test_what_is_lost_is_missed_by_its_number(fast: Any, here: socket.socket, there: socket.socket) -> None:
    reader = fast.add(there.fileno(), 0)
    for number in (65_534, 65_535, 1, 2):
        here.sendto(rtp.header(96, False, number, 0, VIDEO, b"") + bytes(50), there.getsockname())
    until(lambda: bool(fast.counts(reader)[0] == 4))
    assert fast.counts(reader)[1] == 5


def test_what_is_no_media_is_handed_to_python(fast: Any, here: socket.socket, there: socket.socket) -> None:
    reader = fast.add(there.fileno(), 0)
    report = bytes((0x80, 201)) + bytes(30)
    here.sendto(b"\0\1check", there.getsockname())
    here.sendto(report, there.getsockname())
    found: list[tuple[int, bytes, str, int]] = []

    def both() -> bool:
        found.extend(fast.drain())
        return len(found) == 2

    until(both)
    assert found == [(reader, b"\0\1check", *here.getsockname()), (reader, report, *here.getsockname())]
    assert fast.counts(reader)[0] == 0


@pytest.mark.parametrize("alone", [False, True])
def test_it_sends_the_bytes_that_python_would(
    fast: Any, here: socket.socket, there: socket.socket, alone: bool
) -> None:
    kind = pylibsrtp.Policy
    profile = kind.SRTP_PROFILE_AEAD_AES_256_GCM
    policy = kind(key=KEY, ssrc_type=kind.SSRC_ANY_INBOUND, srtp_profile=profile)
    (unprotect,) = srtp.operations(pylibsrtp.Session(policy), "unprotect")
    there.setblocking(True)
    there.settimeout(20)
    fast.pace(publishing(fast, here, there), 25.0, alone)
    source = frames.Source(AUDIO, VIDEO)
    for _ in range(250):
        packet = unprotect(there.recv(2048))
        sound = rtp.parse(packet).ssrc == AUDIO
        expected = source.sound()[0] if sound else source.part(25.0)
        assert packet == expected if sound else unstamped(packet) == unstamped(expected)


@pytest.mark.skipif(native.load() is None, reason="not built: python -m media_workers.native")
def test_all_that_the_floor_sends_comes(fast: Any, here: socket.socket, there: socket.socket) -> None:
    readers = [fast.add(one.fileno(), 0) for one in (here, there)]
    cost, packets, _ = native.load().floor([here.getsockname(), there.getsockname()], 1, 6, 0.01)
    assert packets == 2 * (6 * frames.PACKETS + 10)
    assert cost > 0
    until(lambda: sum(fast.counts(reader)[0] for reader in readers) == packets)
    assert [fast.counts(reader)[1] for reader in readers] == [packets // 2] * 2


def unstamped(packet: bytes) -> bytes:
    stamp = struct.pack("!d", frames.sent_at(rtp.parse(packet)))
    assert stamp != bytes(8)
    return packet.replace(b"Iboo" + stamp, b"Iboo" + bytes(8))
