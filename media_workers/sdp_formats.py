"""Which payload types of an m-line we forward, and how an answer says so.

One per codec: the profile that every browser with the codec can decode. Pure."""

import re
from dataclasses import dataclass

from media_workers.sdp_offer import Codec, Media

FEEDBACK = ("nack", "nack pli", "ccm fir", "transport-cc")
COMMON = "vp8"
"""The codec any browser decodes (RFC 7742, section 5)."""
_SPELLED = {
    "opus": "opus/48000/2",
    "red": "red/48000/2",
    "vp8": "VP8/90000",
    "vp9": "VP9/90000",
    "h264": "H264/90000",
    "av1": "AV1/90000",
}
_NAMES = {spelled.lower(): name for name, spelled in _SPELLED.items()}
_BASELINE = re.compile(r"42[0-9a-f]{4}")
_CONSTRAINED = 0x40
"""constraint_set1_flag in the second byte of an H.264 profile-level-id (RFC 6184, section 8.1)."""


@dataclass(frozen=True)
class Format:
    """A codec of an m-line. ``repair``: payload type of retransmissions (RFC 4588), where offered; ``parameters``: of
    our answer; ``feedback``: what the offer has of `FEEDBACK`."""

    name: str
    payload_type: int
    repair: int | None
    parameters: str
    feedback: tuple[str, ...]


def formats(media: Media) -> list[Format]:
    """In the order offered; redundant sound only beside what is in it.

    H.264 in packetization mode 0 (which is meant when nothing is said) can be read by who takes mode 1, not the other
    way round: so it is taken from who sends, not from who receives."""
    found: dict[str, Codec] = {}
    for number in media.formats:
        codec = media.codecs.get(int(number)) if number.isascii() and number.isdigit() else None
        name = _name(codec) if codec else None
        if codec and name == "h264" and media.direction == "recvonly" and _mode(codec) != "1":
            continue
        if codec and name and (name not in found or _better(name, codec, found[name])):
            found[name] = codec  # a better profile keeps the place of the first
    if "opus" not in found or not _repeats(found):
        found.pop("red", None)
    return [_format(media, name, codec) for name, codec in found.items()]


def lines(one: Format, *, silence: bool) -> list[str]:
    """The answer's lines for a format. ``silence``: sound that is none need not be sent (RFC 7587, section 6.1)."""
    number = one.payload_type
    parameters = one.parameters + (";usedtx=1" if silence and one.name == "opus" else "")
    written = [f"a=rtpmap:{number} {_SPELLED[one.name]}", *([f"a=fmtp:{number} {parameters}"] if parameters else [])]
    written += [f"a=rtcp-fb:{number} {item}" for item in one.feedback]
    if one.repair is not None:
        written += [f"a=rtpmap:{one.repair} rtx/90000", f"a=fmtp:{one.repair} apt={number}"]
    return written


def _name(codec: Codec) -> str | None:
    name = _NAMES.get(codec.name)
    given = _parameters(codec)
    if name == "vp9":  # RFC 9628, section 6.1
        return name if given.get("profile-id", "0") == "0" else None
    if name == "av1":  # RTP Payload Format for AV1, section 7.2.1
        return name if given.get("profile", "0") == "0" else None
    if name == "h264":
        baseline = _BASELINE.fullmatch(given.get("profile-level-id", "420010").lower())
        return name if baseline and _mode(codec) in ("0", "1") else None
    return name


def _parameters(codec: Codec) -> dict[str, str]:
    pairs = (item.strip().partition("=") for item in codec.parameters.split(";"))
    return {key.lower(): value for key, _, value in pairs}


def _better(name: str, codec: Codec, than: Codec) -> bool:
    """Of H.264, mode 1 and constrained baseline: what all decoders have (RFC 7742, section 6.2)."""
    return name == "h264" and (_mode(codec), _constrained(codec)) > (_mode(than), _constrained(than))


def _mode(codec: Codec) -> str:
    return _parameters(codec).get("packetization-mode", "0")


def _constrained(codec: Codec) -> bool:
    level = _parameters(codec).get("profile-level-id", "420010")
    return bool(int(level[2:4], 16) & _CONSTRAINED)


def _repeats(found: dict[str, Codec]) -> bool:
    """Whether redundant sound holds the m-line's Opus: ``a=fmtp:63 111/111`` (RFC 2198, section 5)."""
    red = found.get("red")
    return red is not None and set(red.parameters.strip().split("/")) == {str(found["opus"].payload_type)}


def _format(media: Media, name: str, codec: Codec) -> Format:
    feedback = tuple(item for item in FEEDBACK if item in codec.feedback)
    repair = next((c.payload_type for c in media.codecs.values() if _repairs(c, codec)), None)
    return Format(name, codec.payload_type, repair if "nack" in feedback else None, _answered(name, codec), feedback)


def _repairs(candidate: Codec, codec: Codec) -> bool:
    return candidate.name == "rtx/90000" and _parameters(candidate).get("apt") == str(codec.payload_type)


def _answered(name: str, codec: Codec) -> str:
    if name == "opus":
        return "minptime=10;useinbandfec=1"
    if name == "red":
        return codec.parameters.strip()
    if name == "vp9":
        return "profile-id=0"
    if name == "h264":
        level = _parameters(codec).get("profile-level-id", "420010").lower()
        return f"level-asymmetry-allowed=1;packetization-mode={_mode(codec)};profile-level-id={level}"
    return "profile=0" if name == "av1" else ""
