"""What each m-line of an offer becomes: a send slot, half a seat, a voice, the data channels, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from media_workers.errors import BadOffer
from media_workers.sdp_formats import Format, formats
from media_workers.sdp_offer import Media, Offer

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
DEPENDENCY_DESCRIPTOR = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
TRANSPORT_WIDE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

UP_EXTENSIONS = (MID, RID, REPAIRED_RID, TRANSPORT_WIDE, AUDIO_LEVEL, CAPTURE_TIME, DEPENDENCY_DESCRIPTOR)
DOWN_EXTENSIONS = (TRANSPORT_WIDE, AUDIO_LEVEL, CAPTURE_TIME, DEPENDENCY_DESCRIPTOR)
"""The first is the worker's own, numbered per receiver; the others are forwarded. A video's orientation is not: without
it senders turn the pixels, which every receiver understands."""

KINDS = {"audio": ("opus", "red"), "video": ("vp8", "vp9", "h264", "av1")}
CLOCK_RATES = {"audio": 48000, "video": 90000}
SlotName = Literal["microphone", "camera", "screen", "screen_sound"]
_SLOTS: dict[str, tuple[SlotName, ...]] = {"audio": ("microphone", "screen_sound"), "video": ("camera", "screen")}
MOST_SEATS = 64
MOST_VOICES = 16


@dataclass
class Line:
    """An accepted audio or video m-line with its codecs, the one to send first, and the extensions kept (URI → id)."""

    media: Media
    formats: list[Format]
    extensions: dict[str, int]
    rids: tuple[str, ...] = ()
    """Encodings of a simulcast, lowest first (RFC 8853); empty without."""

    @property
    def kind(self) -> str:
        """audio or video."""
        return self.media.kind

    @property
    def nack(self) -> bool:
        """Whether lost packets may be asked for."""
        return any("nack" in one.feedback for one in self.formats)

    @property
    def codecs(self) -> tuple[str, ...]:
        """Their names, what the offerer likes best first."""
        return tuple(one.name for one in self.formats)

    def prefer(self, codec: str) -> None:
        """Puts a codec first: what an answer has first is what is sent."""
        self.formats.sort(key=lambda one: one.name != codec)


@dataclass
class Plan:
    """The lines by what they are for; ``lines`` has None for each m-line that is rejected, in the offer's order."""

    offer: Offer
    slots: dict[SlotName, Line] = field(default_factory=dict)
    seats: list[tuple[Line, Line]] = field(default_factory=list)
    """Audio and video each."""
    voices: list[Line] = field(default_factory=list)
    data: Media | None = None
    """None for encoders and players (WHIP, WHEP), which know no channels."""
    lines: list[Line | Media | None] = field(default_factory=list)

    @property
    def decodes(self) -> frozenset[str] | None:
        """Codecs of pictures that every seat takes; None of who watches nothing."""
        found = [frozenset(video.codecs) for _, video in self.seats]
        return frozenset.intersection(*found) if found else None


def plan(offer: Offer) -> Plan:
    """Raises `BadOffer` when nothing can come of it."""
    made = Plan(offer, lines=[None] * len(offer.media))
    names = {kind: list(names) for kind, names in _SLOTS.items()}
    receiving: list[tuple[int, Line]] = []
    for at, media in enumerate(offer.media):
        if media.mid not in offer.bundle and len(offer.media) > 1:
            continue
        mixed = offer.extmap_allow_mixed or media.extmap_allow_mixed
        if media.kind == "application":
            _data(made, at, media)
        elif media.kind in _SLOTS and media.direction == "recvonly":
            if line := _line(media, DOWN_EXTENSIONS, mixed):
                receiving.append((at, line))
        elif names.get(media.kind):
            name = names[media.kind].pop(0)  # an inactive slot keeps its place
            if media.direction != "inactive" and (line := _line(media, UP_EXTENSIONS, mixed)):
                made.slots[name] = made.lines[at] = line
    _seat(made, receiving)
    if not made.slots and not made.seats and not made.voices and made.data is None:
        raise BadOffer("nothing in it can be answered")
    return made


def _seat(made: Plan, receiving: list[tuple[int, Line]]) -> None:
    """An audio line beside a video line makes a seat with it, whichever kind the offer begins with; other audio lines
    are voices."""
    step = -1 if receiving and receiving[0][1].kind == "video" else 1
    pictures = {at: line for at, line in receiving if line.kind == "video"}
    for at, line in receiving:
        if line.kind != "audio":
            continue
        video = pictures.get(at + step)
        if video is not None and len(made.seats) < MOST_SEATS:
            made.seats.append((line, video))
            made.lines[at], made.lines[at + step] = line, video
        elif video is None and len(made.voices) < MOST_VOICES:
            made.voices.append(line)
            made.lines[at] = line


def _data(made: Plan, at: int, media: Media) -> None:
    if made.data is None and "DTLS/SCTP" in media.protocol and 0 < media.sctp_port < 65536:
        made.data = made.lines[at] = media


def _line(media: Media, extensions: Iterable[str], mixed: bool) -> Line | None:
    """The m-line with our codecs, or nothing when it lacks something we need. ``mixed``: packets may have the long form
    of extensions (RFC 8285, section 4.1.2), which a descriptor with its structure needs."""
    if media.protocol != "UDP/TLS/RTP/SAVPF" or not media.rtcp_mux:
        return None
    found = [one for one in formats(media) if one.name in KINDS[media.kind]]
    if not found:
        return None
    kept = {uri: media.extensions[uri] for uri in extensions if uri in media.extensions}
    kept = {uri: number for uri, number in kept.items() if (mixed if uri == DEPENDENCY_DESCRIPTOR else number < 15)}
    if TRANSPORT_WIDE not in kept:
        found = [replace(one, feedback=tuple(f for f in one.feedback if f != "transport-cc")) for one in found]
    rids = tuple(media.rids) if len(media.rids) > 1 and RID in kept else ()
    return Line(media, found, kept, rids)
