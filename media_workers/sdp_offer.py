"""Reading a browser's offer (RFC 8866, RFC 8829): what the answerer needs of it, and nothing else."""

import re
from dataclasses import dataclass, field
from typing import Literal

from media_workers.dtls import Fingerprint
from media_workers.errors import BadOffer

LONGEST = 1_000_000
"""Bytes. 49 seats with every codec a browser has are 313 kB."""
MOST_LINES = 256
"""M-lines."""

Direction = Literal["sendonly", "recvonly", "sendrecv", "inactive"]
_DIRECTIONS = ("sendonly", "recvonly", "sendrecv", "inactive")
_NUMBER = re.compile(r"[0-9]{1,10}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~/:-]{1,64}")


@dataclass
class Codec:
    """A payload type of one m-line. ``name`` in lower case with rate, e.g. ``vp8/90000``."""

    payload_type: int
    name: str = ""
    parameters: str = ""
    feedback: list[str] = field(default_factory=list)


@dataclass
class Media:
    """One m-line with its attributes."""

    kind: str
    protocol: str
    formats: list[str]
    mid: str = ""
    direction: Direction = "sendrecv"
    codecs: dict[int, Codec] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    """URI → id."""
    ssrcs: list[int] = field(default_factory=list)
    repairs: dict[int, int] = field(default_factory=dict)
    """SSRC of retransmissions → SSRC of what they repair (FID groups)."""
    rids: list[str] = field(default_factory=list)
    rtcp_mux: bool = False
    rtcp_rsize: bool = False
    extmap_allow_mixed: bool = False
    sctp_port: int = 0
    max_message_size: int = 65536


@dataclass
class Offer:
    """An offer taken apart; ``fragment`` and fingerprints may stand at session level or on any bundled m-line."""

    media: list[Media] = field(default_factory=list)
    bundle: list[str] = field(default_factory=list)
    fragment: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    setup: str = ""
    extmap_allow_mixed: bool = False


def read(text: str) -> Offer:
    """Raises `BadOffer`, whose text says what is wrong."""
    if len(text) > LONGEST:
        raise BadOffer("the offer is too long")
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines or lines[0] != "v=0":
        raise BadOffer("not SDP")
    offer = Offer()
    media: Media | None = None
    for line in lines:
        if line.startswith("m="):
            media = _media(line[2:])
            offer.media.append(media)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            try:
                _attribute(offer, media, name, value.strip())
            except (ValueError, IndexError) as fault:
                raise BadOffer(f"a={name} can't be read") from fault
    _check(offer)
    return offer


def _check(offer: Offer) -> None:
    mids = [media.mid for media in offer.media]
    if not offer.media or len(offer.media) > MOST_LINES:
        raise BadOffer("no m-line, or too many")
    if not all(mids) or len(set(mids)) != len(mids):
        raise BadOffer("every m-line needs a mid of its own")
    if not offer.fragment:
        raise BadOffer("no ICE user name fragment")
    if not any(f.algorithm in ("sha-256", "sha-384", "sha-512") for f in offer.fingerprints):
        raise BadOffer("no fingerprint of a known hash")
    if offer.setup not in ("actpass", "active"):
        raise BadOffer("the offerer must be able to be the DTLS client")
    if set(offer.bundle) - set(mids):
        raise BadOffer("BUNDLE names an unknown mid")


def _media(value: str) -> Media:
    parts = value.split()
    if len(parts) < 4 or not _NUMBER.fullmatch(parts[1].partition("/")[0]):
        raise BadOffer("an m-line can't be read")
    if any(not _TOKEN.fullmatch(part) for part in (parts[0], *parts[2:])):
        raise BadOffer("an m-line can't be read")
    media = Media(parts[0], parts[2], parts[3:])
    if media.kind in ("audio", "video"):
        media.codecs = {int(f): Codec(int(f)) for f in media.formats if f.isascii() and f.isdigit() and int(f) < 128}
    return media


