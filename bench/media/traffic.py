"""What a peer of the load client sends and takes of media, in Python or by the fast side (``bench/media/client``).

The fast side takes the kernel's time of arrival; Python its own of reading, which comes late where there is much to
read.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.media import frames
from media_workers import rtp
from media_workers.dtls import DtlsLink
from media_workers.errors import Malformed
from media_workers.twcc import Arrivals

SAMPLE = 16
"""One packet in so many is decrypted."""
BURST = 128
_PADDED = 0x20

Address = tuple[str, int]
Take = Callable[[bytes, Address], None]
"""Gets what is no media."""


@dataclass
class Counts:
    """What came during a measurement. ``dropped``: by our own socket, where that is known."""

    packets: int = 0
    expected: int = 0
    """What was sent to us between the first and the last packet that came, by their numbers."""
    dropped: int = 0
    latencies: list[float] = field(default_factory=list)
    """Seconds, of the sample."""


class Traffic(Protocol):
    """Of one socket, from its making on."""

    @property
    def sent(self) -> int:
        """RTP packets so far."""

    def opened(self, link: DtlsLink) -> None:
        """The keys are there."""

    def pace(self, source: frames.Source, to: Address, per_second: float, alone: bool) -> None:
        """Sends so many pictures a second from now on, and sounds; nothing at 0. ``alone``: a picture's packets are
        spread over its time, so that none comes together with another."""

    def start_counting(self) -> None:
        """From now on."""

    def counts(self) -> Counts:
        """Since then."""

    def sources(self) -> list[int]:
        """SSRCs that came."""

    def feedback(self) -> list[bytes]:
        """Transport-wide feedback information for what came since the last call."""

    def close(self) -> None:
        """Ends; the socket is the caller's."""


class Fast:
    """The thread that sends and reads for all sockets."""

    def __init__(self, library: Any) -> None:
        self.client = library.Client()
        self._takers: dict[int, Take] = {}
        asyncio.get_running_loop().add_reader(self.client.wake, self._drain)

    def traffic(self, of: socket.socket, wide: int, take: Take) -> Traffic:
        """Of a socket from now on. ``wide``: id of the extension that numbers packets, 0 = none."""
        number = self.client.add(of.fileno(), wide)
        self._takers[number] = take
        return FastTraffic(self.client, number, lambda: self._takers.pop(number, None))

    def close(self) -> None:
        """Ends the thread."""
        asyncio.get_running_loop().remove_reader(self.client.wake)
        self.client.stop()

    def _drain(self) -> None:
        for number, datagram, host, port in self.client.drain():
            if take := self._takers.get(number):
                take(datagram, (host, port))


class FastTraffic:
    """By the thread."""

    def __init__(self, client: Any, number: int, forget: Callable[[], object]) -> None:
        self._client = client
        self._number = number
        self._forget = forget
        self._link: DtlsLink | None = None
        self._publishes = False

    @property
    def sent(self) -> int:
        """RTP packets."""
        return int(self._client.sent(self._number)) if self._publishes else 0

    def opened(self, link: DtlsLink) -> None:
        """A sample can be opened."""
        keys = link.keys()
        self._client.open(self._number, keys.profile, keys.receives)
        self._link = link

    def pace(self, source: frames.Source, to: Address, per_second: float, alone: bool) -> None:
        """The thread makes the packets itself."""
        if not self._publishes:
            assert self._link is not None
            keys = self._link.keys()
            self._client.publish(self._number, *to, keys.profile, keys.sends, source.audio, source.video)
            self._publishes = True
        self._client.pace(self._number, per_second, alone)

    def start_counting(self) -> None:
        """From now on."""
        self._client.start_counting(self._number)

    def counts(self) -> Counts:
        """Since then."""
        return Counts(*self._client.counts(self._number))

    def sources(self) -> list[int]:
        """SSRCs that came."""
        return list(self._client.sources(self._number))

    def feedback(self) -> list[bytes]:
        """As Python's `Arrivals` writes it."""
        return list(self._client.feedback(self._number))

    def close(self) -> None:
        """The thread looks at the socket no more."""
        self._client.remove(self._number)
        self._forget()


