"""One side of a media path, cheap: real ICE checks, real DTLS, then SRTP packets counted and a sample of them opened.

Its header tells all that counting needs (RFC 3711 leaves it in the clear), so that sixty receivers fit on one core.
"""

import asyncio
import json
import re
import secrets
import socket
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from aioice import stun
from aiortc import RTCDataChannel

from bench.media import frames
from media_workers import rtcp, rtp
from media_workers.dtls import DtlsLink, Fingerprint, new_certificate
from media_workers.errors import Malformed
from media_workers.twcc import Arrivals

CERTIFICATE = new_certificate()
CHECK_EVERY = 1.0
REPORT_EVERY = 1.0
FEEDBACK_EVERY = 0.1
SAMPLE = 16
"""One packet in so many is decrypted."""
BURST = 128
_PADDED = 0x20
BUFFER = 4 * 1024 * 1024


@dataclass(frozen=True)
class Remote:
    """The server's side of a path, from its SDP."""

    fragment: str
    password: str
    fingerprint: str
    address: tuple[str, int]
    setup: str

    @classmethod
    def read(cls, sdp: str, address: str) -> "Remote":
        """The first candidate on ``address``; raises `ValueError` naming what is missing."""

        def found(pattern: str) -> re.Match[str]:
            match = re.search(pattern, sdp)
            if match is None:
                raise ValueError(f"the SDP has no {pattern}:\n{sdp}")
            return match

        candidate = found(rf"a=candidate:\S+ 1 (?i:udp) \d+ {re.escape(address)} (\d+) typ host")
        return cls(
            found(r"a=ice-ufrag:(\S+)")[1],
            found(r"a=ice-pwd:(\S+)")[1],
            found(r"a=fingerprint:sha-256 (\S+)")[1],
            (address, int(candidate[1])),
            found(r"a=setup:(\w+)")[1],
        )


@dataclass
class Counts:
    """What came during a measurement."""

    packets: int = 0
    latencies: list[float] = field(default_factory=list)
    """Seconds, of the sample."""
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    """Sequence numbers by SSRC."""

    @property
    def expected(self) -> int:
        """What was sent to us between the first and the last packet that came, by their numbers."""
        return sum(((self.last[ssrc] - first) & 0xFFFF) + 1 for ssrc, first in self.first.items())


