"""The native forwarder on real sockets: a publisher's datagrams in, a receiver's out, everything else to Python."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aioice import stun

from media_workers import checks, native, rtcp, rtp
from media_workers.down_track import NTP_EPOCH
from media_workers.ice import Dropped
from media_workers.native_forwarder import NativeForwarder
from media_workers.rtcp import Block
from media_workers.settings import Announced
from media_workers.udp import Path, Sockets
from media_workers.yardstick import KEYFRAME
from tests.unit.media_workers.native_pair import CAMERA, Sessions, Side
from tests.unit.media_workers.test_native import vp8

LIBRARY = native.load()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="not built: python -m media_workers.native")
PROFILE = "SRTP_AEAD_AES_256_GCM"
LOOPBACK = "127.0.0.1"


class Fixed:
    """Keys of one value: what goes out can be read with what came in."""

    def randbytes(self, count: int) -> bytes:
        return bytes(range(count))


class Wire:
    """A worker's socket with the library on it, Anne's and Paul's sockets, and what Python was handed."""

    def __init__(self) -> None:
        self.handed: list[tuple[bytes, Path]] = []
        self.checked: list[tuple[int, bytes, Path]] = []
        self.sockets = Sockets((Announced(LOOPBACK, LOOPBACK),), 0)
        self.side = Side(lambda: NativeForwarder(LIBRARY, time.monotonic), PROFILE, Fixed(), ("",))  # type: ignore[arg-type]
        forwarder = self.side.forwarder
        assert isinstance(forwarder, NativeForwarder)
        self.forwarder = forwarder
        self.anne, self.paul, self.stranger = (self._socket() for _ in range(3))
        self.side.anne.peer = 1
        self.browser = Sessions(PROFILE, Fixed().randbytes(44))
        for number, end in ((1, self.anne), (2, self.paul)):
            forwarder.engine.learn(number, 0, *end.getsockname())
            forwarder.engine.select(number, 0, *end.getsockname())

    def open(self) -> None:
        """Anne and Paul have keys, and he sees her."""
        now = time.monotonic()
        self.forwarder.open(self.side.anne, now)
        self.side.watch("paul", PROFILE, Fixed())  # type: ignore[arg-type]
        leg = self.side.seats[0][1].leg
        leg.peer = 2
        self.forwarder.open(leg, now)
        self.forwarder.switch(self.side.seats[0][1], self.side.camera.encodings[0])

    def send(self, end: socket.socket, data: bytes) -> None:
        end.sendto(data, (LOOPBACK, self.sockets.port))

    def packet(self, number: int, payload: bytes) -> bytes:
        return self.browser.protect(rtp.header(96, True, number, 0, CAMERA, b"") + payload)

    async def came(self, end: socket.socket, count: int) -> list[bytes]:
        """So many datagrams at one of the ends."""
        found: list[bytes] = []
        while len(found) < count:
            found.append(await asyncio.wait_for(asyncio.get_running_loop().sock_recv(end, 2048), 20))
        return found

    def close(self) -> None:
        self.forwarder.stop(asyncio.get_running_loop())
        self.sockets.close(None)
        for end in (self.anne, self.paul, self.stranger):
            end.close()

    @staticmethod
    def _socket() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((LOOPBACK, 0))
        made.setblocking(False)
        return made