class SlowTraffic:
    """By Python's loop. ``came``: called for each packet of media."""

    def __init__(self, of: socket.socket, wide: int, take: Take, came: Callable[[], None]) -> None:
        self.sent = 0
        self._socket = of
        self._wide = wide
        self._take = take
        self._came = came
        self._link: DtlsLink | None = None
        self._arrivals = Arrivals()
        self._pacing: asyncio.Task[None] | None = None
        self.start_counting()
        asyncio.get_running_loop().add_reader(of, self._read)

    def opened(self, link: DtlsLink) -> None:
        """A sample can be opened."""
        self._link = link

    def pace(self, source: frames.Source, to: Address, per_second: float, alone: bool) -> None:
        """What is late is sent at once."""
        if self._pacing is not None:
            self._pacing.cancel()
        self._pacing = None
        if per_second:
            self._pacing = asyncio.get_running_loop().create_task(self._send(source, to, per_second, alone))

    def send(self, packets: list[bytes], to: Address) -> None:
        """Protects and sends RTP packets of the caller's."""
        assert self._link is not None
        for packet in packets:
            self._socket.sendto(self._link.protect(packet), to)
        self.sent += len(packets)

    async def _send(self, source: frames.Source, to: Address, per_second: float, alone: bool) -> None:
        loop = asyncio.get_running_loop()
        picture = sound = loop.time()
        count = 1 if alone else frames.PACKETS
        while True:
            now, packets = loop.time(), list[bytes]()
            if now >= picture:
                packets += [source.part(per_second) for _ in range(count)]
                picture += count / frames.PACKETS / per_second
            if now >= sound:
                packets += source.sound()
                sound += 1 / frames.SOUNDS_PER_SECOND
            self.send(packets, to)
            await asyncio.sleep(max(0.0, min(picture, sound) - loop.time()))

    def start_counting(self) -> None:
        """From now on."""
        self._packets = 0
        self._latencies: list[float] = []
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}

    def counts(self) -> Counts:
        """Since then. Numbers are followed for 65,536 packets of a source."""
        expected = sum(((self._last[ssrc] - first) & 0xFFFF) + 1 for ssrc, first in self._first.items())
        return Counts(self._packets, expected, 0, self._latencies)

    def sources(self) -> list[int]:
        """SSRCs that came."""
        return list(self._last)

    def feedback(self) -> list[bytes]:
        """As `Arrivals` writes it."""
        return self._arrivals.feedback()

    def close(self) -> None:
        """Ends reading and sending."""
        if self._pacing is not None:
            self._pacing.cancel()
        asyncio.get_running_loop().remove_reader(self._socket)

    def _read(self) -> None:
        for _ in range(BURST):
            try:
                datagram, address = self._socket.recvfrom(2048)
            except (BlockingIOError, ConnectionError):
                return
            if datagram[0] < 128 or rtp.is_rtcp(datagram):
                self._take(datagram, address)
            else:
                self._media(datagram)

    def _media(self, datagram: bytes) -> None:
        self._note_arrival(datagram)
        if datagram[0] & _PADDED:  # a probe of the bandwidth: answered, not counted
            return
        self._packets += 1
        self._came()
        ssrc, sequence = int.from_bytes(datagram[8:12], "big"), int.from_bytes(datagram[2:4], "big")
        self._first.setdefault(ssrc, sequence)
        self._last[ssrc] = sequence
        # The first ones too: the receiver's roll-over count starts there.
        if sequence % SAMPLE and self._packets > SAMPLE:
            return
        if sent := self._sent_at(datagram):
            self._latencies.append(time.perf_counter() - sent)

    def _note_arrival(self, datagram: bytes) -> None:
        if not self._wide:
            return
        # Padding is encrypted with the rest: its length can't be read here.
        head = bytes((datagram[0] & ~_PADDED,)) + datagram[1:]
        number = rtp.parse(head).extensions.get(self._wide)
        if number is not None and len(number) == 2:
            self._arrivals.packet(int.from_bytes(number, "big"), time.perf_counter())

    def _sent_at(self, datagram: bytes) -> float:
        """When the packet was sent, by its own word; 0 for sound."""
        if self._link is None:
            return 0.0
        try:
            return frames.sent_at(rtp.parse(self._link.unprotect(datagram)))
        except Malformed:
            return 0.0
