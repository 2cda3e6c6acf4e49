"""Writing the answer to a plan. Each line is there for a reason found by removal (docs/decisions)."""

from dataclasses import dataclass

from media_workers import sdp_formats
from media_workers.sdp_offer import Media
from media_workers.sdp_plan import Line, Plan

MAX_MESSAGE_SIZE = 65536
"""Bytes of a data channel message we take at all; the protocol allows fewer."""


@dataclass(frozen=True)
class Stream:
    """What is sent on a seat's or voice's line, announced once and kept for ever."""

    msid: str
    ssrc: int
    repair_ssrc: int | None


@dataclass(frozen=True)
class Transport:
    """Our end: credentials, certificate, where we are."""

    fragment: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int


def write(plan: Plan, transport: Transport, streams: dict[str, Stream], session: int) -> str:
    """The answer. ``streams``: by mid, for every line we send on. ``session``: a random number for the o-line."""
    accepted = [media.mid for media, line in zip(plan.offer.media, plan.lines, strict=True) if line is not None]
    lines = [
        "v=0",
        f"o=- {session} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(accepted)}",
        "a=ice-lite",
        *(["a=extmap-allow-mixed"] if plan.offer.extmap_allow_mixed else []),
        f"a=ice-ufrag:{transport.fragment}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        "a=setup:passive",
    ]
    candidates = _candidates(transport)
    for media, line in zip(plan.offer.media, plan.lines, strict=True):
        if line is None:
            lines += _rejected(media)
            continue
        if isinstance(line, Media):
            lines += _data(line)
        else:
            lines += _rtp(line, streams.get(media.mid), silence=line is plan.slots.get("microphone"))
        lines.append("a=setup:passive")  # once more: GStreamer's webrtcbin reads it here only
        lines += candidates
        candidates = []  # one transport for all: the first line has them
    return "\r\n".join(lines) + "\r\n"


def _candidates(transport: Transport) -> list[str]:
    """Host candidates, earlier addresses preferred (RFC 8445, section 5.1.2.1)."""
    found = []
    for place, address in enumerate(transport.addresses):
        priority = 126 << 24 | (65535 - place) << 8 | 255
        found.append(f"a=candidate:{place + 1} 1 udp {priority} {address} {transport.port} typ host")
    return [*found, "a=end-of-candidates"]


def _rejected(media: Media) -> list[str]:
    formats = " ".join(media.formats)
    lines = [f"m={media.kind} 0 {media.protocol} {formats}", "c=IN IP4 0.0.0.0", f"a=mid:{media.mid}", "a=inactive"]
    return [*lines, "a=setup:passive"]  # webrtcbin refuses the whole answer without


def _data(media: Media) -> list[str]:
    return [
        f"m=application 9 {media.protocol} {' '.join(media.formats)}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{media.mid}",
        "a=sctp-port:5000",
        f"a=max-message-size:{MAX_MESSAGE_SIZE}",
    ]


def _rtp(line: Line, stream: Stream | None, *, silence: bool) -> list[str]:
    numbers = [number for one in line.formats for number in (one.payload_type, one.repair) if number is not None]
    lines = [
        f"m={line.kind} 9 {line.media.protocol} {' '.join(str(number) for number in numbers)}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{line.media.mid}",
        "a=sendonly" if stream else "a=recvonly",
        "a=rtcp-mux",
        *(["a=rtcp-rsize"] if line.media.rtcp_rsize else []),
        *(["a=extmap-allow-mixed"] if line.media.extmap_allow_mixed else []),
    ]
    for one in line.formats:
        lines += sdp_formats.lines(one, silence=silence)
    lines += [f"a=extmap:{number} {uri}" for uri, number in line.extensions.items()]
    return lines + (_stream(line, stream) if stream else _simulcast(line))


def _simulcast(line: Line) -> list[str]:
    """Both kinds of line are needed (RFC 8853, section 5): without, only the lowest encoding is sent."""
    if not line.rids:
        return []
    return [*(f"a=rid:{rid} recv" for rid in line.rids), f"a=simulcast:recv {';'.join(line.rids)}"]


def _stream(line: Line, stream: Stream) -> list[str]:
    lines = [f"a=msid:{stream.msid} {stream.msid}-{line.kind}"]
    if stream.repair_ssrc is not None:
        lines.append(f"a=ssrc-group:FID {stream.ssrc} {stream.repair_ssrc}")
    ssrcs = [stream.ssrc, *([stream.repair_ssrc] if stream.repair_ssrc is not None else [])]
    return lines + [f"a=ssrc:{ssrc} cname:{stream.msid}" for ssrc in ssrcs]
