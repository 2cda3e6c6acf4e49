"""Moving packets: from each publisher to who sees it, with the RTCP both ways.

`Forwarder` is the seam. Rooms decide at human pace what goes where; behind the seam packets move. `PythonForwarder` is
the readable implementation and the reference of any faster one.
"""

import logging
import struct
from typing import Final, Protocol

from media_workers import feedback, red, rtcp, rtcp_in, rtp
from media_workers.capture_time import rebased
from media_workers.down_track import DownTrack
from media_workers.errors import Malformed
from media_workers.leg import Leg
from media_workers.line import Agreed, Line, Talker
from media_workers.rtcp import Block
from media_workers.rtp import Packet
from media_workers.sdp_plan import AUDIO_LEVEL, CAPTURE_TIME
from media_workers.srtp import Outgoing
from media_workers.up_track import Encoding, Slot

logger = logging.getLogger(__name__)

TICK: Final = 0.02
"""Seconds between two looks at what is due: what is missing is asked for, probes are sent."""
COMPLETION: Final = 0.002
"""Seconds that packets of a picture may wait for its last one: what leaves together leaves by one call."""

MOST_TOLD: Final = 4096
"""Datagrams with transport-wide feedback that wait; more are read at once."""


class Forwarder(Protocol):
    """All times are seconds of one monotonic clock."""

    def open(self, leg: Leg, now: float) -> None:
        """The leg's keys are there."""

    def close(self, leg: Leg) -> None:
        """The leg is gone: what it sent ends everywhere."""

    def receive(self, leg: Leg, datagram: bytes, now: float) -> None:
        """An SRTP or SRTCP datagram came. Never raises: what is malformed is dropped and counted at the leg.

        What is to be forwarded may wait for `flush`."""

    def flush(self, now: float, patience: float = 0.0) -> None:
        """The burst of datagrams that came together is over, and counts in all that is asked next. A picture whose last
        packet isn't there may wait for it so many seconds from its first one on."""

    @property
    def waits(self) -> bool:
        """Whether something waits for another `flush`."""

    def line(self, peer: int, agreed: Agreed | None, port: int, most: int, talker: Talker) -> Line | None:
        """The data channels of a peer of the ICE agent, if they are handled here too. ``agreed``: by DTLS; ``port``,
        ``most``: of SCTP, and bytes of a message."""

    def switch(self, down: DownTrack, source: Encoding | None) -> None:
        """From now on ``down`` gets ``source``, or nothing; another encoding of the same picture at a keyframe."""

    def limit(self, down: DownTrack, spatial: int, temporal: int) -> None:
        """From now on ``down`` gets frames up to those layers."""

    def tick(self, now: float, wall: float) -> None:
        """Sends what is due: feedback, reports. ``wall``: the same instant in seconds since 1970."""

    @property
    def sent_packets(self) -> int:
        """RTP packets sent to receivers since the start."""

    @property
    def people_at_once(self) -> int:
        """People a beat of the room may look after before packets have their turn."""

    @property
    def tick_every(self) -> float:
        """Seconds between two calls of `tick`."""


