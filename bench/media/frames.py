"""Packets made beforehand in shape: 30 pictures a second of seven packets, 1,100 bytes of payload each, and 50 sounds
a second. Each picture packet says in its payload when it was sent."""

import struct
import time
from dataclasses import dataclass

from media_workers import rtp
from media_workers.rtp import Packet

PER_SECOND = 30
PACKETS = 7
PAYLOAD = 1100
SOUNDS_PER_SECOND = 50
SOUND = bytes(80)
OPUS, VP8 = 111, 96
LEVEL_ID, TRANSPORT_WIDE_ID, MID_ID = 1, 3, 4
KEYFRAME_EVERY = 30
"""Pictures: whoever joins sees one within a second, no request needed."""

_STAMP = struct.Struct("!4sd")
_MARK = b"Iboo"
_DESCRIPTOR = struct.Struct("!BBHBB")
_FILL = bytes(PAYLOAD - _DESCRIPTOR.size - _STAMP.size)


@dataclass
class Source:
    """The numbers of one publisher. ``audio`` and ``video``: SSRCs. The fast side makes the same bytes."""

    audio: int
    video: int
    _frame: int = 0
    _part: int = 0
    _timestamp: float = 0.0
    _sound: int = 0
    _sequence: int = 0
    _transport_wide: int = 0

    def picture(self) -> list[bytes]:
        """The seven packets of the next picture."""
        return [self.part() for _ in range(PACKETS)]

    def part(self, per_second: float = PER_SECOND) -> bytes:
        """The next packet of pictures, of which there are so many a second, stamped with now."""
        key, first, last = self._frame % KEYFRAME_EVERY == 0, self._part == 0, self._part == PACKETS - 1
        # RFC 7741, section 4.2: start of partition 0 in the first packet, 15-bit picture id, tl0picidx.
        descriptor = (0x90 if first else 0x80, 0xC0, 0x8000 | self._frame & 0x7FFF, self._frame & 0xFF, 0 if key else 1)
        stamp = round(self._timestamp) & 0xFFFFFFFF
        head = rtp.header(VP8, last, self._sequence & 0xFFFF, stamp, self.video, self._extensions(b"1"))
        self._sequence += 1
        self._part += 1
        if last:
            self._part = 0
            self._frame += 1
            self._timestamp += 90_000 / per_second
        return head + _DESCRIPTOR.pack(*descriptor) + _STAMP.pack(_MARK, time.perf_counter()) + _FILL

    def sound(self) -> list[bytes]:
        """The next packet of sound."""
        extensions = self._extensions(b"0", (LEVEL_ID, bytes((0x80 | 30,))))
        stamp = self._sound * 960 & 0xFFFFFFFF
        head = rtp.header(OPUS, False, self._sound & 0xFFFF, stamp, self.audio, extensions)
        self._sound += 1
        return [head + SOUND]

    def _extensions(self, mid: bytes, *more: tuple[int, bytes]) -> bytes:
        number = struct.pack("!H", self._transport_wide & 0xFFFF)
        self._transport_wide += 1
        return rtp.extension_block(((TRANSPORT_WIDE_ID, number), (MID_ID, mid), *more))


def sent_at(packet: Packet) -> float:
    """The clock's reading in a picture packet; 0 when it is none."""
    at = _DESCRIPTOR.size
    if len(packet.payload) < at + _STAMP.size:
        return 0.0
    mark, seconds = _STAMP.unpack_from(packet.payload, at)
    return float(seconds) if mark == _MARK else 0.0
