"""DTLS-SRTP and SCTP of aiortc on an ICE object of ours: private names of aiortc are in this file and `association`.

Read against aiortc 1.16.0. `RTCDtlsTransport` needs of its ICE transport the coroutines ``_recv`` and ``_send`` and the
attribute ``role``; SRTP goes past it, straight to the sessions it sets up. SCTP reads the DTLS role.

Once the handshake is over, datagrams and messages go through aiortc's coroutines at once, without a task for each:
between two datagrams they wait for nothing but our own ``_send``, which doesn't wait.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, cast

import aiortc
from aiortc import (
    RTCCertificate,
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCSctpCapabilities,
)
from aiortc.rtcdtlstransport import State
from OpenSSL import SSL

from media_workers import srtp, usual
from media_workers.association import Association, at_once
from media_workers.errors import Malformed
from media_workers.line import Agreed, Line
from media_workers.records import Records
from media_workers.srtp import Keys, Operation, Outgoing, Run, RunOperation

logger = logging.getLogger(__name__)

READ_AGAINST: Final = "1.16.0"
if aiortc.__version__ != READ_AGAINST or version("aiortc") != READ_AGAINST:
    raise ImportError(f"media_workers/dtls.py was read against aiortc {READ_AGAINST}, not {aiortc.__version__}")

SCTP_PORT: Final = 5000
ALERT: Final = 21
APPLICATION_DATA: Final = 23
"""First byte of a DTLS record: a good-bye, or a packet of SCTP (RFC 6347)."""
EARLY: Final = 16
"""Datagrams kept from before the association; whoever sends more sends them again."""
INBOX: Final = 64
"""DTLS datagrams that may wait; more are dropped (DTLS and SCTP repeat theirs)."""


def new_certificate() -> RTCCertificate:
    """An ECDSA certificate (P-256), one per process."""
    return RTCCertificate.generateCertificate()


def fingerprint(certificate: RTCCertificate) -> str:
    """The SHA-256 fingerprint as SDP writes it."""
    return next(f.value for f in certificate.getFingerprints() if f.algorithm == "sha-256")


@dataclass(frozen=True)
class Fingerprint:
    """The other side's certificate, from its SDP."""

    algorithm: str
    value: str


