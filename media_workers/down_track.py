"""One m-line of a receiver: packets of changing sources, rewritten so that they look like one stream for ever."""

from __future__ import annotations

import struct
from collections import deque
from typing import TYPE_CHECKING, Final

from media_workers import red, rtcp, rtp
from media_workers.layer_filter import ALL, LayerFilter
from media_workers.packet_map import PacketMap, Segment
from media_workers.picture import Picture, renumbered
from media_workers.rate import Rate
from media_workers.rtp import Packet
from media_workers.sdp_plan import AUDIO_LEVEL, CLOCK_RATES, DEPENDENCY_DESCRIPTOR, TRANSPORT_WIDE
from media_workers.srtp import Outgoing
from media_workers.up_track import Encoding

if TYPE_CHECKING:
    from media_workers.leg import Leg
    from media_workers.up_track import Arrived


LONGEST_PADDING: Final = 255
"""Bytes of padding in a packet (RFC 3550, section 5.1)."""
REPEATS_PER_SECOND: Final = 500
"""Packets sent again to one receiver: a stream of requests must not become a flood of answers."""
COMPLETED: Final = 64
"""Pictures: two seconds in which a packet may be asked for again."""
NTP_EPOCH: Final = 2_208_988_800
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
        formats: dict[str, tuple[int, int | None]],
        repair_ssrc: int | None,
        extension_ids: dict[str, int],
        start: tuple[int, int],
        now: float,
    ) -> None:
        """``formats``: by codec the payload types of packets and of their retransmissions; ``repair_ssrc``: of the
        latter; ``start``: first sequence number and timestamp."""
        self.leg = leg
        self.kind = kind
        self.name = name
        self.ssrc = ssrc
        self.repair_ssrc = repair_ssrc
        self.formats = formats
        self.extension_ids = extension_ids
        self.start = start
        self._formats = formats
        if "opus" in formats:  # who can't read redundant sound gets the plain one in it
            self._formats = {"red": formats["opus"]} | formats
        self._redundant = "red" in formats
        self._padding_type = next((repair for _, repair in formats.values() if repair is not None), None)
        self._repair_sequence = start[0]
        self._extension_ids = extension_ids
        self._wide = extension_ids.get(TRANSPORT_WIDE, 0)
        self._level_id = extension_ids.get(AUDIO_LEVEL, 0)
        self._numbered = self._levelled = b""
        """What stays the same in most headers; empty where ids are too large for it."""
        if 0 < self._wide <= rtp.SHORT:
            self._numbered = rtp.numbered_part(ssrc, 1, self._wide)
            if 0 < self._level_id <= rtp.SHORT:
                self._levelled = rtp.numbered_part(ssrc, 2, self._wide)
        leg.downlink.numbered = leg.downlink.numbered or self._wide > 0
        self._clock_rate = CLOCK_RATES[kind]
        self._map: PacketMap[Encoding] = PacketMap(self._clock_rate, *start)
        self._repeats = Rate(REPEATS_PER_SECOND, 1, now)
        self._packets = 0
        self._octets = 0
        self._waiting = False
        self._layers = LayerFilter()
        self._skipped: int | None = None
        self._completed: deque[int] = deque(maxlen=COMPLETED)
        """Extended numbers of packets that are the last of their picture only here."""
        self.source: Encoding | None = None
        self.next: Encoding | None = None
        """Another encoding of the same picture, which takes over with its next keyframe."""

    def takes(self, codec: str) -> bool:
        """Whether the receiver decodes it."""
        return codec in self._formats

    def restart(self, source: Encoding) -> None:
        """The source goes on in another codec: from its next keyframe."""
        if source is self.source:
            self._waiting = True

    def switch(self, source: Encoding | None) -> None:
        """From now on packets of ``source`` (or none).

        A picture begins with a keyframe; until then another encoding of the same picture goes on."""
        self._drop_next()
        if source is self.source:
            return
        if source is not None and self._flows_on_to(source):
            self.next = source
        else:
            if self.source is not None:
                self.source.downs.remove(self)
            self.source = source
            self._waiting = source is not None
        if source is not None:
            source.downs.append(self)
            if self.kind == "video":
                source.keyframes.want()

    def limit(self, spatial: int, temporal: int) -> None:
        """Up to which layers frames are sent."""
        before, self._layers.spatial = self._layers.spatial, spatial
        self._layers.temporal = temporal
        if spatial > before and self._layers.waits and self.source is not None:
            self.source.keyframes.want()

    def forget(self, source: Encoding) -> None:
        """The source is gone for good: nothing of it is sent again."""
        if self.next is source:
            self._drop_next()
        if self.source is source:
            self.switch(None)
        self._map.forget(source)

    def forward_all(self, source: Encoding, burst: list[Arrived], now: float) -> None:
        """Sends packets of a source on that came together. What can't be protected is counted at the leg."""
        packets = Outgoing()
        self.make_all(source, burst, now, packets)
        if packets.sizes:
            self.leg.send_rtp_all(packets, now)

    def make_all(self, source: Encoding, burst: list[Arrived], now: float, packets: Outgoing) -> None:
        """The same, without sending: adds them to what leaves for this receiver."""
        number = self.leg.downlink.number
        for packet, levels in burst:
            self._make(source, packet, levels, number + len(packets.sizes) & 0xFFFF, now, packets)

    def _make(
        self,
        source: Encoding,
        packet: Packet,
        levels: dict[str, bytes],
        number: int,
        now: float,
        packets: Outgoing,
    ) -> None:
        """Adds a packet as this receiver gets it, if it does. ``levels``: extension values by URI; ``number``: the
        transport-wide one it has then."""
        payload_types = self._formats.get(packet.codec)
        segment = self._segment(source, packet, now) if payload_types is not None else None
        if segment is None or payload_types is None:
            return
        picture = packet.picture
        if picture is None:
            sequence, timestamp = self._map.out(segment, packet.extended, packet.timestamp, None, None, now)
        elif self._layers.passes(picture):
            sequence, timestamp = self._map.out(
                segment, packet.extended, packet.timestamp, picture.number, picture.tl0, now
            )
            if picture.ends and not packet.marker and self._layers.completes(picture):
                self._completed.append(packet.extended)
        elif self._skip(packet, picture):
            return
        else:
            # Its number is given away: a packet without content closes the gap.
            sequence, timestamp = self._map.out(segment, packet.extended, packet.timestamp, None, None, now)
            block = self._block((), number)
            packets.add(rtp.padding(payload_types[0], sequence & 0xFFFF, timestamp, self.ssrc, block, 1), b"")
            return
        self._packets += 1
        self._octets += len(packet.payload)
        header, payload = self._written(packet, payload_types[0], segment, sequence, timestamp, levels, number)
        packets.add(header, payload)

    def repeat(self, sequence: int, now: float) -> None:
        """Sends a packet again that the receiver misses (16-bit number), if it is still there."""
        origin = self._map.origin(sequence)
        if origin is None or not self._repeats.take(1, now):
            return
        segment, extended = origin
        packet = segment.source.ring.get(extended)
        payload_type, repair_type = self._formats.get(packet.codec, (None, None)) if packet else (None, None)
        if packet is None or payload_type is None or not self.leg.downlink.repeats(len(packet.payload), now):
            return
        timestamp = (packet.timestamp + segment.timestamp_shift) & 0xFFFFFFFF
        if repair_type is None:
            if self.leg.keys is not None and self.leg.keys.aead:
                return  # another header under the nonce of the first would give the authentication key away
            number = self.leg.downlink.number
            parts = self._written(packet, payload_type, segment, sequence, timestamp, {}, number)
            self.leg.send_rtp(b"".join(parts), now)
            return
        # RFC 4588, section 4: own SSRC and sequence, the original number before the payload.
        marker = packet.marker or packet.extended in self._completed
        self._repair_sequence = (self._repair_sequence + 1) & 0xFFFF
        block = self._block((), self.leg.downlink.number, packet, segment)
        assert self.repair_ssrc is not None
        header = rtp.header(repair_type, marker, self._repair_sequence, timestamp, self.repair_ssrc, block)
        self.leg.send_rtp(header + struct.pack("!H", sequence) + self._payload(packet, segment), now)

    def pad(self, size: int, now: float) -> int:
        """Sends packets without content, on the SSRC of retransmissions; about ``size`` bytes. What it really was."""
        ssrc, payload_type = self.repair_ssrc, self._padding_type
        if ssrc is None or payload_type is None:
            return 0
        done = 0
        while done < size:
            self._repair_sequence = (self._repair_sequence + 1) & 0xFFFF
            stamp = self._map.last_timestamp
            packet = rtp.padding(
                payload_type,
                self._repair_sequence,
                stamp,
                ssrc,
                self._block((), self.leg.downlink.number),
                LONGEST_PADDING,
            )
            self.leg.send_rtp(packet, now)
            done += len(packet)
        return done

    def sender_report(self, now: float, wall: float) -> bytes | None:
        """A report in the worker's own clock, extrapolated from the newest packet: what makes lips fit voices.

        ``wall``: seconds since 1970. None before the first packet."""
        if self._map.last_time is None or self.source is None:
            return None
        timestamp = self._map.last_timestamp + round((now - self._map.last_time) * self._clock_rate)
        ntp = round((wall + NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF
        return rtcp.sender_report(self.ssrc, ntp, timestamp & 0xFFFFFFFF, self._packets, self._octets)

    def _flows_on_to(self, source: Encoding) -> bool:
        """Whether the present source shows the same picture and is on its way."""
        same = self.source is not None and self.source.family is source.family
        return same and self.kind == "video" and not self._waiting

    def _drop_next(self) -> None:
        if self.next is not None:
            self.next.downs.remove(self)
            self.next = None

    def _segment(self, source: Encoding, packet: Packet, now: float) -> Segment[Encoding] | None:
        """The segment this packet goes out in; begins one with a keyframe, or with any packet of sound."""
        picture = packet.picture
        coming = source is self.next or (self._waiting and source is self.source)
        if not coming:
            if source is not self.source:
                return None
            newest = self._map.newest
            return newest if newest and packet.extended >= newest.first else self._map.segment(packet.extended)
        if self.kind == "video" and (picture is None or not picture.keyframe):
            return None
        if source is self.next:
            if self.source is not None:
                self.source.downs.remove(self)
            self.source, self.next = source, None
        self._waiting = False
        # AV1 puts its layers together by the descriptor; who has none of it gets the lowest.
        blind = picture is not None and picture.descriptor and DEPENDENCY_DESCRIPTOR not in self._extension_ids
        self._layers.most = 0 if blind else ALL
        return self._map.begin(
            source,
            packet.extended,
            packet.timestamp,
            picture.number if picture else None,
            picture.tl0 if picture else None,
            now,
        )

    def _skip(self, packet: Packet, picture: Picture) -> bool:
        """Leaves a packet out, and with the first of a picture the picture's number."""
        number = picture.number if picture.dense else None
        if not self._map.skip(packet.extended, number is not None and number != self._skipped):
            return False
        self._skipped = number
        return True

    def _block(
        self,
        values: tuple[tuple[int, bytes], ...],
        number: int,
        packet: Packet | None = None,
        segment: Segment[Encoding] | None = None,
    ) -> bytes:
        """The extension block. ``packet``, ``segment``: whose dependency descriptor goes along, if it has one."""
        picture = packet.picture if packet else None
        descriptor_id = self._extension_ids.get(DEPENDENCY_DESCRIPTOR)
        if picture is not None and segment is not None and picture.descriptor and descriptor_id:
            head = renumbered(picture.descriptor, picture, segment.picture_shift, 0)
            values = (*values, (descriptor_id, head + picture.descriptor[picture.head :]))
            wide = ((self._wide, number.to_bytes(2, "big")),) if self._wide else ()
            return rtp.extension_block((*wide, *values))
        if not self._wide:
            return rtp.cached_extension_block(values)
        return rtp.numbered_block(self._wide, number, values)

    def _written(
        self,
        packet: Packet,
        payload_type: int,
        segment: Segment[Encoding],
        sequence: int,
        timestamp: int,
        levels: dict[str, bytes],
        number: int,
    ) -> tuple[bytes, bytes]:
        """Header and payload; the beginning of the payload may be with the header."""
        sequence &= 0xFFFF
        picture = packet.picture
        marker = packet.marker or bool(self._completed and packet.extended in self._completed)
        if self._numbered and not levels and (picture is None or not picture.descriptor):
            header = rtp.numbered_header(payload_type, marker, sequence, timestamp, self._numbered, number)
        elif self._levelled and len(levels) == 1 and AUDIO_LEVEL in levels:
            level = levels[AUDIO_LEVEL][0]
            header = rtp.levelled_header(
                payload_type, marker, sequence, timestamp, self._levelled, number, self._level_id, level
            )
        else:
            ids = self._extension_ids
            values = tuple((ids[uri], value) for uri, value in levels.items() if uri in ids)
            block = self._block(values, number, packet, segment)
            header = rtp.header(payload_type, marker, sequence, timestamp, self.ssrc, block)
        shifted = segment.picture_shift or segment.tl0_shift
        if picture is None or not shifted or picture.descriptor:
            return header, self._payload(packet, segment)
        # What is renumbered goes along with the header: the rest is the same for all and need not be copied for each.
        rest = packet.rest
        if rest is None:
            rest = packet.rest = packet.payload[picture.head :]
        return header + renumbered(packet.payload, picture, segment.picture_shift, segment.tl0_shift), rest

    def _payload(self, packet: Packet, segment: Segment[Encoding]) -> bytes:
        picture = packet.picture
        if packet.codec == "red" and packet.payload:
            return red.retyped(packet.payload, self._formats["opus"][0]) if self._redundant else packet.plain
        if picture is None or picture.descriptor or not (segment.picture_shift or segment.tl0_shift):
            return packet.payload
        head = renumbered(packet.payload, picture, segment.picture_shift, segment.tl0_shift)
        return head + packet.payload[picture.head :]
