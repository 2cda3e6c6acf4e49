"""One side of a media path, cheap: real ICE checks, real DTLS, then media by `Traffic`: sent, or counted and a sample
of it opened.
"""

import asyncio
import json
import re
import secrets
import socket
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from aioice import stun
from aiortc import RTCDataChannel

from bench.media import frames
from bench.media.traffic import Address, Fast, SlowTraffic, Traffic
from media_workers import rtcp
from media_workers.dtls import DtlsLink, Fingerprint, new_certificate

CERTIFICATE = new_certificate()
CHECK_EVERY = 1.0
REPORT_EVERY = 1.0
FEEDBACK_EVERY = 0.1
PING_AFTER = 0.5
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


class Peer:
    """``address``: whence; the other side's address is of the same machine. ``fast``: what moves its media."""

    def __init__(self, address: str, fast: Fast | None = None) -> None:
        self.fragment = secrets.token_hex(4)
        self.password = secrets.token_hex(12)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.profile = ""
        self._address = address
        self._socket = udp_socket(address)
        self._link: DtlsLink | None = None
        self._remote: Remote | None = None
        self._controlling = True
        self._starting = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._room: RTCDataChannel | None = None
        self._pulse: RTCDataChannel | None = None
        self._pulsed_at = 0.0
        """When something was heard or asked there."""
        self._channels = self._answers = False
        self._fast = fast
        self._traffic: Traffic | None = None

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
        self._controlling, self._channels, self._answers = controlling, channels, bool(transport_wide)
        self._link = DtlsLink(CERTIFICATE, self._send_raw, role=role)
        if channels:
            self._room = self._link.channel(0, "room", reliable=True)
            self._pulse = self._link.channel(1, "pulse", reliable=False, received=self._pulsed)
        if self._fast is None:
            self._traffic = SlowTraffic(self._socket, transport_wide, self._take, self._came)
        else:
            self._traffic = self._fast.traffic(self._socket, transport_wide, self._take)
        self._spawn(self._keep_checking())

    def tell(self, message: dict[str, object]) -> None:
        """On the reliable channel."""
        assert self._room is not None
        self._room.send(json.dumps(message))

    @property
    def open(self) -> bool:
        """The reliable channel can be used."""
        return self._room is not None and self._room.readyState == "open"

    @property
    def traffic(self) -> Traffic:
        """Its media, once it is connected."""
        assert self._traffic is not None
        return self._traffic

    def pace(self, source: frames.Source, per_second: float, alone: bool = False) -> None:
        """See `Traffic.pace`."""
        assert self._remote is not None
        self.traffic.pace(source, self._remote.address, per_second, alone)

    def send(self, packets: list[bytes]) -> None:
        """RTP packets of the caller's, where Python moves the media."""
        assert isinstance(self._traffic, SlowTraffic) and self._remote is not None
        self._traffic.send(packets, self._remote.address)

    async def close(self) -> None:
        """Ends all that runs."""
        for task in self._tasks:
            task.cancel()
        try:
            if self._link is not None:
                await self._link.stop()
        finally:  # who closes may be given up meanwhile
            if self._traffic is not None:
                self._traffic.close()
            self._socket.close()

    def _came(self) -> None:
        """A packet of media came, where Python moves it."""

    def _pulsed(self, data: str) -> None:
        self._pulsed_at = asyncio.get_running_loop().time()

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
            self.traffic.opened(self._link)
            if self._channels:
                await self._link.start_sctp(5000, 65536)
                self._spawn(self._ping())
        except Exception as fault:
            self.ready.set_exception(fault)
            return
        self.ready.set_result(None)
        self._spawn(self._report())
        if self._answers:
            self._spawn(self._feed_back())

    async def _ping(self) -> None:
        """As pages do: when nothing was heard for a while."""
        loop, number = asyncio.get_running_loop(), 0
        while True:
            silent = loop.time() - self._pulsed_at >= PING_AFTER
            if silent and self._pulse is not None and self._pulse.readyState == "open":
                number += 1
                self._pulsed_at = loop.time()
                self._pulse.send(json.dumps({"type": "ping", "n": number}))
            await asyncio.sleep(PING_AFTER / 2)

    async def _report(self) -> None:
        assert self._link is not None
        while True:
            await asyncio.sleep(REPORT_EVERY)
            blocks = [bytes(4).join((ssrc.to_bytes(4, "big"), bytes(16))) for ssrc in self.traffic.sources()]
            if blocks:
                self._send_raw(self._link.protect_rtcp(rtcp.receiver_report(1, blocks)))

    async def _feed_back(self) -> None:
        assert self._link is not None
        while True:
            await asyncio.sleep(FEEDBACK_EVERY)
            media = next(iter(self.traffic.sources()), 0)
            for information in self.traffic.feedback():
                self._send_raw(self._link.protect_rtcp(rtcp.transport_wide(1, media, information)))

    def _take(self, datagram: bytes, address: Address) -> None:
        """What is no media; RTCP tells us nothing we need."""
        if datagram[0] < 4:
            self._stun(datagram, address)
        elif datagram[0] < 128 and self._link is not None:
            self._link.feed(datagram)

    def _stun(self, datagram: bytes, address: Address) -> None:
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


def udp_socket(address: str) -> socket.socket:
    """Of any free port."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    made.bind((address, 0))
    return made