async def until(reached: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire()
    made.forwarder.listen(
        asyncio.get_running_loop(),
        made.sockets,
        lambda data, path: made.handed.append((data, path)),
        lambda: None,
        lambda peer, transaction, path: made.checked.append((peer, transaction, path)),
    )
    yield made
    made.close()


async def test_a_picture_goes_from_one_socket_to_another(wire: Wire) -> None:
    wire.open()
    for number in range(9):
        wire.send(wire.anne, wire.packet(number, KEYFRAME if number == 0 else vp8(number)))
    datagrams = await wire.came(wire.paul, 9)
    receiver = Sessions(PROFILE, Fixed().randbytes(44))
    packets = [rtp.parse(receiver.unprotect(datagram)) for datagram in datagrams]
    assert [packet.sequence for packet in packets] == [(65530 + number) & 0xFFFF for number in range(9)]
    assert {packet.ssrc for packet in packets} == {1001}
    assert wire.handed == []


async def test_a_run_of_one_length_arrives_as_single_packets(wire: Wire) -> None:
    wire.open()
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    await wire.came(wire.paul, 1)
    for number in range(1, 31):
        wire.send(wire.anne, wire.packet(number, vp8(number)))
    assert len({len(datagram) for datagram in await wire.came(wire.paul, 30)}) == 1


async def test_what_is_not_media_is_handed_to_python(wire: Wire) -> None:
    wire.open()
    stun, dtls = b"\0\1" + bytes(18), b"\x16" + bytes(20)
    for data in (stun, dtls):
        wire.send(wire.anne, data)
    await until(lambda: len(wire.handed) == 2)
    path = Path(0, wire.anne.getsockname())
    assert wire.handed == [(stun, path), (dtls, path)]


async def test_messages_wait_for_the_tick_once_the_channels_are_open(wire: Wire) -> None:
    wire.open()
    message = b"\x17" + bytes(40)
    wire.send(wire.anne, message)
    await until(lambda: len(wire.handed) == 1)
    wire.forwarder.engine.calm(1)
    wire.send(wire.anne, message)
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    await wire.came(wire.paul, 1)  # the library has read both
    assert len(wire.handed) == 1
    wire.forwarder.tick(time.monotonic(), time.time())
    assert len(wire.handed) == 2


async def test_what_a_publisher_reports_is_told(wire: Wire) -> None:
    wire.open()
    wire.forwarder.tick(time.monotonic(), time.time())
    report = rtcp.sender_report(CAMERA, round((time.time() + NTP_EPOCH + 50) * (1 << 32)), 0, 0, 0)
    wire.send(wire.anne, wire.browser.protect_rtcp(report))

    def told() -> bool:
        wire.forwarder.tick(time.monotonic(), time.time())
        return wire.side.anne.ahead.seconds is not None

    await until(told)
    assert 49 < (wire.side.anne.ahead.seconds or 0) < 51
    assert wire.handed == []


async def test_what_a_receiver_misses_is_sent_again_without_python(wire: Wire) -> None:
    wire.open()
    for number in range(3):
        wire.send(wire.anne, wire.packet(number, KEYFRAME if number == 0 else vp8(number)))
    came = [wire.browser.unprotect(datagram) for datagram in await wire.came(wire.paul, 3)]
    line = wire.side.seats[0][1]
    missing = rtp.parse(came[1]).sequence
    wire.send(wire.paul, wire.browser.protect_rtcp(rtcp.nack(1, line.ssrc, [missing])))
    again = rtp.parse(wire.browser.unprotect((await wire.came(wire.paul, 1))[0]))
    assert again.ssrc == line.repair_ssrc
    assert again.payload == missing.to_bytes(2, "big") + rtp.parse(came[1]).payload


async def test_what_is_missing_is_asked_for_before_the_next_tick(wire: Wire) -> None:
    wire.open()
    wire.forwarder.tick(time.monotonic(), time.time())
    for number in (0, 2):
        wire.send(wire.anne, wire.packet(number, KEYFRAME if number == 0 else vp8(number)))
    asked = await told(wire, wire.anne, rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)
    assert list(rtcp.nacked(asked)) == [1]


async def test_a_wish_for_a_keyframe_is_passed_on_before_the_next_tick(wire: Wire) -> None:
    wire.open()
    wire.forwarder.tick(time.monotonic(), time.time())
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    await wire.came(wire.paul, 1)
    wire.send(wire.paul, wire.browser.protect_rtcp(rtcp.pli(1, wire.side.seats[0][1].ssrc)))
    assert rtcp.media_ssrc(await told(wire, wire.anne, rtcp.PAYLOAD_FEEDBACK, rtcp.PLI)) == CAMERA


async def test_somebody_new_gets_a_keyframe_before_the_next_tick(wire: Wire) -> None:
    wire.open()
    wire.send(wire.anne, wire.packet(0, vp8(0)))
    wire.forwarder.tick(time.monotonic(), time.time())
    line = wire.side.seats[0][1]
    wire.forwarder.switch(line, None)
    wire.forwarder.switch(line, wire.side.camera.encodings[0])
    assert rtcp.media_ssrc(await told(wire, wire.anne, rtcp.PAYLOAD_FEEDBACK, rtcp.PLI)) == CAMERA


async def test_receivers_are_told_the_time_without_python(wire: Wire) -> None:
    wire.open()
    wire.forwarder.tick(time.monotonic(), time.time())
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    report = await told(wire, wire.paul, rtcp.SENDER_REPORT, 0)
    assert int.from_bytes(report.body[:4], "big") == wire.side.seats[0][1].ssrc


async def told(wire: Wire, end: socket.socket, kind: int, count: int) -> Block:
    """The first RTCP packet of that kind and count at one of the ends; nobody calls the forwarder meanwhile."""
    while True:
        (datagram,) = await wire.came(end, 1)
        if rtp.is_rtcp(datagram):
            for block in rtcp.walk(wire.browser.unprotect_rtcp(datagram)):
                if (block.kind, block.count) == (kind, count):
                    return block


async def test_of_strangers_only_checks_are_handed_on(wire: Wire) -> None:
    wire.open()
    for data in (b"\x80\x60" + bytes(40), b"\x80\xc9" + bytes(20), b"\x16" + bytes(20), b"\xff", b"\0\1" + bytes(18)):
        wire.send(wire.stranger, data)
    await until(lambda: wire.handed)
    assert wire.handed == [(b"\0\1" + bytes(18), Path(0, wire.stranger.getsockname()))]
    dropped = Dropped()
    wire.forwarder.count(wire.sockets, dropped)
    assert (dropped.strangers, dropped.unreadable, wire.sockets.received) == (3, 1, 5)


async def test_whose_media_was_heard_is_known(wire: Wire) -> None:
    wire.open()
    assert wire.forwarder.engine.heard(1) == (None, None)
    before = time.monotonic()
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    await wire.came(wire.paul, 1)
    heard, selected = wire.forwarder.engine.heard(1)
    assert before <= heard == selected <= time.monotonic()


def check(name: str = "anne:x", key: bytes = b"secret") -> stun.Message:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": name, "PRIORITY": 1})
    request.add_message_integrity(key)
    return request


async def test_a_check_from_where_a_peer_is_is_answered_without_python(wire: Wire) -> None:
    wire.open()
    wire.forwarder.engine.know(1, "anne", "secret")
    request = check()
    wire.send(wire.anne, bytes(request))
    (datagram,) = await wire.came(wire.anne, 1)
    answer = stun.parse_message(datagram)
    assert (answer.message_class, answer.transaction_id) == (stun.Class.RESPONSE, request.transaction_id)
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == wire.anne.getsockname()
    known = checks.read(bytes(request), b"secret")
    assert known is not None
    assert datagram == checks.answer(known, wire.anne.getsockname(), b"secret")
    assert wire.forwarder.engine.heard(1)[1] is not None
    wire.forwarder.tick(time.monotonic(), time.time())
    assert wire.checked == [(1, request.transaction_id, Path(0, wire.anne.getsockname()))]
    assert wire.handed == []


async def test_all_other_checks_are_pythons(wire: Wire) -> None:
    wire.open()
    wire.forwarder.engine.know(1, "anne", "secret")
    right = bytes(check())
    wrong = [
        bytes(check(key=b"guessed")),
        bytes(check(name="paul:x")),
        right[:-1] + bytes((right[-1] ^ 1,)),
        right[:-8],
        right + bytes(4),
    ]
    for request in wrong:
        wire.send(wire.anne, request)
    for end in (wire.paul, wire.stranger):  # who has no password here, and who is elsewhere
        wire.send(end, right)
    await until(lambda: len(wire.handed) == len(wrong) + 2)
    assert [data for data, _ in wire.handed] == [*wrong, right, right]
    assert wire.checked == []


async def test_people_who_come_and_go_leave_nothing(wire: Wire) -> None:
    wire.open()
    wire.send(wire.anne, wire.packet(0, KEYFRAME))
    await wire.came(wire.paul, 1)
    wire.forwarder.close(wire.side.anne)
    wire.forwarder.close(wire.side.seats[0][1].leg)
    for number in (1, 2):
        wire.forwarder.engine.drop_peer(number)
    assert wire.forwarder.engine.sizes() == (0, 0, 0, 0, 0)
    assert wire.forwarder.sent_packets == 1


def test_a_panic_ends_the_process_with_a_line_of_its_own() -> None:
    program = "from media_workers import native; native.load().panic(); print('went on')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (70, "")
    assert json.loads(done.stderr)["level"] == "CRITICAL"