class PythonForwarder:
    """Packets are parsed once and written once per receiver."""

    def __init__(self, *, gathers: bool = False) -> None:
        """``gathers``: packets wait for `flush`, so that each receiver gets a picture's packets in one go: its objects
        are touched once instead of once per packet, and the packets leave in one call."""
        self._gathers = gathers
        self._bursts: list[Encoding] = []
        self._legs: dict[str, Leg] = {}
        self._sent_by_closed = 0
        self._told: list[tuple[Leg, bytes, float]] = []
        """What receivers told of their ways, and when it came: read in a row, as often as publishers are told."""
        self._pace = feedback.Pace()
        self._began: float | None = None
        """The instant in seconds since 1970 at which the monotonic clock was 0, as far as it is known."""

    @property
    def people_at_once(self) -> int:
        """See `Forwarder`."""
        return 5

    @property
    def tick_every(self) -> float:
        """See `Forwarder`."""
        return TICK

    @property
    def sent_packets(self) -> int:
        """RTP packets sent to receivers since the start."""
        return self._sent_by_closed + sum(leg.sent_packets for leg in self._legs.values())

    def open(self, leg: Leg, now: float) -> None:
        """See `Forwarder`."""
        leg.ready = True
        leg.next_report = now
        self._legs[leg.name] = leg

    def close(self, leg: Leg) -> None:
        """See `Forwarder`."""
        leg.ready = False
        if self._legs.pop(leg.name, None):
            self._sent_by_closed += leg.sent_packets
        for down in leg.downs.values():
            down.switch(None)
        for slot in leg.slots.values():
            for encoding in slot.encodings:
                encoding.ring.clear()  # megabytes, which would wait for the next look for garbage
        gone = [encoding for slot in leg.slots.values() for encoding in slot.encodings]
        for other in self._legs.values():
            for down in other.downs.values():
                for encoding in gone:
                    down.forget(encoding)

    def line(self, peer: int, agreed: Agreed | None, port: int, most: int, talker: Talker) -> Line | None:
        """See `Forwarder`: they are aiortc's."""
        return None

    def switch(self, down: DownTrack, source: Encoding | None) -> None:
        """See `Forwarder`."""
        if (down.next or down.source) is not source:
            down.switch(source)

    def limit(self, down: DownTrack, spatial: int, temporal: int) -> None:
        """See `Forwarder`."""
        down.limit(spatial, temporal)

    def receive(self, leg: Leg, datagram: bytes, now: float) -> None:
        """See `Forwarder`."""
        if not leg.ready:
            return
        try:
            if rtp.is_rtcp(datagram):
                if rtcp.tells_arrivals(datagram) and len(self._told) < MOST_TOLD:
                    self._told.append((leg, datagram, now))
                else:
                    self._compound(leg, datagram, now)
                return
            packet = rtp.parse(leg.srtp.unprotect(datagram))
            # What goes beyond the allowance is not acknowledged either: the sender takes it for congestion.
            if leg.allowance.take(8 * len(datagram), now):
                self._rtp(leg, packet, now)
        except Malformed as fault:
            leg.malformed += 1
            logger.debug("connection %s: dropped: %s", leg.name, fault)

    def tick(self, now: float, wall: float) -> None:
        """See `Forwarder`."""
        due = self._pace.due(now)
        self._began = wall - now
        if due:
            self._read_told()
        for leg in self._legs.values():
            try:
                feedback.send(leg, now, wall, due)
                feedback.probe(leg, now, TICK, _pad)
            except Malformed as fault:
                leg.malformed += 1
                logger.debug("connection %s: feedback dropped: %s", leg.name, fault)

    def _rtp(self, leg: Leg, packet: Packet, now: float) -> None:
        number = packet.extensions.get(leg.transport_wide_id)
        if number is not None and len(number) == 2:
            leg.arrivals.packet(int.from_bytes(number, "big"), now)
        route = leg.route(packet.ssrc, packet.payload_type, packet.extensions)
        if route is None:
            return
        slot, encoding, repair = route
        if repair:
            if packet.payload_type not in slot.repairs or len(packet.payload) <= 2:
                return  # padding of a bandwidth probe
            packet = self._unwrap(packet, slot)
        codec = slot.formats.get(packet.payload_type)
        if codec is None:
            return
        packet.extended = encoding.sequence.extend(packet.sequence)
        if not repair:
            encoding.reception.packet(packet.extended, packet.timestamp, now)
        if slot.nack:
            encoding.gaps.seen(packet.extended)
        if codec == "red" and packet.payload:
            payload_type, packet.plain = red.newest(packet.payload)
            if slot.formats.get(payload_type) != "opus":
                raise Malformed("redundant sound of an unknown kind")
        encoding.read(packet, codec, packet.extensions.get(leg.descriptor_id, b""))
        if encoding.ring.put(packet):
            if encoding.tap is not None:
                encoding.tap.packet(packet, now)
            self._spread(leg, slot, encoding, packet, now)

    def _spread(self, leg: Leg, slot: Slot, encoding: Encoding, packet: Packet, now: float) -> None:
        picture = packet.picture
        if picture is None:
            encoding.meter.packet(len(packet.payload), 0, 0, now)
        else:
            encoding.meter.packet(len(packet.payload), picture.spatial, picture.temporal, now)
            encoding.sizes = picture.sizes or encoding.sizes
            if picture.keyframe:
                encoding.keyframes.arrived()
        values = {}
        level = packet.extensions.get(leg.level_id) if slot.kind == "audio" else None
        if level:
            values[AUDIO_LEVEL] = level[:1]
            if slot.name == "microphone":
                leg.heard(level[0] & 0x7F)
        captured = packet.extensions.get(leg.capture_id)
        if captured:
            ahead = leg.ahead.seconds
            values[CAPTURE_TIME] = captured[:8] if ahead is None else rebased(captured, ahead)
        if not encoding.burst:
            self._bursts.append(encoding)
            encoding.burst_began = now
        encoding.burst.append((packet, values))
        if not self._gathers:
            self.flush(now)

    @property
    def waits(self) -> bool:
        """See `Forwarder`."""
        return bool(self._bursts)

    def flush(self, now: float, patience: float = 0.0) -> None:
        """See `Forwarder`."""
        if not self._bursts:
            return
        encodings, self._bursts = self._bursts, []
        whole: list[Encoding] = []
        for encoding in encodings:
            if encoding.may_wait(now, patience):
                self._bursts.append(encoding)
                continue
            whole.append(encoding)
        if len(whole) == 1:  # mostly: what goes to a receiver needn't be gathered
            self._forward_alone(whole[0], now)
        elif whole:
            self._forward_together(whole, now)

    @staticmethod
    def _forward_alone(encoding: Encoding, now: float) -> None:
        burst, encoding.burst = encoding.burst, []
        for down in tuple(encoding.downs):
            try:
                if down.leg.ready:
                    down.forward_all(encoding, burst, now)
            except Exception:
                _failed(down.leg)
        _done(burst)

    @staticmethod
    def _forward_together(encodings: list[Encoding], now: float) -> None:
        """Pictures first: sound is smaller, and may be the last of a run."""
        ready: dict[Leg, Outgoing] = {}
        for encoding in sorted(encodings, key=_sound):
            burst, encoding.burst = encoding.burst, []
            for down in tuple(encoding.downs):
                if not down.leg.ready:
                    continue
                packets = ready.get(down.leg)
                if packets is None:
                    packets = ready[down.leg] = Outgoing()
                try:
                    down.make_all(encoding, burst, now, packets)
                except Exception:
                    _failed(down.leg)
            _done(burst)
        for leg, packets in ready.items():
            try:
                if packets.sizes:
                    leg.send_rtp_all(packets, now)
            except Exception:
                _failed(leg)

    @staticmethod
    def _unwrap(packet: Packet, slot: Slot) -> Packet:
        """The original in a retransmission (RFC 4588, section 4)."""
        (sequence,) = struct.unpack_from("!H", packet.payload)
        packet.sequence, packet.payload = sequence, packet.payload[2:]
        packet.payload_type = slot.repairs[packet.payload_type]
        return packet

    def _read_told(self) -> None:
        told, self._told = self._told, []
        for leg, datagram, came in told:
            try:
                if leg.ready:
                    self._compound(leg, datagram, came)
            except Malformed as fault:
                leg.malformed += 1
                logger.debug("connection %s: dropped: %s", leg.name, fault)

    def _compound(self, leg: Leg, datagram: bytes, now: float) -> None:
        for block in rtcp.walk(leg.srtp.unprotect_rtcp(datagram)):
            self._rtcp(leg, block, now)

    def _rtcp(self, leg: Leg, block: Block, now: float) -> None:
        if block.kind == rtcp.TRANSPORT_FEEDBACK and block.count == rtcp.NACK:
            down = leg.downs.get(rtcp.media_ssrc(block))
            for number in rtcp.nacked(block) if down else ():
                assert down is not None
                down.repeat(number, now)
        else:
            rtcp_in.take(leg, block, now, self._began)


def _done(burst: list[tuple[Packet, dict[str, bytes]]]) -> None:
    """What was made for receivers needn't stay in the ring."""
    for packet, _ in burst:
        packet.rest = None


def _failed(leg: Leg) -> None:
    """One receiver's fault must not cost the others what came."""
    logger.exception("connection %s: a burst was not forwarded", leg.name)


def _sound(encoding: Encoding) -> bool:
    return encoding.kind == "audio"


def _pad(down: DownTrack, size: int, now: float) -> int:
    return down.pad(size, now)