def _attribute(offer: Offer, media: Media | None, name: str, value: str) -> None:
    if name in ("ice-ufrag", "fingerprint", "setup"):
        _transport(offer, name, value)
    elif media is None:
        if name == "group" and value.startswith("BUNDLE"):
            offer.bundle = value.split()[1:]
        offer.extmap_allow_mixed = offer.extmap_allow_mixed or name == "extmap-allow-mixed"
    elif name in _DIRECTIONS:
        media.direction = name  # type: ignore[assignment]
    elif name in _READERS:
        _READERS[name](media, value)


def _transport(offer: Offer, name: str, value: str) -> None:
    """All bundled m-lines share one transport: the first value counts, fingerprints add up."""
    if name == "ice-ufrag":
        offer.fragment = offer.fragment or value
    elif name == "setup":
        offer.setup = offer.setup or value
    else:
        algorithm, digest = value.split()
        found = Fingerprint(algorithm.lower(), digest.upper())
        if found not in offer.fingerprints and len(offer.fingerprints) < 8:
            offer.fingerprints = (*offer.fingerprints, found)


def _mid(media: Media, value: str) -> None:
    if not _TOKEN.fullmatch(value) or len(value) > 16:
        raise ValueError(value)
    media.mid = value


def _rtpmap(media: Media, value: str) -> None:
    number, name = value.split(maxsplit=1)
    if codec := media.codecs.get(int(number)):
        codec.name = name.lower()


def _fmtp(media: Media, value: str) -> None:
    number, _, parameters = value.partition(" ")
    if codec := media.codecs.get(int(number)):
        codec.parameters = parameters


def _rtcp_fb(media: Media, value: str) -> None:
    number, _, feedback = value.partition(" ")
    for codec in media.codecs.values():
        if number in ("*", str(codec.payload_type)):
            codec.feedback.append(feedback)


def _extmap(media: Media, value: str) -> None:
    number, uri = value.split()[:2]
    identifier = int(number.partition("/")[0])  # Firefox writes a direction: 9/sendonly
    if 0 < identifier < 256 and identifier != 15:  # 15 is reserved in the short form (RFC 8285, section 4.2)
        media.extensions[uri] = identifier


def _ssrc(media: Media, value: str) -> None:
    ssrc = int(value.split()[0])
    if 0 <= ssrc < 1 << 32 and ssrc not in media.ssrcs and len(media.ssrcs) < 16:
        media.ssrcs.append(ssrc)


def _ssrc_group(media: Media, value: str) -> None:
    semantics, *members = value.split()
    if semantics == "FID" and len(members) == 2:
        media.repairs[int(members[1])] = int(members[0])


def _rid(media: Media, value: str) -> None:
    name, direction = value.split()[:2]
    if direction == "send" and _TOKEN.fullmatch(name) and len(media.rids) < 4:
        media.rids.append(name)


def _sctp_port(media: Media, value: str) -> None:
    media.sctp_port = int(value)


def _max_message_size(media: Media, value: str) -> None:
    media.max_message_size = int(value)


def _rtcp_mux(media: Media, value: str) -> None:
    media.rtcp_mux = True


def _extmap_allow_mixed(media: Media, value: str) -> None:
    media.extmap_allow_mixed = True


def _rtcp_rsize(media: Media, value: str) -> None:
    media.rtcp_rsize = True


_READERS = {
    "mid": _mid,
    "rtpmap": _rtpmap,
    "fmtp": _fmtp,
    "rtcp-fb": _rtcp_fb,
    "extmap": _extmap,
    "ssrc": _ssrc,
    "ssrc-group": _ssrc_group,
    "rid": _rid,
    "sctp-port": _sctp_port,
    "max-message-size": _max_message_size,
    "rtcp-mux": _rtcp_mux,
    "rtcp-rsize": _rtcp_rsize,
    "extmap-allow-mixed": _extmap_allow_mixed,
}
