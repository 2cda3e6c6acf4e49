"""Data channels in the native library against OpenSSL's DTLS and aiortc's SCTP, over real sockets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from media_workers import native
from media_workers.dtls import APPLICATION_DATA, SCTP_PORT, DtlsLink, Fingerprint, fingerprint, new_certificate
from media_workers.line import Line
from media_workers.native_forwarder import NativeForwarder
from media_workers.settings import Announced
from media_workers.udp import Path, Sockets
from tests.unit.media_workers.test_native_wire import until

LIBRARY = native.load()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="not built: python -m media_workers.native")
LOOPBACK = "127.0.0.1"
PEER = 1
OURS_FROM = 1 << 16


class Browser:
    """The other end: DTLS and SCTP by OpenSSL and aiortc, on a socket of its own."""

    def __init__(self, port: int) -> None:
        self._there = LOOPBACK, port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.socket.setblocking(False)
        self.certificate = new_certificate()
        self.sent: list[bytes] = []
        self.got: list[bytes] = []
        self.heard: list[tuple[str, str]] = []
        self.link = DtlsLink(self.certificate, self.send, "client")
        self.channels = {
            name: self.link.channel(number, name, reliable=not number, received=partial(self._heard, name))
            for number, name in enumerate(("room", "pulse"))
        }

    def _heard(self, name: str, text: str) -> None:
        self.heard.append((name, text))

    def send(self, datagram: bytes) -> None:
        self.sent.append(datagram)
        self.socket.sendto(datagram, self._there)

    async def listen(self) -> None:
        while True:
            datagram = await asyncio.get_running_loop().sock_recv(self.socket, 65536)
            self.got.append(datagram)
            self.link.feed(datagram)

    def say(self, name: str, text: str) -> None:
        self.link.say(self.channels[name], text)


class Worker:
    """A worker's end: DTLS by OpenSSL, then the library."""

    def __init__(self) -> None:
        self.sockets = Sockets((Announced(LOOPBACK, LOOPBACK),), 0)
        self.forwarder = NativeForwarder(LIBRARY, time.monotonic)
        self.certificate = new_certificate()
        self.link = DtlsLink(self.certificate, self._send)
        self.browser = Browser(self.sockets.port)
        self.line: Line | None = None
        self.told: list[Any] = []
        here = self.browser.socket.getsockname()
        self.forwarder.engine.learn(PEER, 0, *here)
        self.forwarder.engine.select(PEER, 0, *here)
        self.forwarder.listen(
            asyncio.get_running_loop(), self.sockets, self._received, lambda: None, lambda *checked: None
        )

    def _send(self, datagram: bytes) -> None:
        self.sockets.send([datagram], Path(0, self.browser.socket.getsockname()))

    def _received(self, datagram: bytes, path: Path) -> None:
        self.link.feed(datagram)

    async def connect(self) -> None:
        """The handshake, and the channels handed to the library."""
        self.tasks = [asyncio.create_task(one) for one in (self.browser.listen(), self._tick())]
        await asyncio.gather(
            self.link.start((Fingerprint("sha-256", fingerprint(self.browser.certificate)),)),
            self.browser.link.start((Fingerprint("sha-256", fingerprint(self.certificate)),)),
        )
        self.line = self.forwarder.line(PEER, self.link.agreed(), SCTP_PORT, 65536, self)
        assert self.line is not None
        self.link.divert(self.line)
        await self.browser.link.start_sctp(SCTP_PORT, 65536)
        await until(lambda: self.line is not None and self.line.opened)
        await until(lambda: all(one.readyState == "open" for one in self.browser.channels.values()))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.02)
            self.forwarder.tick(time.monotonic(), time.time())

    def line_opened(self) -> None:
        self.told.append("opened")

    def line_said(self, channel: int, text: str) -> None:
        self.told.append((channel, text))

    def line_closed(self) -> None:
        self.told.append("closed")

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.browser.link.stop()
        await self.link.stop()
        self.forwarder.stop(asyncio.get_running_loop())
        self.sockets.close(None)
        self.browser.socket.close()


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    await made.connect()
    yield made
    await made.close()


def numbers(datagrams: list[bytes]) -> list[tuple[int, int]]:
    """Kind and number of each record that is sealed (epoch 1)."""
    found = []
    for datagram in datagrams:
        at = 0
        while at < len(datagram):
            head = datagram[at : at + 13]
            if head[3:5] == b"\0\1":
                found.append((head[0], int.from_bytes(head[5:11], "big")))
            at += 13 + int.from_bytes(head[11:13], "big")
    return found


