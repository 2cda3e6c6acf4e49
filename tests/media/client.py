"""A client of docs/protocol.md in Python: real ICE checks, DTLS-SRTP and SCTP over real UDP. It sends packets made by
hand and keeps what comes, so that a test can look at every byte."""

import asyncio
import json
import random
import re
import secrets
import socket
from collections.abc import Callable
from typing import Any

from aioice import stun
from aiortc import RTCDataChannel

from media_workers import rtcp, rtp
from media_workers.dtls import DtlsLink, Fingerprint, fingerprint, new_certificate
from media_workers.errors import Malformed
from media_workers.rtcp import Block
from media_workers.rtp import Packet
from tests.media.functions import ControlClient
from tests.media.offers import CHROMIUM, Dialect, OfferText
from tests.media.waiting import until_true

CERTIFICATE = new_certificate()
CHECK_EVERY = 0.05


class Client:
    """One browser. ``lose``: told each packet that comes (the header is plain), says whether the network lost it.
    ``host``: which of the announced addresses it goes to."""

    def __init__(
        self, name: str, dialect: Dialect = CHROMIUM, *, seats: int = 2, voices: int = 1, host: str = "127.0.0.1"
    ) -> None:
        self.name = name
        self._host = host
        self.dialect = dialect
        numbers = random.Random(name)
        slots = ["microphone", "camera", "screen", "screen_sound"]
        self.ssrcs = {slot: numbers.randrange(1, 1 << 32) for slot in [*slots, "camera_rtx"]}
        self.offer = OfferText(
            seats=seats,
            voices=voices,
            dialect=dialect,
            fragment=secrets.token_hex(4),
            fingerprint=fingerprint(CERTIFICATE),
            ssrcs=self.ssrcs,
        )
        self.answer = ""
        self.connection = ""
        self.messages: list[dict[str, Any]] = []
        self.pulses: list[dict[str, Any]] = []
        self.packets: list[Packet] = []
        self.feedback: list[Block] = []
        self.lose: Callable[[Packet], bool] = lambda packet: False
        self.closed = False
        self._link = DtlsLink(CERTIFICATE, self.send_raw, role="client")
        self._link.on_closed(self._link_closed)
        self._room: RTCDataChannel = self._link.channel(0, "room", reliable=True)
        self._pulse: RTCDataChannel = self._link.channel(1, "pulse", reliable=False)
        self._room.on("message", lambda data: self.messages.append(json.loads(data)))
        self._pulse.on("message", lambda data: self.pulses.append(json.loads(data)))
        self._socket = _udp_socket(host)
        self._server = (host, 0)
        self._checks: asyncio.Task[None] | None = None
        self._started = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(self, control: ControlClient, **changes: object) -> "Client":
        """Joins and waits for ``hello``. ``changes``: to the ticket."""
        changes = {"participant": self.name, "name": self.name.title(), "connection": secrets.token_hex(6)} | changes
        self.connection = str(changes["connection"])
        self.answer = await control.join(str(self.offer), **changes)
        self.connect()
        await until_true(lambda: bool(self.messages), f"{self.name}'s hello")
        return self

    def connect(self) -> None:
        """Begins to send checks to the answer's candidate of its host."""
        candidate = re.search(rf"a=candidate:\S+ 1 udp \d+ ({re.escape(self._host)}) (\d+)", self.answer)
        assert candidate, self.answer
        self._server = candidate[1], int(candidate[2])
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket, self._read)
        self._checks = loop.create_task(self._check())

    async def leave(self) -> None:
        """Closes DTLS, as ``pc.close()`` does."""
        await self._link.stop()
        self.vanish()

    def vanish(self) -> None:
        """Stops without a word, as a closed tab or a pulled plug does."""
        if self._checks is not None:
            self._checks.cancel()
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()

    def move(self, host: str | None = None) -> None:
        """Goes on from another address, to ``host`` if one is given."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        self._socket.close()
        self._host = host or self._host
        self._server = self._host, self._server[1]
        self._socket = _udp_socket(self._host)
        loop.add_reader(self._socket, self._read)

    # What it sends.

    def tell(self, message: dict[str, Any] | str | bytes) -> None:
        self._room.send(json.dumps(message) if isinstance(message, dict) else message)

    def up(self, **slots: bool) -> None:
        self.tell({"type": "up", **slots})

    def pulse(self, message: dict[str, Any] | str | bytes) -> None:
        self._pulse.send(json.dumps(message) if isinstance(message, dict) else message)

    def send(self, slot: str, sequence: int, timestamp: int, payload: bytes, *, level: int | None = None) -> None:
        """An RTP packet of a send slot."""
        audio = slot in ("microphone", "screen_sound")
        values = () if level is None else ((self.dialect.level, bytes((level,))),)
        payload_type = self.dialect.opus if audio else self.dialect.vp8
        head = rtp.header(
            payload_type, True, sequence & 0xFFFF, timestamp, self.ssrcs[slot], rtp.extension_block(values)
        )
        self.send_rtp(head + payload)

    def send_rtp(self, packet: bytes) -> None:
        self.send_raw(self._link.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        self.send_raw(self._link.protect_rtcp(packet))

    def send_raw(self, datagram: bytes) -> None:
        if self._socket.fileno() >= 0:
            self._socket.sendto(datagram, self._server)

    def send_check(self, *, password: str | None = None, nominate: bool = True) -> None:
        """An ICE check with the answer's credentials."""
        fragment, right = self._credentials()
        attributes: dict[str, Any] = {
            "USERNAME": f"{fragment}:{self.offer.fragment}",
            "PRIORITY": 1,
            "ICE-CONTROLLING": 1,
        }
        if nominate:
            attributes["USE-CANDIDATE"] = None
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
        message.add_message_integrity((password or right).encode())
        self.send_raw(bytes(message))

    # What it got.

    def seat(self, number: int, kind: str) -> tuple[int, int | None]:
        """SSRC and retransmission SSRC the answer announces for half a seat."""
        return self.stream(f"seat-{number}", kind)

    def stream(self, msid: str, kind: str) -> tuple[int, int | None]:
        section = next(m for m in self.answer.split("\r\nm=") if f"a=msid:{msid} {msid}-{kind}" in m)
        found = [int(number) for number in re.findall(r"a=ssrc:(\d+) ", section)]
        return found[0], found[1] if len(found) > 1 else None

    def of(self, ssrc: int | None) -> list[Packet]:
        """The packets that came with an SSRC."""
        return [packet for packet in self.packets if packet.ssrc == ssrc]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The messages of a type."""
        return [message for message in self.messages if message["type"] == kind]

    def fed(self, kind: int, count: int) -> list[Block]:
        """The RTCP packets of a type and format."""
        return [block for block in self.feedback if (block.kind, block.count) == (kind, count)]

    @property
    def profile(self) -> str:
        return self._link.profile

    def _credentials(self) -> tuple[str, str]:
        fragment = re.search(r"a=ice-ufrag:(\S+)", self.answer)
        password = re.search(r"a=ice-pwd:(\S+)", self.answer)
        assert fragment and password
        return fragment[1], password[1]

    async def _check(self) -> None:
        while True:
            self.send_check()
            await asyncio.sleep(CHECK_EVERY)

    def _read(self) -> None:
        try:
            datagram = self._socket.recv(2048)
        except OSError:
            return
        if datagram[0] < 4:
            self._stun(stun.parse_message(datagram))
        elif datagram[0] < 64:
            self._link.feed(datagram)
        else:
            self._media(datagram)

    def _stun(self, message: stun.Message) -> None:
        if message.message_class == stun.Class.RESPONSE and not self._started:
            assert message.check_message_integrity(self._credentials()[1].encode())
            self._started = True
            task = asyncio.get_running_loop().create_task(self._start())
            self._tasks.add(task)

    async def _start(self) -> None:
        found = re.search(r"a=fingerprint:sha-256 (\S+)", self.answer)
        assert found
        if await self._link.start((Fingerprint("sha-256", found[1]),)):
            await self._link.start_sctp(5000, 65536)

    def _media(self, datagram: bytes) -> None:
        try:
            if rtp.is_rtcp(datagram):
                self.feedback += rtcp.walk(self._link.unprotect_rtcp(datagram))
                return
            if not self.lose(rtp.parse(datagram)):
                self.packets.append(rtp.parse(self._link.unprotect(datagram)))
        except Malformed:
            return  # what came between the handshake's end there and here

    def _link_closed(self) -> None:
        self.closed = True


def _udp_socket(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.bind((host, 0))
    return made
