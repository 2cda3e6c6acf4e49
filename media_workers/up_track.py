"""What a publisher sends: slots (microphone, camera …), each with one encoding or, with simulcast, several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_workers.keyframes import Keyframes
from media_workers.nack import Gaps
from media_workers.packet_ring import PacketRing
from media_workers.reception import Reception
from media_workers.sdp_plan import CLOCK_RATES, SlotName
from media_workers.sequence import Sequence

if TYPE_CHECKING:
    from media_workers.down_track import DownTrack


class Encoding:
    """One stream of packets of a slot; its SSRC is announced in the offer or learned from its first packet."""

    def __init__(self, kind: str, rid: str = "") -> None:
        self.kind = kind
        self.rid = rid
        self.ssrc: int | None = None
        self.repair_ssrc: int | None = None
        self.sequence = Sequence()
        self.ring = PacketRing()
        self.gaps = Gaps()
        self.keyframes = Keyframes()
        self.reception = Reception(CLOCK_RATES[kind])
        self.downs: list[DownTrack] = []
        """Who receives it."""


class Slot:
    """A send slot of a connection. ``nack``: lost packets may be asked for."""

    def __init__(
        self,
        name: SlotName,
        kind: str,
        payload_type: int,
        repair_payload_type: int | None,
        *,
        nack: bool,
        rids: tuple[str, ...] = ("",),
    ) -> None:
        self.name = name
        self.kind = kind
        self.payload_type = payload_type
        self.repair_payload_type = repair_payload_type
        self.nack = nack
        self.encodings = tuple(Encoding(kind, rid) for rid in rids)

    @property
    def chosen(self) -> Encoding:
        """The encoding receivers get: there is one as long as answers don't ask for simulcast."""
        return self.encodings[0]
