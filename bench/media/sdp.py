"""Offers and answers for a plain WebRTC server: one sound, one picture, everything else as browsers have it."""

import re

from bench.media import frames
from bench.media.peer import CERTIFICATE, Peer
from media_workers.dtls import fingerprint
from media_workers.sdp_plan import AUDIO_LEVEL, MID, TRANSPORT_WIDE


def _session(setup: str, peer: Peer, mids: list[str]) -> list[str]:
    return [
        "v=0",
        "o=- 1 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(mids)}",
        f"a=ice-ufrag:{peer.fragment}",
        f"a=ice-pwd:{peer.password}",
        f"a=fingerprint:sha-256 {fingerprint(CERTIFICATE)}",
        f"a=setup:{setup}",
    ]


def publishing(peer: Peer, audio: int, video: int) -> str:
    """An offer to send with these SSRCs."""
    common = ["c=IN IP4 0.0.0.0", "a=sendonly", "a=rtcp-mux", f"a=extmap:{frames.MID_ID} {MID}"]
    common.append(f"a=extmap:{frames.TRANSPORT_WIDE_ID} {TRANSPORT_WIDE}")
    lines = [
        *_session("actpass", peer, ["0", "1"]),
        f"m=audio 9 UDP/TLS/RTP/SAVPF {frames.OPUS}",
        *common,
        "a=mid:0",
        f"a=extmap:{frames.LEVEL_ID} {AUDIO_LEVEL}",
        f"a=rtpmap:{frames.OPUS} opus/48000/2",
        f"a=rtcp-fb:{frames.OPUS} transport-cc",
        "a=msid:bench audio",
        f"a=ssrc:{audio} cname:bench",
        peer.candidate,
        f"m=video 9 UDP/TLS/RTP/SAVPF {frames.VP8}",
        *common,
        "a=mid:1",
        f"a=rtpmap:{frames.VP8} VP8/90000",
        *(f"a=rtcp-fb:{frames.VP8} {item}" for item in ("transport-cc", "ccm fir", "nack", "nack pli")),
        "a=msid:bench video",
        f"a=ssrc:{video} cname:bench",
        peer.candidate,
    ]
    return "\r\n".join(lines) + "\r\n"


_KEPT = re.compile(r"a=(mid|rtpmap|fmtp|rtcp-fb|extmap):")


def receiving(offer: str, peer: Peer) -> str:
    """The answer that takes all that is offered, as the DTLS client."""
    sections = offer.replace("\r\n", "\n").split("\nm=")[1:]
    mids = [match[1] for section in sections if (match := re.search(r"a=mid:(\S+)", section))]
    lines = _session("active", peer, mids)
    for section in sections:
        first, *rest = section.split("\n")
        lines += [f"m={first}", "c=IN IP4 0.0.0.0", "a=recvonly", "a=rtcp-mux"]
        lines += [line for line in rest if _KEPT.match(line)]
        lines.append(peer.candidate)
    return "\r\n".join(lines) + "\r\n"


def extension(offer: str, uri: str) -> int:
    """The id an offer gives an extension; 0 when it has none."""
    match = re.search(rf"a=extmap:(\d+)(?:/\w+)? {re.escape(uri)}", offer)
    return int(match[1]) if match else 0
