"""The native `Forwarder`: a thread of the library's own moves packets, this file tells it what goes where.

Rooms, layers, keyframes and feedback to publishers stay what they are, on the same objects: the library notes what it
took in, and the notes are read here before anything is decided (five times a second at least). What it forwards never
comes here, nor what receivers tell of it: it is read, estimated from and answered there. How the two fit together:
media_workers/native/README.md.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from media_workers import codecs, feedback, rtcp, rtcp_in
from media_workers.down_track import DownTrack
from media_workers.errors import Malformed
from media_workers.ice import Dropped
from media_workers.leg import BURST, Leg
from media_workers.line import Agreed, Line, Talker
from media_workers.native_line import NativeLines
from media_workers.picture import Picture
from media_workers.rtcp import Block
from media_workers.rtp import Packet
from media_workers.sdp_plan import AUDIO_LEVEL, CAPTURE_TIME, CLOCK_RATES, DEPENDENCY_DESCRIPTOR, TRANSPORT_WIDE
from media_workers.udp import Path, Sockets
from media_workers.up_track import Encoding, Slot

logger = logging.getLogger(__name__)

LOOK: Final = 0.2
"""Seconds between two looks at what the library noted, where nothing is missing, wished for or said."""
_DATAGRAM: Final = 0
_PACKETS: Final = 1
_SHAPE: Final = 2
_TAPPED: Final = 3
_LEARNED: Final = 4
_TOOK_OVER: Final = 5
_REPORT: Final = 6
_CHECKED: Final = 7
_SAID: Final = 8
_OPENED: Final = 9
_CLOSED: Final = 10
"""Kinds of what the library tells."""


class Way:
    """The way to one receiver, as the library knows it; see `downlink.Way`."""

    def __init__(self, engine: Any, number: int) -> None:
        self._engine = engine
        self._number = number
        self._last: tuple[int, float, int, int] = (0, 0.0, 0, 0)

    def carries(self) -> tuple[int, float, int, int]:
        """What is known of it, or was before the library forgot it."""
        told: tuple[int, float, int, int] | None = self._engine.carries(self._number)
        self._last = self._last if told is None else told
        return self._last

    def need(self, bits: float) -> None:
        """All that is wished for would take so many bits per second."""
        self._engine.need(self._number, bits)


class Source:
    """An encoding as the library knows it."""

    def __init__(self, leg: Leg, slot: Slot, encoding: Encoding) -> None:
        self.leg = leg
        self.slot = slot
        self.encoding = encoding
        self.tap = 0
        """Number of who writes it down: packets of one before are not for the one after."""
        self.codec = ""
        """Of what `read` reads."""
        self.read: codecs.Read | None = None


class NativeForwarder:
    """``library``: `native.load`. ``clock``: seconds, monotonic; its pace is the machine's."""

    def __init__(self, library: Any, clock: Callable[[], float]) -> None:
        self.engine = library.Engine()
        self._clock = clock
        self._lines = NativeLines(self.engine, clock)
        self._count = 0
        self._legs: dict[int, Leg] = {}
        self._leg_numbers: dict[Leg, int] = {}
        self._downs: dict[int, DownTrack] = {}
        self._down_numbers: dict[DownTrack, int] = {}
        self._sources: dict[int, Source] = {}
        self._source_numbers: dict[Encoding, int] = {}
        self._limits: dict[DownTrack, tuple[int, int]] = {}
        self._waiting: deque[tuple[Any, ...]] = deque()
        """What was told and may lead to decisions: it waits until the present one is made."""
        self._began: float | None = None
        self._counted: tuple[int, ...] = (0,) * 6
        self._received_here = False
        self._received: Callable[[bytes, Path], None] | None = None
        self._ended: Callable[[], None] | None = None
        self._checked: Callable[[int, bytes, Path], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hurrying = False

    @property
    def people_at_once(self) -> int:
        """See `Forwarder`: packets don't wait for Python."""
        return 24

    @property
    def tick_every(self) -> float:
        """See `Forwarder`. What can't wait so long wakes us."""
        return LOOK

    @property
    def sent_packets(self) -> int:
        """RTP packets sent to receivers since the start."""
        sent: int = self.engine.sent_packets()
        return sent

    # The wire.

    def listen(
        self,
        loop: asyncio.AbstractEventLoop,
        sockets: Sockets,
        received: Callable[[bytes, Path], None],
        ended: Callable[[], None],
        checked: Callable[[int, bytes, Path], None],
    ) -> None:
        """The library reads the sockets from now on. What isn't media goes to ``received``; ``ended`` follows.
        ``checked`` is told peer and transaction of checks that the library answered."""
        self._loop, self._received, self._ended, self._checked = loop, received, ended, checked
        self.engine.set_clock(self._clock())
        loop.add_reader(self.engine.wake, self._woken)
        self.engine.start(sockets.files, sockets.calm_files, sockets.offload)

    def stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """The library lets go of the sockets."""
        self._loop = None
        loop.remove_reader(self.engine.wake)
        self.engine.stop()

    def count(self, sockets: Sockets, dropped: Dropped) -> None:
        """Adds to the counters what the library read, sent and dropped since the last call."""
        now = self.engine.counts()
        received, sent, unsent, unreadable, strangers, failed = (
            after - before for after, before in zip(now, self._counted, strict=True)
        )
        self._counted = now
        sockets.received += received
        sockets.sent += sent
        sockets.dropped += unsent
        dropped.unreadable += unreadable
        dropped.strangers += strangers
        dropped.failed += failed

    # See `Forwarder`.

    def open(self, leg: Leg, now: float) -> None:
        """See `Forwarder`."""
        number = self._known(leg, now)
        leg.ready = True
        leg.next_report = now
        if leg.keys is not None:
            self.engine.open(number, leg.peer, leg.keys.profile, leg.keys.receives, leg.keys.sends, now)
            leg.sends_rtcp = partial(self._send_rtcp, number)

    def close(self, leg: Leg) -> None:
        """See `Forwarder`."""
        leg.ready = False
        self._note()
        number = self._leg_numbers.pop(leg, None)
        if number is None:
            return
        if leg.downlink.way is not None:
            leg.downlink.way.carries()  # remembered
        self.engine.remove(number)
        del self._legs[number]
        for down in [down for down in self._down_numbers if down.leg is leg]:
            down.switch(None)
            del self._downs[self._down_numbers.pop(down)]
            self._limits.pop(down, None)
        gone = [encoding for slot in leg.slots.values() for encoding in slot.encodings]
        for encoding in gone:
            for down in tuple(encoding.downs):
                down.forget(encoding)
            encoding.tapped = None
            source = self._source_numbers.pop(encoding, None)
            if source is not None:
                del self._sources[source]

    def switch(self, down: DownTrack, source: Encoding | None) -> None:
        """See `Forwarder`."""
        if (down.next or down.source) is source:
            return
        number = self._source_numbers.get(source) if source is not None else None
        now_source, now_next = self.engine.switch(self._down(down), number)
        self._note()  # keyframes from before don't fulfil a wish of now
        self._mirror(down, now_source, now_next)
        if source is not None and number is not None and down.kind == "video":
            source.keyframes.want()
            self._hurry()

    def limit(self, down: DownTrack, spatial: int, temporal: int) -> None:
        """See `Forwarder`."""
        before = self._limits.get(down)
        if before == (spatial, temporal):
            return
        self._limits[down] = spatial, temporal
        waits = self.engine.limit(self._down(down), spatial, temporal)
        if waits and (before is None or spatial > before[0]) and down.source is not None:
            self._note()
            if down.source is not None:
                down.source.keyframes.want()
                self._hurry()

    def line(self, peer: int, agreed: Agreed | None, port: int, most: int, talker: Talker) -> Line | None:
        """See `Forwarder`."""
        return self._lines.line(peer, agreed, port, most, talker) if agreed is not None else None

    def receive(self, leg: Leg, datagram: bytes, now: float) -> None:
        """See `Forwarder`. What came before the library knew whose it is."""
        number = self._leg_numbers.get(leg)
        if leg.ready and number is not None:
            self.engine.receive(number, datagram, now)
            self._received_here = True

    @property
    def waits(self) -> bool:
        """See `Forwarder`. What waits in the library is none of ours."""
        return self._received_here

    def flush(self, now: float, patience: float = 0.0) -> None:
        """See `Forwarder`. What the library read it has forwarded before it told of anything behind it; here it is
        asked for all that it noted."""
        self._note()
        self._ask_news()
        if self._received_here:
            self._received_here = self.engine.flush(now, patience)

    def tick(self, now: float, wall: float) -> None:
        """See `Forwarder`."""
        self.engine.set_clock(now)
        self._note()
        self._began = wall - now
        self._feed_back(now, wall)
        self.engine.tick(now, wall)
        self._ask_news()
        self._deliver()

    def _ask_news(self) -> None:
        for number, first, malformed, padded in self.engine.news():
            leg = self._legs[number]
            leg.first_sent = leg.first_sent if first is None else first
            leg.malformed += malformed
            leg.downlink.padding_bytes += padded

    def _hurry(self) -> None:
        """A publisher is asked for something when the present callback has ended."""
        if self._loop is not None and not self._hurrying:
            self._hurrying = True
            self._loop.call_soon(self._hurried)

    def _hurried(self) -> None:
        self._hurrying = False
        if self._began is not None:
            now = self._clock()
            self._feed_back(now, self._began + now)

    def _feed_back(self, now: float, wall: float) -> None:
        for leg in self._legs.values():
            if leg.ready and leg.publishes:
                try:
                    feedback.send(leg, now, wall, transport_wide=False)
                except Malformed as fault:
                    leg.malformed += 1
                    logger.debug("connection %s: feedback dropped: %s", leg.name, fault)
                if feedback.awaits(leg):
                    self.engine.press()

    def _send_rtcp(self, number: int, packet: bytes) -> None:
        """Sends a compound to a leg with what leaves next."""
        try:
            self.engine.rtcp(number, packet)
        except ValueError as fault:
            raise Malformed(str(fault)) from fault

    # What the library is told.

    def _known(self, leg: Leg, now: float) -> int:
        """The number of a leg, which the library is told of if it is new."""
        number = self._leg_numbers.get(leg)
        if number is not None:
            return number
        number = self._next()
        self._leg_numbers[leg], self._legs[number] = number, leg
        downlink = leg.downlink
        self.engine.add_leg(number, float(leg.bitrate), BURST, float(downlink.most), leg.ids, leg.feedback_ssrc, now)
        downlink.way = Way(self.engine, number)
        downlink.way.need(downlink.needed)
        for line in leg.lines:
            slot = line.slot
            encodings = []
            for encoding in slot.encodings:
                source = self._next()
                self._source_numbers[encoding], self._sources[source] = source, Source(leg, slot, encoding)
                encodings.append((encoding.rid, source))
                encoding.tapped = self._tap
            announced = [(ssrc, ssrc in line.repairs) for ssrc in line.ssrcs] if len(encodings) == 1 else []
            formats, repairs = list(slot.formats.items()), list(slot.repairs.items())
            audio, microphone = slot.kind == "audio", slot.name == "microphone"
            self.engine.add_slot(number, line.mid, audio, microphone, formats, repairs, encodings, announced)
        for down in leg.downs.values():
            self._add_down(down, number, now)
        return number

    def _down(self, down: DownTrack) -> int:
        number = self._down_numbers.get(down)
        if number is not None:
            return number
        leg = self._known(down.leg, self._clock())
        known = self._down_numbers.get(down)
        return known if known is not None else self._add_down(down, leg, self._clock())

    def _add_down(self, down: DownTrack, leg: int, now: float) -> int:
        number = self._next()
        self._down_numbers[down], self._downs[number] = number, down
        formats = [(codec, own, repair) for codec, (own, repair) in down.formats.items()]
        uris = (TRANSPORT_WIDE, AUDIO_LEVEL, CAPTURE_TIME, DEPENDENCY_DESCRIPTOR)
        ids = [down.extension_ids.get(uri, 0) for uri in uris]
        video, ssrcs = down.kind == "video", (down.ssrc, down.repair_ssrc)
        self.engine.add_down(
            number, leg, video, CLOCK_RATES[down.kind], ssrcs, formats, ids, down.start, down.name, now
        )
        return number

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _tap(self, encoding: Encoding) -> None:
        """Who writes an encoding down has changed."""
        number = self._source_numbers.get(encoding)
        if number is None:
            return
        source = self._sources[number]
        source.tap = self._next() if encoding.tap is not None else 0
        self.engine.tap(number, source.tap)
        self._note()  # a keyframe from before doesn't fulfil the wish that follows

    # What the library tells.

    def _note(self) -> None:
        """Reads what the library noted. What may lead to decisions waits."""
        for event in self.engine.drain():
            kind = event[0]
            if kind == _PACKETS:
                self._packets(event[1], *event[2], *event[3])
            elif kind == _REPORT:
                self._report(*event[1:])
            elif kind in (_DATAGRAM, _TAPPED, _SAID, _OPENED, _CLOSED):
                self._waiting.append(event)
            elif kind == _CHECKED:
                if self._checked is not None:
                    self._checked(event[1], event[2], Path(event[3], (event[4], event[5])))
            elif kind == _SHAPE:
                self._shape(*event[1:])
            elif kind == _LEARNED:
                source = self._sources.get(event[3])
                if source is not None:
                    source.leg.learned(event[2], source.slot, source.encoding, repair=event[4])
            elif kind == _TOOK_OVER:
                down = self._downs.get(event[1])
                if down is not None and down.next is not None and self._source_numbers.get(down.next) == event[2]:
                    self._mirror(down, event[2], None)

    def _woken(self) -> None:
        self._note()
        self._hurried()
        self._deliver()
        if self._ended is not None:
            self._ended()

    def _deliver(self) -> None:
        while self._waiting:
            event = self._waiting.popleft()
            if event[0] == _DATAGRAM and self._received is not None:
                self._received(event[4], Path(event[1], (event[2], event[3])))
            elif event[0] == _TAPPED:
                self._tapped(event[1], event[2], *event[3])
            elif event[0] == _SAID:
                self._lines.said(event[1], event[2], event[3])
            elif event[0] == _OPENED:
                self._lines.opened(event[1])
            elif event[0] == _CLOSED:
                self._lines.closed(event[1])

    def _packets(
        self,
        number: int,
        first: int,
        count: int,
        timestamp: int,
        at: float,
        repair: bool,
        kept: bool,
        size: int,
        spatial: int,
        temporal: int,
        keyframe: bool,
        level: int,
        codec: str,
    ) -> None:
        source = self._sources.get(number)
        if source is None:
            return
        encoding = source.encoding
        for extended in range(first, first + count):
            if not repair:
                encoding.reception.packet(extended, timestamp, at)
            if source.slot.nack:
                encoding.gaps.seen(extended)
        encoding.codec = codec
        if kept:
            encoding.meter.packet(size, spatial, temporal, at)
            if keyframe:
                encoding.keyframes.arrived()
            if level >= 0:
                source.leg.heard(level)

    def _report(self, number: int, kind: int, count: int, body: bytes, at: float) -> None:
        leg = self._legs.get(number)
        if leg is None or not leg.ready:
            return
        rtcp_in.take(leg, Block(kind, count, body), at, self._began)
        if kind == rtcp.SENDER_REPORT and leg.ahead.seconds is not None:
            self.engine.set_ahead(number, leg.ahead.seconds)

    def _shape(self, number: int, codec: str, payload: bytes, descriptor: bytes) -> None:
        source = self._sources.get(number)
        if source is None:
            return
        if codec != source.codec:
            source.codec, source.read = codec, codecs.reader(codec)
        if source.read is not None:
            source.encoding.sizes = source.read(payload, descriptor).sizes or source.encoding.sizes

    def _tapped(
        self,
        number: int,
        tap: int,
        extended: int,
        timestamp: int,
        at: float,
        marker: bool,
        keyframe: bool,
        codec: str,
        payload: bytes,
    ) -> None:
        source = self._sources.get(number)
        if source is None or source.encoding.tap is None or source.tap != tap:
            return
        packet = Packet(0, marker, extended & 0xFFFF, timestamp, 0, {}, payload, extended, codec)
        packet.plain = payload
        packet.picture = Picture(keyframe=keyframe) if source.slot.kind == "video" else None
        source.encoding.tap.packet(packet, at)

    def _mirror(self, down: DownTrack, source: int | None, following: int | None) -> None:
        """What a line gets, as the library says."""
        present = self._sources[source].encoding if source in self._sources else None
        coming = self._sources[following].encoding if following in self._sources else None
        for old in (down.source, down.next):
            if old is not None and old is not present and old is not coming and down in old.downs:
                old.downs.remove(down)
        for new in (present, coming):
            if new is not None and down not in new.downs:
                new.downs.append(down)
        down.source, down.next = present, coming
