"""What a publisher sends: slots (microphone, camera …), each with one encoding or, with simulcast, several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from media_workers import codecs
from media_workers.asked import Asked
from media_workers.codec_choice import CodecChoice
from media_workers.keyframes import Keyframes
from media_workers.meter import Meter
from media_workers.nack import Gaps
from media_workers.packet_ring import PacketRing
from media_workers.reception import Reception
from media_workers.sdp_plan import CLOCK_RATES, SlotName
from media_workers.sequence import Sequence

if TYPE_CHECKING:
    from media_workers.down_track import DownTrack
    from media_workers.recording.tap import Tap
    from media_workers.rtp import Packet

    Arrived = tuple[Packet, dict[str, bytes]]
    """A packet and the extension values to pass on, by URI."""

MANY: Final = 32
"""Packets of a picture that are forwarded without waiting for more."""


class Encoding:
    """One stream of packets of a slot; its SSRC is announced in the offer or learned from its first packet."""

    def __init__(self, kind: str, rid: str = "", family: object | None = None) -> None:
        """``family``: the same for all encodings of one picture; a receiver may go from one to another in mid-flow."""
        self.kind = kind
        self.rid = rid
        self.family = family or self
        self.codec = ""
        """Of the newest packet."""
        self.ssrc: int | None = None
        self.repair_ssrc: int | None = None
        self.sequence = Sequence()
        self.ring = PacketRing()
        self.gaps = Gaps()
        self.keyframes = Keyframes()
        self.reception = Reception(CLOCK_RATES[kind])
        self.meter = Meter()
        self.sizes: tuple[tuple[int, int], ...] = ()
        """Width and height in pixels by spatial layer, of the newest keyframe that said them."""
        self.downs: list[DownTrack] = []
        """Who receives it, or will with its next keyframe."""
        self.tap: Tap | None = None
        """Who writes it down, if anybody; set by `put_tap`."""
        self.tapped: Callable[[Encoding], None] | None = None
        """Told when `tap` has changed."""
        self.burst: list[Arrived] = []
        """What came together and is not forwarded yet."""
        self.burst_began = 0.0
        """When the first of it came."""
        self._read: codecs.Read | None = None

    def put_tap(self, tap: Tap | None) -> None:
        """From now on its packets are written down, or no more."""
        self.tap = tap
        if self.tapped is not None:
            self.tapped(self)

    def may_wait(self, now: float, patience: float) -> bool:
        """Whether the burst is of a picture whose last packet may come within so many seconds of its first."""
        incomplete = self.kind == "video" and not self.burst[-1][0].marker
        return incomplete and len(self.burst) < MANY and now - self.burst_began < patience

    def read(self, packet: Packet, codec: str, descriptor: bytes) -> None:
        """Fills in what the packet says of its picture. ``descriptor``: its dependency descriptor, or nothing. Raises
        `Malformed`."""
        read = self._read
        if codec != self.codec:
            read = codecs.reader(codec)
            if packet.extended == self.sequence.highest or not self.codec:  # else it is a late one of before
                self.codec, self._read = codec, read
                for down in self.downs:
                    down.restart(self)
        packet.codec = codec
        if read is not None and packet.payload:
            packet.picture = read(packet.payload, descriptor)


class Slot:
    """A send slot of a connection. ``formats``: payload type → codec; ``repairs``: payload type of retransmissions →
    that of what they repair. ``nack``: lost packets may be asked for. ``rids``: its encodings, lowest first."""

    def __init__(
        self,
        name: SlotName,
        kind: str,
        formats: dict[int, str],
        repairs: dict[int, int],
        *,
        nack: bool,
        rids: tuple[str, ...] = ("",),
        choice: CodecChoice | None = None,
    ) -> None:
        """``choice``: in which codec a picture is to come."""
        self.name = name
        self.kind = kind
        self.formats = formats
        self.repairs = repairs
        self.nack = nack
        self.encodings = tuple(Encoding(kind, rid, self) for rid in rids)
        self.asked = Asked(rids)
        self.choice = choice

    @property
    def codec(self) -> str:
        """In which it comes now; nothing before the first packet."""
        return next((encoding.codec for encoding in self.encodings if encoding.codec), "")

    def encoding(self, rid: str) -> Encoding | None:
        """The encoding of that name; a slot without simulcast has one, whatever its packets say."""
        if len(self.encodings) == 1:
            return self.encodings[0]
        return next((encoding for encoding in self.encodings if encoding.rid == rid), None)
