"""A connection as the forwarder sees it: keys, a way out, what it sends and what it receives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from media_workers.capture_time import Ahead
from media_workers.down_track import DownTrack
from media_workers.downlink import Downlink
from media_workers.rate import Rate
from media_workers.sdp_plan import (
    AUDIO_LEVEL,
    CAPTURE_TIME,
    DEPENDENCY_DESCRIPTOR,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_WIDE,
    SlotName,
)
from media_workers.srtp import Keys, Outgoing, Run
from media_workers.twcc import Arrivals
from media_workers.up_track import Encoding, Slot

LEARNED: Final = 32
"""SSRCs learned from packets of one connection."""
BURST: Final = 2.0
"""Seconds of the allowed bit rate that may come at once: keyframes and the start of an estimation are bursts."""


DOWN_BITRATE: Final = 20_000_000
"""Bits per second one connection may be sent, if nothing else is said."""


class Srtp(Protocol):
    """Keys in use. Each method raises `Malformed`."""

    def protect(self, packet: bytes, /) -> bytes:
        """RTP to SRTP."""

    def protect_run(self, packets: Outgoing, /) -> Run:
        """The same for `srtp.MANY` packets at most. Raises nothing: what can't be protected has length 0."""

    def protect_rtcp(self, packet: bytes, /) -> bytes:
        """RTCP to SRTCP."""

    def unprotect(self, packet: bytes, /) -> bytes:
        """SRTP to RTP."""

    def unprotect_rtcp(self, packet: bytes, /) -> bytes:
        """SRTCP to RTCP."""


@dataclass(frozen=True)
class UpLine:
    """A send slot as the offer has it."""

    slot: Slot
    mid: str
    ssrcs: tuple[int, ...]
    repairs: frozenset[int]


