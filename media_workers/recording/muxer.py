"""A whole file of some frames, as browsers play it: WebM, or fragmented MP4 for H.264. Nothing is decoded."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
from av.container import InputContainer

MILLISECONDS = Fraction(1, 1000)

MIMES = {
    "opus": 'audio/webm; codecs="opus"',
    "vp8": 'video/webm; codecs="vp8"',
    "vp9": 'video/webm; codecs="vp09.00.51.08"',
    "av1": 'video/webm; codecs="av01.0.08M.08"',
}
"""What a browser is asked whether it plays. That of H.264 says profile and level, and is read from its parameters."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame at its time, milliseconds from the file's beginning."""

    data: bytes
    at: int
    duration: int
    keyframe: bool = True


class Unfit(Exception):
    """Frames that no file can hold: their sender's headers make no sense."""


def mux(codec: str, samples: Sequence[Sample], size: tuple[int, int] | None = None) -> bytes:
    """The file. ``size``: of the picture, pixels. The first sample is a keyframe. Raises `Unfit`."""
    try:
        return _mux(codec, samples, size)
    except (av.error.FFmpegError, ValueError, IndexError) as fault:
        raise Unfit(codec) from fault


def _mux(codec: str, samples: Sequence[Sample], size: tuple[int, int] | None) -> bytes:
    out = io.BytesIO()
    if codec == "h264":
        # Each fragment on its own, the header without samples: what Media Source Extensions take.
        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        container = av.open(out, "w", format="mp4", options=options)
        stream: Any = container.add_stream_from_template(_template("h264", samples[0].data), opaque=True)
    else:
        container = av.open(out, "w", format="webm")
        stream = _webm_stream(container, codec, samples[0].data, size)
    with container:
        for sample in samples:
            packet = av.Packet(sample.data)
            packet.stream = stream
            packet.pts = packet.dts = sample.at
            packet.duration = sample.duration
            packet.time_base = MILLISECONDS
            packet.is_keyframe = sample.keyframe
            container.mux(packet)
    return out.getvalue()


def mime(codec: str, keyframe: bytes) -> str:
    """Of a file whose first frame is ``keyframe``."""
    if codec != "h264":
        return MIMES[codec]
    at = keyframe.find(b"\0\0\1") + 4  # behind the first unit's type: the parameters come first
    return f'video/mp4; codecs="avc1.{keyframe[at : at + 3].hex()}"'


def _webm_stream(container: Any, codec: str, first: bytes, size: tuple[int, int] | None) -> Any:
    if codec == "opus":
        return container.add_stream_from_template(_opus().streams[0])
    if codec == "av1":
        return container.add_stream_from_template(_template("av1", first), opaque=True)
    width, height = size or (0, 0)
    return container.add_mux_stream(codec, width=width, height=height)


def _template(codec: str, keyframe: bytes) -> Any:
    """A stream with the parameters of a keyframe: libav reads them, its encoders aren't needed."""
    if codec == "av1":
        file = _ivf(b"AV01", keyframe)
        return av.open(io.BytesIO(file), format="ivf").streams[0]
    return av.open(io.BytesIO(keyframe), format="h264").streams[0]


def _ivf(fourcc: bytes, frame: bytes) -> bytes:
    """The simplest file there is: a header of 32 bytes, then length, time and frame."""
    delimited = b"\x12\x00" + frame  # a temporal delimiter, which RTP leaves out
    head = b"DKIF" + struct.pack("<HH4sHHIII4x", 0, 32, fourcc, 16, 16, 30, 1, 1)
    return head + struct.pack("<IQ", len(delimited), 0) + delimited


@cache
def _opus() -> InputContainer:
    """A WebM file with one packet of silence: what there is to say of Opus (RFC 7845, section 5.1)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, 48_000, 0, 0)
    sound = _element(b"\xe1", _element(b"\xb5", struct.pack(">d", 48_000.0)) + _element(b"\x9f", b"\x02"))
    entry = b"".join(
        (
            _element(b"\xd7", b"\x01"),
            _element(b"\x73\xc5", b"\x01"),
            _element(b"\x83", b"\x02"),
            _element(b"\x86", b"A_OPUS"),
            _element(b"\x63\xa2", head),
            sound,
        )
    )
    block = _element(b"\xa3", b"\x81\x00\x00\x80" + SILENCE)
    body = (
        _element(b"\x15\x49\xa9\x66", _element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big")))
        + _element(b"\x16\x54\xae\x6b", _element(b"\xae", entry))
        + _element(b"\x1f\x43\xb6\x75", _element(b"\xe7", b"\x00") + block)
    )
    file = _element(b"\x1a\x45\xdf\xa3", _element(b"\x42\x82", b"webm")) + _element(b"\x18\x53\x80\x67", body)
    opened = av.open(io.BytesIO(file), "r", format="webm")
    assert isinstance(opened, InputContainer)
    return opened


def _element(name: bytes, content: bytes) -> bytes:
    """An EBML element with a length of two bytes (RFC 8794)."""
    return name + (0x4000 | len(content)).to_bytes(2, "big") + content


def lost(packet: bytes) -> bytes:
    """One frame like that Opus packet's, without content: a decoder conceals it (RFC 6716, section 3.2.1)."""
    return bytes([packet[0] & 0xFC])


SILENCE = b"\xf8\xff\xfe"
"""20 ms of silence in Opus (RFC 6716, section 3.1: CELT, full band, one frame)."""