class _Ice:
    """What `RTCDtlsTransport` takes for its ICE transport: DTLS datagrams in a bounded inbox."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._datagrams: asyncio.Queue[bytes | None] = asyncio.Queue(INBOX + 1)
        self.send = send
        self._closed = False

    def feed(self, datagram: bytes) -> None:
        if self._datagrams.qsize() < INBOX:
            self._datagrams.put_nowait(datagram)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._datagrams.put_nowait(None)

    async def _recv(self) -> bytes:
        datagram = await self._datagrams.get()
        if datagram is None:
            raise ConnectionError
        return datagram

    async def _send(self, datagram: bytes) -> None:
        self.send(datagram)


class DtlsLink:
    """One connection's DTLS (we are the server) with its SRTP sessions and its SCTP association.

    As the server OpenSSL picks the first profile of ours that the browser offers: AES-256-GCM.
    """

    def __init__(self, certificate: RTCCertificate, send: Callable[[bytes], None], role: str = "server") -> None:
        self._ice = _Ice(send)
        # The stand-in has all that is used of the transport; aiortc names the concrete class.
        self._dtls = RTCDtlsTransport(cast(Any, self._ice), [certificate])
        self._dtls._set_role(role)
        self._sctp: Association | None = None
        self._associating = False
        self._records: Records | None = None
        """Once the handshake is over."""
        self._line: Line | None = None
        """Who has the channels, where they are not aiortc's."""
        self._early: list[bytes] = []
        """What came between the handshake and the association: the other side may be the faster one."""
        self.protect: Operation = _without_keys
        """RTP to SRTP; like the following ones it raises `Malformed` (no keys yet, too long, forged, repeated)."""
        self.protect_rtcp: Operation = _without_keys
        self.protect_run: RunOperation = _none_without_keys
        """Packets that leave together; those that can't be protected have length 0."""
        self.unprotect: Operation = _without_keys
        self.unprotect_rtcp: Operation = _without_keys

    def on_closed(self, callback: Callable[[], None]) -> None:
        """Calls back when DTLS is closed or has failed."""

        def changed() -> None:
            if self._dtls.state in ("closed", "failed"):
                callback()

        self._dtls.on("statechange", changed)

    def feed(self, datagram: bytes) -> None:
        """A DTLS datagram from the wire."""
        if self._line is not None and datagram[0] in (ALERT, APPLICATION_DATA):
            self._line.record(datagram)
            return
        done: bool = self._dtls._RTCDtlsTransport__handshake_done  # type: ignore[attr-defined]
        if done and self._sctp is not None and self.connected:
            if self._associating:
                self._take(self._sctp, datagram)
            elif len(self._early) < EARLY:
                self._early.append(datagram)
        else:
            self._ice.feed(datagram)

    async def start(self, fingerprints: tuple[Fingerprint, ...]) -> bool:
        """Runs the handshake. False when it failed or the certificate is not the one announced."""
        known = [RTCDtlsFingerprint(f.algorithm, f.value) for f in fingerprints]
        await self._dtls.start(RTCDtlsParameters(known))
        ssl = self._dtls._ssl
        if self.connected and ssl is not None:
            self._records = Records(ssl)
            self.protect, self.protect_rtcp = srtp.operations(self._dtls._tx_srtp, "protect", "protect_rtcp")
            self.protect_run = srtp.run_operation(self._dtls._tx_srtp)
            self.unprotect, self.unprotect_rtcp = srtp.operations(self._dtls._rx_srtp, "unprotect", "unprotect_rtcp")
        return self.connected

    @property
    def connected(self) -> bool:
        """Keys are there."""
        return self._dtls._state is State.CONNECTED

    @property
    def profile(self) -> str:
        """The SRTP profile chosen, e.g. ``SRTP_AEAD_AES_256_GCM``."""
        ssl = self._dtls._ssl
        return ssl.get_selected_srtp_profile().decode() if ssl else ""

    def keys(self) -> Keys:
        """Master keys of SRTP, once connected (RFC 5764, section 4.2)."""
        ssl, name = self._dtls._ssl, self.profile
        assert ssl is not None
        chosen = next(one for one in self._dtls._srtp_profiles if one.openssl_profile.decode() == name)
        material = ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (chosen.key_length + chosen.salt_length))
        client, server = (chosen.get_key_and_salt(material, side) for side in (0, 1))
        receives, sends = (client, server) if self._dtls._role == "server" else (server, client)
        return Keys(name, receives, sends)

    def agreed(self) -> Agreed | None:
        """What the handshake has agreed on, if it is DTLS 1.2."""
        ssl = self._dtls._ssl
        if ssl is None or ssl.get_protocol_version_name() != "DTLSv1.2":
            return None
        master, client_random, server_random = ssl.master_key(), ssl.client_random(), ssl.server_random()
        name = ssl.get_cipher_name()
        if name is None or master is None or client_random is None or server_random is None:
            return None
        return Agreed(name, master, client_random, server_random)

    def divert(self, line: Line) -> None:
        """From now on records with messages and alerts are the line's, those that came already too."""
        self._line = line
        early, self._early = self._early, []
        for datagram in early:
            line.record(datagram)

    def channel(
        self, number: int, label: str, *, reliable: bool, received: Callable[[Any], object] | None = None
    ) -> RTCDataChannel:
        """A negotiated data channel, whose messages are handed to ``received``; ask for all of them before
        `start_sctp`."""
        self._sctp = self._sctp or Association(self._dtls, SCTP_PORT, self._send_packet)
        retransmits = None if reliable else 0
        parameters = RTCDataChannelParameters(
            label=label, id=number, negotiated=True, ordered=reliable, maxRetransmits=retransmits
        )
        channel = RTCDataChannel(self._sctp, parameters)
        if received is not None:
            self._sctp.receive(channel, received)
        return channel

    def say(self, channel: RTCDataChannel, text: str) -> None:
        """Sends a message on a channel that is open."""
        if self._sctp is None or not usual.say(self._sctp, channel, text):
            channel.send(text)

    async def start_sctp(self, port: int, max_message_size: int) -> None:
        """Begins the association; channels emit ``open``."""
        if self._sctp is not None:
            await self._sctp.start(RTCSctpCapabilities(max_message_size), port)
            self._associating = True
            early, self._early = self._early, []
            for datagram in early:
                self._take(self._sctp, datagram)

    @property
    def unsent(self) -> int:
        """Pieces of reliable messages the other side has not acknowledged yet."""
        return self._sctp.unsent if self._sctp is not None else 0

    async def stop(self) -> None:
        """Ends SCTP first (its timers would outlive DTLS), then DTLS, which tells the other side."""
        if self._sctp is not None:
            await _quietly(self._sctp.stop())
        await _quietly(self._dtls.stop())
        self._ice.close()

    def _send_packet(self, packet: bytes) -> None:
        """Encrypts a packet of SCTP and sends it, as aiortc's `_send_data` does."""
        if self._records is None or not self.connected:
            raise ConnectionError("not connected")
        self._ice.send(self._records.seal(packet))

    def _take(self, sctp: Association, datagram: bytes) -> None:
        """What aiortc's `_recv_next` does with a datagram behind the handshake."""
        assert self._records is not None
        try:
            data = self._records.open(datagram)
        except SSL.ZeroReturnError:
            self._ice.close()  # aiortc's reader ends, and with it the link
            return
        except SSL.Error:
            data = b""
        try:
            if data:
                sctp.take(data)
            else:
                at_once(self._dtls._write_ssl())  # an alert, or a flight repeated
        except ConnectionError:
            self._ice.close()
        except Exception:
            # What a peer sends must not end more than its own link, as in aiortc's reader.
            logger.exception("a data channel broke")
            self._ice.close()


def _without_keys(packet: bytes) -> bytes:
    raise Malformed("no SRTP keys yet")


def _none_without_keys(packets: Outgoing) -> Run:
    return memoryview(b""), [0] * len(packets.sizes)


async def _quietly(closing: Awaitable[None]) -> None:
    """Awaits the end of a transport; that it was broken before is no news."""
    try:
        await closing
    except (ConnectionError, AssertionError, ValueError):
        return
