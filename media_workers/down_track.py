"""One m-line of a receiver: packets of changing sources, rewritten so that they look like one stream for ever."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from media_workers import rtcp, rtp, vp8
from media_workers.packet_map import PacketMap, Segment
from media_workers.rate import Rate
from media_workers.rtp import Packet
from media_workers.sdp_plan import CLOCK_RATES
from media_workers.up_track import Encoding

if TYPE_CHECKING:
    from media_workers.leg import Leg

REPEATS_PER_SECOND = 500
"""Packets sent again to one receiver: a stream of requests must not become a flood of answers."""
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 (NTP) to 1970."""


class DownTrack:
    """``ssrc``, payload types and extension ids are the receiver's and never change; ``name`` is the canonical name."""

    def __init__(
        self,
        leg: Leg,
        kind: str,
        *,
        name: str,
        ssrc: int,
        payload_type: int,
        repair: tuple[int, int] | None,
        extension_ids: dict[str, int],
        start: tuple[int, int],
        now: float,
    ) -> None:
        """``repair``: SSRC and payload type of retransmissions; ``start``: first sequence number and timestamp."""
        self.leg = leg
        self.kind = kind
        self.name = name
        self.ssrc = ssrc
        self._payload_type = payload_type
        self._repair = repair
        self._repair_sequence = start[0]
        self._extension_ids = extension_ids
        self._clock_rate = CLOCK_RATES[kind]
        self._map: PacketMap[Encoding] = PacketMap(self._clock_rate, *start)
        self._repeats = Rate(REPEATS_PER_SECOND, 1, now)
        self._packets = 0
        self._octets = 0
        self._waiting = False
        self.source: Encoding | None = None

    @property
    def repair_ssrc(self) -> int | None:
        """SSRC of retransmissions, where negotiated."""
        return self._repair[0] if self._repair else None

    def switch(self, source: Encoding | None) -> None:
        """From now on packets of ``source`` (or none). A picture begins with a keyframe."""
        if self.source is not None:
            self.source.downs.remove(self)
        self.source = source
        self._waiting = source is not None
        if source is not None:
            source.downs.append(self)
            if self.kind == "video":
                source.keyframes.want()

    def forget(self, source: Encoding) -> None:
        """The source is gone for good: nothing of it is sent again."""
        if self.source is source:
            self.switch(None)
        self._map.forget(source)

    def forward(self, packet: Packet, picture: vp8.Descriptor | None, levels: dict[str, bytes], now: float) -> None:
        """Sends a packet of the source on. ``levels``: extension values by URI. Raises `Malformed` (too long)."""
        segment = self._segment(packet, picture, now)
        if segment is None:
            return
        sequence, timestamp = self._map.out(
            segment,
            packet.extended,
            packet.timestamp,
            picture.picture if picture else None,
            picture.tl0 if picture else None,
            now,
        )
        self._send(packet, picture, segment, sequence, timestamp, levels)
        self._packets += 1
        self._octets += len(packet.payload)

    def repeat(self, sequence: int, now: float) -> None:
        """Sends a packet again that the receiver misses (16-bit number), if it is still there."""
        origin = self._map.origin(sequence)
        if origin is None or not self._repeats.take(1, now):
            return
        segment, extended = origin
        packet = segment.source.ring.get(extended)
        if packet is None:
            return
        picture = vp8.read(packet.payload) if self.kind == "video" and packet.payload else None
        timestamp = (packet.timestamp + segment.timestamp_shift) & 0xFFFFFFFF
        if self._repair is None:
            self._send(packet, picture, segment, sequence, timestamp, {})
            return
        # RFC 4588, section 4: own SSRC and sequence, the original number before the payload.
        ssrc, payload_type = self._repair
        self._repair_sequence = (self._repair_sequence + 1) & 0xFFFF
        header = rtp.header(payload_type, packet.marker, self._repair_sequence, timestamp, ssrc, b"")
        self.leg.send_rtp(header + struct.pack("!H", sequence) + self._payload(packet, picture, segment))

    def sender_report(self, now: float, wall: float) -> bytes | None:
        """A report in the worker's own clock, extrapolated from the newest packet: what makes lips fit voices.

        ``wall``: seconds since 1970. None before the first packet."""
        if self._map.last_time is None or self.source is None:
            return None
        timestamp = self._map.last_timestamp + round((now - self._map.last_time) * self._clock_rate)
        ntp = round((wall + NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF
        return rtcp.sender_report(self.ssrc, ntp, timestamp & 0xFFFFFFFF, self._packets, self._octets)

    def _segment(self, packet: Packet, picture: vp8.Descriptor | None, now: float) -> Segment[Encoding] | None:
        """The segment this packet goes out in; begins one with a keyframe, or with any packet of sound."""
        if not self._waiting:
            return self._map.segment(packet.extended)
        if self.source is None or (self.kind == "video" and (picture is None or not picture.keyframe)):
            return None
        self._waiting = False
        return self._map.begin(
            self.source,
            packet.extended,
            packet.timestamp,
            picture.picture if picture else None,
            picture.tl0 if picture else None,
            now,
        )

    def _send(
        self,
        packet: Packet,
        picture: vp8.Descriptor | None,
        segment: Segment[Encoding],
        sequence: int,
        timestamp: int,
        levels: dict[str, bytes],
    ) -> None:
        values = tuple((self._extension_ids[uri], value) for uri, value in levels.items() if uri in self._extension_ids)
        block = rtp.cached_extension_block(values)
        header = rtp.header(self._payload_type, packet.marker, sequence & 0xFFFF, timestamp, self.ssrc, block)
        self.leg.send_rtp(header + self._payload(packet, picture, segment))

    @staticmethod
    def _payload(packet: Packet, picture: vp8.Descriptor | None, segment: Segment[Encoding]) -> bytes:
        if picture is None:
            return packet.payload
        descriptor = vp8.renumber(packet.payload, picture, segment.picture_shift, segment.tl0_shift)
        return descriptor + packet.payload[picture.length :]
