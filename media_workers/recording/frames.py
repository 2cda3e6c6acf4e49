"""Frames from packets, without decoding: what each codec's payload format put around them is taken off again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from media_workers.bits import Bits
from media_workers.errors import Malformed
from media_workers.recording import h264_units, obus
from media_workers.recording.wire import Arrived
from media_workers.vp8 import read as read_vp8
from media_workers.vp9 import length as vp9_length
from media_workers.vp9 import read as read_vp9


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame. ``size``: width and height in pixels, of a keyframe that says it."""

    data: bytes
    timestamp: int
    at: float
    keyframe: bool = True
    size: tuple[int, int] | None = None


class Broken(Exception):
    """A packet is missing or makes no sense: what follows can't be decoded before the next keyframe."""


class Sounds:
    """Opus: a packet is a frame."""

    def put(self, packet: Arrived) -> Iterator[Frame]:
        """The frame in a packet."""
        if packet.payload:
            yield Frame(packet.payload, packet.timestamp, packet.at)

    def lost(self) -> None:
        """Sound goes on after a loss."""


class Pictures:
    """Packets of one time are a frame; the marker, or the next time, ends it. Raises `Broken`."""

    def __init__(self, codec: str) -> None:
        self._join = _JOINED[codec]
        self._packets: list[Arrived] = []
        self._broken = False

    def put(self, packet: Arrived) -> Iterator[Frame]:
        """Yields the frame that this packet ends."""
        if not packet.payload:
            return  # padding
        if self._packets and self._packets[0].timestamp != packet.timestamp:
            yield from self._whole()
        if packet.keyframe:
            self._broken = False
        self._packets.append(packet)
        if packet.marker:
            yield from self._whole()

    def lost(self) -> None:
        """A packet is missing here."""
        self._packets, self._broken = [], True
        raise Broken

    def _whole(self) -> Iterator[Frame]:
        packets, self._packets = self._packets, []
        if self._broken:
            return
        first = packets[0]
        try:
            data, size = self._join(packets)
        except Malformed as fault:
            self._broken = True
            raise Broken from fault
        if data:
            keyframe = any(packet.keyframe for packet in packets)
            yield Frame(data, first.timestamp, first.at, keyframe, size if keyframe else None)


Joined = tuple[bytes, tuple[int, int] | None]


def _vp8(packets: list[Arrived]) -> Joined:
    pictures = [read_vp8(packet.payload) for packet in packets]
    if not pictures[0].begins:
        raise Malformed("a VP8 frame without its beginning")
    data = b"".join(packet.payload[picture.head :] for packet, picture in zip(packets, pictures, strict=True))
    return data, pictures[0].sizes[0] if pictures[0].sizes else None


def _vp9(packets: list[Arrived]) -> Joined:
    """Frames of several spatial layers make one superframe (VP9 bitstream, annex B)."""
    layers: list[bytes] = []
    size: tuple[int, int] | None = None
    for packet in packets:
        picture = read_vp9(packet.payload)
        if picture.begins:
            layers.append(b"")
        if not layers:
            raise Malformed("a VP9 frame without its beginning")
        layers[-1] += packet.payload[vp9_length(packet.payload) :]
        size = picture.sizes[-1] if picture.sizes else size
    return (layers[0] if len(layers) == 1 else _superframe(layers)), size or _vp9_size(layers[-1])


def _vp9_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height in a keyframe's uncompressed header (VP9 bitstream, section 6.2); None where they aren't."""
    bits = Bits(frame[:16])
    try:
        bits.read(2)
        profile = bits.read(1) | bits.read(1) << 1
        if profile != 0 or bits.flag() or bits.flag():  # another profile, a frame shown again, no keyframe
            return None
        bits.read(2 + 24)
        if bits.read(3) != _SRGB:
            bits.read(1)
        return bits.read(16) + 1, bits.read(16) + 1
    except Malformed:
        return None


_SRGB = 7


def _superframe(frames: list[bytes]) -> bytes:
    width = max((len(frame).bit_length() + 7) // 8 for frame in frames)
    marker = bytes([0xC0 | (width - 1) << 3 | (len(frames) - 1)])
    index = b"".join(len(frame).to_bytes(width, "little") for frame in frames)
    return b"".join(frames) + marker + index + marker


_JOINED: dict[str, Callable[[list[Arrived]], Joined]] = {
    "vp8": _vp8,
    "vp9": _vp9,
    "h264": lambda packets: h264_units.joined([packet.payload for packet in packets]),
    "av1": lambda packets: obus.joined([packet.payload for packet in packets]),
}


def assembler(codec: str) -> Sounds | Pictures:
    """For one stream."""
    return Sounds() if codec == "opus" else Pictures(codec)