class Peer:
    """``address``: whence; the other side's address is of the same machine."""

    def __init__(self, address: str) -> None:
        self.fragment = secrets.token_hex(4)
        self.password = secrets.token_hex(12)
        self.counts = Counts()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.profile = ""
        self.pongs = 0
        self._address = address
        self._socket = _udp_socket(address)
        self._link: DtlsLink | None = None
        self._remote: Remote | None = None
        self._controlling = True
        self._starting = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._room: RTCDataChannel | None = None
        self._pulse: RTCDataChannel | None = None
        self._channels = False
        self._arrivals = Arrivals()
        self._transport_wide_id = 0

    @property
    def candidate(self) -> str:
        """As SDP writes it."""
        port = self._socket.getsockname()[1]
        return f"a=candidate:1 1 udp 2130706431 {self._address} {port} typ host"

    def connect(
        self, sdp: str, *, controlling: bool, role: Literal["client", "server"], channels: bool, transport_wide: int = 0
    ) -> None:
        """Begins to check and, once heard, DTLS. ``channels``: those of docs/protocol.md. ``transport_wide``: id of
        the extension to answer with feedback, 0 = none."""
        self._remote = Remote.read(sdp, self._address)
        self._controlling, self._channels, self._transport_wide_id = controlling, channels, transport_wide
        self._link = DtlsLink(CERTIFICATE, self._send_raw, role=role)
        if channels:
            self._room = self._link.channel(0, "room", reliable=True)
            self._pulse = self._link.channel(1, "pulse", reliable=False)
            self._pulse.on("message", self._pulsed)
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        self._spawn(self._keep_checking())

    def tell(self, message: dict[str, object]) -> None:
        """On the reliable channel."""
        assert self._room is not None
        self._room.send(json.dumps(message))

    @property
    def open(self) -> bool:
        """The reliable channel can be used."""
        return self._room is not None and self._room.readyState == "open"

    def send(self, packets: list[bytes]) -> None:
        """RTP packets, protected here."""
        assert self._link is not None
        for packet in packets:
            self._send_raw(self._link.protect(packet))

    def start_counting(self) -> None:
        """From now on."""
        self.counts = Counts()

    async def close(self) -> None:
        """Ends all that runs."""
        for task in self._tasks:
            task.cancel()
        if self._link is not None:
            await self._link.stop()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _pulsed(self, data: str) -> None:
        if '"pong"' in data:
            self.pongs += 1

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _send_raw(self, datagram: bytes) -> None:
        if self._remote is not None and self._socket.fileno() >= 0:
            self._socket.sendto(datagram, self._remote.address)

    async def _keep_checking(self) -> None:
        while True:
            self._check()
            await asyncio.sleep(CHECK_EVERY if self._starting else 0.05)

    def _check(self) -> None:
        assert self._remote is not None
        attributes: dict[str, object] = {"USERNAME": f"{self._remote.fragment}:{self.fragment}", "PRIORITY": 1862270975}
        if self._controlling:
            attributes |= {"ICE-CONTROLLING": 1, "USE-CANDIDATE": None}
        else:
            attributes["ICE-CONTROLLED"] = 1
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
        request.add_message_integrity(self._remote.password.encode())
        self._send_raw(bytes(request))

    async def _start(self) -> None:
        assert self._link is not None and self._remote is not None
        try:
            if not await self._link.start((Fingerprint("sha-256", self._remote.fingerprint),)):
                raise ConnectionError("DTLS failed")
            self.profile = self._link.profile
            if self._channels:
                await self._link.start_sctp(5000, 65536)
                self._spawn(self._ping())
        except Exception as fault:
            self.ready.set_exception(fault)
            return
        self.ready.set_result(None)
        self._spawn(self._report())
        if self._transport_wide_id:
            self._spawn(self._feed_back())

    async def _ping(self) -> None:
        number = 0
        while True:
            if self._pulse is not None and self._pulse.readyState == "open":
                number += 1
                self._pulse.send(json.dumps({"type": "ping", "n": number}))
            await asyncio.sleep(0.5)

    async def _report(self) -> None:
        assert self._link is not None
        while True:
            await asyncio.sleep(REPORT_EVERY)
            blocks = [bytes(4).join((ssrc.to_bytes(4, "big"), bytes(16))) for ssrc in self.counts.last]
            if blocks:
                self._send_raw(self._link.protect_rtcp(rtcp.receiver_report(1, blocks)))

    async def _feed_back(self) -> None:
        assert self._link is not None
        while True:
            await asyncio.sleep(FEEDBACK_EVERY)
            media = next(iter(self.counts.last), 0)
            for information in self._arrivals.feedback():
                self._send_raw(self._link.protect_rtcp(rtcp.transport_wide(1, media, information)))

    def _read(self) -> None:
        for _ in range(BURST):
            try:
                datagram, address = self._socket.recvfrom(2048)
            except (BlockingIOError, ConnectionError):
                return
            first = datagram[0]
            if first >= 128:
                self._media(datagram)
            elif first < 4:
                self._stun(datagram, address)
            elif self._link is not None:
                self._link.feed(datagram)

    def _media(self, datagram: bytes) -> None:
        if rtp.is_rtcp(datagram):
            return
        counts = self.counts
        if datagram[0] & _PADDED:  # a probe of the bandwidth: answered, not counted
            self._note_arrival(datagram)
            return
        counts.packets += 1
        ssrc, sequence = int.from_bytes(datagram[8:12], "big"), int.from_bytes(datagram[2:4], "big")
        counts.first.setdefault(ssrc, sequence)
        counts.last[ssrc] = sequence
        self._note_arrival(datagram)
        # The first ones too: the receiver's roll-over count starts there.
        if sequence % SAMPLE and counts.packets > SAMPLE:
            return
        sent = self._opened(datagram)
        if sent:
            counts.latencies.append(time.perf_counter() - sent)

    def _note_arrival(self, datagram: bytes) -> None:
        if not self._transport_wide_id:
            return
        # Padding is encrypted with the rest: its length can't be read here.
        head = bytes((datagram[0] & ~_PADDED,)) + datagram[1:]
        number = rtp.parse(head).extensions.get(self._transport_wide_id)
        if number is not None and len(number) == 2:
            self._arrivals.packet(int.from_bytes(number, "big"), time.perf_counter())

    def _opened(self, datagram: bytes) -> float:
        """When the packet was sent, by its own word; 0 for sound."""
        if self._link is None:
            return 0.0
        try:
            return frames.sent_at(rtp.parse(self._link.unprotect(datagram)))
        except Malformed:
            return 0.0

    def _stun(self, datagram: bytes, address: tuple[str, int]) -> None:
        message = stun.parse_message(datagram)
        if message.message_class == stun.Class.REQUEST:
            answer = stun.Message(
                stun.Method.BINDING,
                stun.Class.RESPONSE,
                transaction_id=message.transaction_id,
                attributes={"XOR-MAPPED-ADDRESS": address},
            )
            answer.add_message_integrity(self.password.encode())
            self._send_raw(bytes(answer))
        elif message.message_class == stun.Class.RESPONSE and not self._starting:
            self._starting = True
            self._spawn(self._start())


def _udp_socket(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    made.bind((address, 0))
    return made
