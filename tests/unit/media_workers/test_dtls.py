"""The file with aiortc's private names."""

import asyncio
import subprocess
import sys
from collections import deque

import pytest

from media_workers.dtls import READ_AGAINST, SCTP_PORT, DtlsLink, Fingerprint, fingerprint, new_certificate
from media_workers.errors import Malformed


def test_another_version_of_aiortc_fails_loudly() -> None:
    code = "import aiortc; aiortc.__version__ = '0.0.0'; import media_workers.dtls"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"read against aiortc {READ_AGAINST}, not 0.0.0" in done.stderr


def test_a_fingerprint_is_written_as_sdp_has_it() -> None:
    digest = fingerprint(new_certificate())
    assert len(digest.split(":")) == 32
    assert digest == digest.upper()


async def test_without_keys_nothing_is_protected() -> None:
    link = DtlsLink(new_certificate(), lambda data: None)
    for operation in (link.protect, link.protect_rtcp, link.unprotect, link.unprotect_rtcp):
        with pytest.raises(Malformed):
            operation(bytes(20))


async def test_a_link_that_never_began_can_be_stopped() -> None:
    link = DtlsLink(new_certificate(), lambda data: None)
    link.channel(0, "room", reliable=True)
    await link.stop()
    assert not link.connected


class Pair:
    """Two links that are up, with a wire whose datagrams move when they are told to."""

    def __init__(self) -> None:
        self.wires: tuple[deque[bytes], deque[bytes]] = (deque(), deque())
        certificate = new_certificate()
        self._known = (Fingerprint("sha-256", fingerprint(certificate)),)
        self.links = tuple(
            DtlsLink(certificate, wire.append, role)
            for wire, role in zip(self.wires, ("server", "client"), strict=True)
        )
        self.channels = [link.channel(1, "pulse", reliable=False) for link in self.links]
        self.came: list[str] = []
        self.channels[1].on("message", self.came.append)

    def move(self) -> None:
        """All datagrams on their way arrive, and those they cause."""
        while any(self.wires):
            for wire, other in zip(self.wires, reversed(self.links), strict=True):
                while wire:
                    other.feed(wire.popleft())

    async def until_open(self) -> None:
        moving = asyncio.get_running_loop().create_task(self._keep_moving())
        await asyncio.gather(*(link.start(self._known) for link in self.links))
        await asyncio.gather(*(link.start_sctp(SCTP_PORT, 65536) for link in self.links))
        async with asyncio.timeout(30):
            while any(channel.readyState != "open" for channel in self.channels):
                await asyncio.sleep(0)
        moving.cancel()

    async def _keep_moving(self) -> None:
        while True:
            self.move()
            await asyncio.sleep(0.001)

    async def stop(self) -> None:
        for link in self.links:
            await link.stop()


async def test_messages_go_through_without_waiting_for_the_loop() -> None:
    pair = Pair()
    await pair.until_open()
    pair.channels[0].send("one")
    pair.channels[0].send("two")
    pair.move()
    assert pair.came == ["one", "two"]
    pair.move()
    assert pair.links[0].unsent == 0, "both were acknowledged"
    await pair.stop()


async def test_a_client_faster_than_the_association_loses_nothing() -> None:
    """Its first word (INIT) comes while this side has keys and no association yet; asked again only after a second."""
    pair = Pair()
    moving = asyncio.get_running_loop().create_task(pair._keep_moving())
    await asyncio.gather(*(link.start(pair._known) for link in pair.links))
    moving.cancel()
    server, client = pair.links
    await client.start_sctp(SCTP_PORT, 65536)
    pair.move()
    assert server.connected
    await server.start_sctp(SCTP_PORT, 65536)
    pair.move()
    assert [channel.readyState for channel in pair.channels] == ["open", "open"]
    await pair.stop()


async def test_a_peer_that_closes_ends_the_link_once() -> None:
    pair = Pair()
    await pair.until_open()
    closed: list[bool] = []
    pair.links[0].on_closed(lambda: closed.append(True))
    await pair.links[1].stop()
    pair.move()
    async with asyncio.timeout(30):
        while not closed:
            await asyncio.sleep(0)
    pair.links[0].feed(bytes((23,)) + bytes(40))
    assert not pair.links[0].connected
    await pair.stop()
    assert closed == [True]


async def test_what_no_dtls_record_is_harms_nothing() -> None:
    pair = Pair()
    await pair.until_open()
    for noise in (bytes((23,)), bytes((22,)) + b"\xff" * 60, bytes((63,)) * 1400):
        pair.links[1].feed(noise)
    pair.channels[0].send("still here")
    pair.move()
    assert pair.came == ["still here"]
    await pair.stop()