async def test_messages_go_both_ways(worker: Worker) -> None:
    assert worker.line is not None
    texts = ["one", "zwei", "trois " + "é" * 7000]
    for text in texts:
        worker.line.say(0, text, 9**9)
        worker.browser.say("room", text)
    worker.line.say(1, "level", 9**9)
    worker.browser.say("pulse", "shown")
    await until(lambda: len(worker.browser.heard) == 4 and len(worker.told) == 5)
    assert [text for name, text in worker.browser.heard if name == "room"] == texts
    assert ("pulse", "level") in worker.browser.heard
    assert worker.told[0] == "opened"
    assert [one for one in worker.told[1:] if one[0] == 0] == [(0, text) for text in texts]
    assert (1, "shown") in worker.told
    await until(lambda: worker.line is not None and worker.line.unsent(0) == 0)


async def test_what_is_said_in_the_room_comes_before_the_next_tick(worker: Worker) -> None:
    worker.tasks[1].cancel()  # who ticks
    worker.forwarder.tick(time.monotonic(), time.time())
    worker.browser.say("room", "now")
    await until(lambda: len(worker.told) == 2)
    assert worker.told == ["opened", (0, "now")]


async def test_a_ping_is_answered_without_python(worker: Worker) -> None:
    worker.browser.say("pulse", '{"type":"ping","n":7}')
    await until(lambda: worker.browser.heard)
    assert worker.browser.heard == [("pulse", '{"type":"pong","n":7}')]
    assert worker.told == ["opened"]


async def test_no_number_is_used_twice_under_one_key(worker: Worker) -> None:
    assert worker.line is not None
    for number in range(50):
        worker.line.say(0, str(number), 9**9)
        await asyncio.sleep(0)
    await until(lambda: len(worker.browser.heard) == 50)
    worker.line.hang_up()
    await worker.link.stop()  # OpenSSL says good-bye too
    await until(lambda: sum(kind == 21 for kind, _ in numbers(worker.browser.got)) == 2)
    used = numbers(worker.browser.got)
    assert len({number for _, number in used}) == len(used)
    assert all(number >= OURS_FROM for kind, number in used if kind == APPLICATION_DATA)
    assert sum(number < OURS_FROM for _, number in used) == 2  # the end of the handshake, and the good-bye


async def test_what_is_repeated_or_forged_says_nothing(worker: Worker) -> None:
    browser = worker.browser
    browser.say("pulse", "shown")
    await until(lambda: len(worker.told) == 2)
    records = [one for one in browser.sent if one[0] == APPLICATION_DATA]
    for record in records:
        browser.send(record)
        browser.send(record[:-1] + bytes((record[-1] ^ 1,)))
        browser.send(record[:20])
    browser.say("pulse", "behind")
    await until(lambda: len(worker.told) == 3)
    assert worker.told == ["opened", (1, "shown"), (1, "behind")]


async def test_who_goes_is_missed(worker: Worker) -> None:
    await worker.browser.link.stop()
    await until(lambda: worker.told[-1] == "closed")
    assert worker.line is not None
    worker.line.say(0, "too late", 0)
    assert worker.told == ["opened", "closed"]


async def test_who_hangs_up_is_told_nothing_more(worker: Worker) -> None:
    assert worker.line is not None
    worker.line.hang_up()
    assert not worker.line.opened
    worker.browser.send(b"\x17" + bytes(40))
    await until(lambda: any(kind == 21 for kind, _ in numbers(worker.browser.got)))
    worker.forwarder.engine.drop_peer(PEER)
    worker.line.hang_up()  # once more does nothing
    worker.line.say(0, "to nobody", 0)
    assert worker.line.unsent(0) == 0
    assert worker.told == ["opened"]
    assert worker.forwarder.engine.sizes()[-1] == 0


def test_without_keys_that_are_known_the_channels_stay_elsewhere() -> None:
    forwarder = NativeForwarder(LIBRARY, time.monotonic)

    class Nobody:
        def line_opened(self) -> None: ...
        def line_said(self, channel: int, text: str) -> None: ...
        def line_closed(self) -> None: ...

    assert forwarder.line(PEER, None, SCTP_PORT, 65536, Nobody()) is None