class Leg:
    """``bitrate``: bits per second it may send, all slots together. ``feedback_ssrc``: our name in feedback to it."""

    def __init__(
        self,
        name: str,
        srtp: Srtp,
        send: Callable[[bytes], None],
        heard: Callable[[int], None],
        *,
        bitrate: int,
        feedback_ssrc: int,
        now: float,
        down_bitrate: int = DOWN_BITRATE,
        send_run: Callable[[memoryview, list[int]], None] | None = None,
    ) -> None:
        """``name``: the connection's opaque id. ``heard``: told the level of each microphone packet (-dBov).
        ``send_run``: like ``send`` for datagrams that may leave together: one behind another, and their lengths."""
        self.name = name
        self.srtp = srtp
        self.keys: Keys | None = None
        """What a forwarder needs that protects by itself; known when the leg is opened."""
        self.sends_rtcp: Callable[[bytes], None] | None = None
        """That forwarder; two that number SRTCP packets under one key would give it away."""
        self.peer = 0
        """Of the ICE agent, where there is one."""
        self.bitrate = bitrate
        self.lines: list[UpLine] = []
        self.heard = heard
        self.feedback_ssrc = feedback_ssrc
        self.arrivals = Arrivals()
        self.downlink = Downlink(down_bitrate, now)
        self.allowance = Rate(bitrate, BURST, now)
        self.slots: dict[SlotName, Slot] = {}
        self.downs: dict[int, DownTrack] = {}
        """By SSRC."""
        self.ready = False
        """Keys are there: packets may go both ways, and a keyframe asked for now is of use."""
        self.publishes = False
        """An SSRC of what it sends is known."""
        self.sent_packets = 0
        self.first_sent: float | None = None
        """When the first packet of media went out."""
        self.malformed = 0
        self.next_report = now
        self.transport_wide_id = 0
        self.level_id = 0
        self.descriptor_id = 0
        self.capture_id = 0
        self.ahead = Ahead()
        """Its clock before ours."""
        self._mid_id = 0
        self._rid_id = 0
        self._repaired_rid_id = 0
        self._send = send
        self._send_run = send_run or _one_by_one(send)
        self._slot_of_mid: dict[str, Slot] = {}
        self._routes: dict[int, tuple[Slot, Encoding, bool]] = {}
        self._learned = 0

    def add_slot(self, slot: Slot, mid: str, extensions: dict[str, int], ssrcs: list[int], repairs: set[int]) -> None:
        """A send slot of the offer, with the SSRCs it announces (``repairs``: those of retransmissions).

        Extension ids are the same on all bundled lines (RFC 8843, section 7.2)."""
        self.lines.append(UpLine(slot, mid, tuple(ssrcs), frozenset(repairs)))
        self.slots[slot.name] = slot
        self._slot_of_mid[mid] = slot
        self._mid_id = extensions.get(MID, self._mid_id)
        self._rid_id = extensions.get(RID, self._rid_id)
        self._repaired_rid_id = extensions.get(REPAIRED_RID, self._repaired_rid_id)
        self.transport_wide_id = extensions.get(TRANSPORT_WIDE, self.transport_wide_id)
        self.level_id = extensions.get(AUDIO_LEVEL, self.level_id)
        self.descriptor_id = extensions.get(DEPENDENCY_DESCRIPTOR, self.descriptor_id)
        self.capture_id = extensions.get(CAPTURE_TIME, self.capture_id)
        if len(slot.encodings) == 1:
            for ssrc in ssrcs:
                self._route(ssrc, slot, slot.encodings[0], repair=ssrc in repairs)

    def route(self, ssrc: int, payload_type: int, extensions: dict[int, bytes]) -> tuple[Slot, Encoding, bool] | None:
        """Slot, encoding and whether it is a retransmission; an unknown SSRC is learned by its MID (RFC 8843, 9.2)
        and, with simulcast, its RID; retransmissions say whose in the repaired RID (RFC 8852)."""
        known = self._routes.get(ssrc)
        if known is not None:
            return known
        slot = self._slot_of_mid.get(_text(extensions, self._mid_id))
        if slot is None or self._learned >= LEARNED:
            return None
        repair = payload_type in slot.repairs
        if not repair and payload_type not in slot.formats:
            return None
        rid = (repair and _text(extensions, self._repaired_rid_id)) or _text(extensions, self._rid_id)
        encoding = slot.encoding(rid)
        if encoding is None:
            return None
        return self.learned(ssrc, slot, encoding, repair=repair)

    def learned(self, ssrc: int, slot: Slot, encoding: Encoding, *, repair: bool) -> tuple[Slot, Encoding, bool]:
        """From now on an SSRC belongs to an encoding, or its retransmissions do."""
        self._learned += 1
        return self._route(ssrc, slot, encoding, repair=repair)

    @property
    def ids(self) -> list[int]:
        """Of extensions in what it sends, 0 = none: transport-wide number, audio level, dependency descriptor, capture
        time, MID, RID, repaired RID."""
        named = [self.transport_wide_id, self.level_id, self.descriptor_id, self.capture_id]
        return [*named, self._mid_id, self._rid_id, self._repaired_rid_id]

    def send_rtp(self, packet: bytes, now: float) -> None:
        """Protects and sends; a numbered packet has the downlink's next number. Raises `Malformed` when too long."""
        self._send(self.srtp.protect(packet))
        self._count(1, now)
        if self.downlink.numbered:
            self.downlink.sent(len(packet), now)

    def send_rtp_all(self, packets: Outgoing, now: float) -> None:
        """The same for packets that go out together; what can't be protected is counted."""
        for piece in packets.pieces():
            self._send_all(piece, now)
        if self.downlink.numbered:
            self.downlink.sent_all(packets.sizes, now)

    def send_rtcp(self, packet: bytes) -> None:
        """Protects and sends. Raises `Malformed` when it is too long."""
        if self.sends_rtcp is not None:
            self.sends_rtcp(packet)
        else:
            self._send(self.srtp.protect_rtcp(packet))

    def _send_all(self, packets: Outgoing, now: float) -> None:
        data, lengths = self.srtp.protect_run(packets)
        if 0 in lengths:
            self.malformed += lengths.count(0)
            lengths = [length for length in lengths if length]
        self._count(len(lengths), now)
        self._send_run(data, lengths)

    def _count(self, packets: int, now: float) -> None:
        self.sent_packets += packets
        if packets and self.first_sent is None:
            self.first_sent = now

    def _route(self, ssrc: int, slot: Slot, encoding: Encoding, *, repair: bool) -> tuple[Slot, Encoding, bool]:
        if repair:
            encoding.repair_ssrc = ssrc
        else:
            encoding.ssrc = ssrc
            self.publishes = True
        self._routes[ssrc] = (slot, encoding, repair)
        return self._routes[ssrc]


def _one_by_one(send: Callable[[bytes], None]) -> Callable[[memoryview, list[int]], None]:
    def send_run(data: memoryview, lengths: list[int]) -> None:
        at = 0
        for length in lengths:
            send(bytes(data[at : at + length]))
            at += length

    return send_run


def _text(extensions: dict[int, bytes], number: int) -> str:
    return extensions.get(number, b"").decode("ascii", "replace")
