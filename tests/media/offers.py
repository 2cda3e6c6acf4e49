"""Offers as browsers write them, small: tests change one part."""

from dataclasses import dataclass, field

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_WIDE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


@dataclass(frozen=True)
class Dialect:
    """What differs between browsers. Payload types and extension ids."""

    opus: int = 111
    vp8: int = 96
    rtx: int | None = 97
    level: int = 1
    transport_wide: int = 3
    mid: int = 4
    rid: int = 10
    repaired_rid: int = 11
    bundled_port: int = 9
    extmap_suffix: str = ""


CHROMIUM = Dialect()
FIREFOX = Dialect(
    opus=109, vp8=120, rtx=124, level=2, transport_wide=7, mid=3, bundled_port=0, extmap_suffix="/sendonly"
)


@dataclass
class OfferText:
    """``ssrcs``: announced for microphone, camera, camera's retransmissions, screen, screen sound."""

    seats: int = 2
    voices: int = 1
    dialect: Dialect = CHROMIUM
    fragment: str = "abcd"
    password: str = "a-password-of-the-offerer"
    fingerprint: str = ":".join(["AB"] * 32)
    ssrcs: dict[str, int] = field(default_factory=dict)
    rids: tuple[str, ...] = ()
    """Encodings of the camera; then its SSRCs are not announced."""

    def __str__(self) -> str:
        slots = [("audio", "microphone"), ("video", "camera"), ("video", "screen"), ("audio", "screen_sound")]
        media = [self._rtp(kind, "sendonly", at, name) for at, (kind, name) in enumerate(slots)]
        for _ in range(self.seats):
            media.append(self._rtp("audio", "recvonly", len(media)))
            media.append(self._rtp("video", "recvonly", len(media)))
        for _ in range(self.voices):
            media.append(self._rtp("audio", "recvonly", len(media)))
        media.append(self._data(len(media)))
        session = [
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            f"a=group:BUNDLE {' '.join(str(at) for at in range(len(media)))}",
            "a=extmap-allow-mixed",
            "a=msid-semantic: WMS",
        ]
        return "\r\n".join([*session, *(line for lines in media for line in lines)]) + "\r\n"

    def _head(self, kind: str, protocol: str, formats: str, mid: int) -> list[str]:
        port = 9 if mid == 0 else self.dialect.bundled_port
        return [
            f"m={kind} {port} {protocol} {formats}",
            "c=IN IP4 0.0.0.0",
            f"a=ice-ufrag:{self.fragment}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self.fingerprint}",
            "a=setup:actpass",
            f"a=mid:{mid}",
        ]

    def _rtp(self, kind: str, direction: str, mid: int, name: str = "") -> list[str]:
        d = self.dialect
        suffix = d.extmap_suffix if direction == "sendonly" else d.extmap_suffix.replace("send", "recv")
        formats = str(d.opus) if kind == "audio" else " ".join(str(pt) for pt in (d.vp8, d.rtx, 98) if pt is not None)
        lines = [
            *self._head(kind, "UDP/TLS/RTP/SAVPF", formats, mid),
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            f"a=extmap:{d.transport_wide}{suffix} {TRANSPORT_WIDE}",
            f"a=extmap:{d.mid}{suffix} {MID}",
        ]
        if kind == "audio":
            lines += [f"a=extmap:{d.level}{suffix} {AUDIO_LEVEL}", f"a=rtpmap:{d.opus} opus/48000/2"]
            lines += [f"a=rtcp-fb:{d.opus} transport-cc", f"a=fmtp:{d.opus} minptime=10;useinbandfec=1"]
        else:
            lines += [f"a=rtpmap:{d.vp8} VP8/90000", "a=rtpmap:98 VP9/90000", "a=fmtp:98 profile-id=0"]
            lines += [f"a=rtcp-fb:{d.vp8} {fb}" for fb in ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")]
            if d.rtx is not None:
                lines += [f"a=rtpmap:{d.rtx} rtx/90000", f"a=fmtp:{d.rtx} apt={d.vp8}"]
        if name == "camera" and self.rids:
            lines += [f"a=extmap:{d.rid}{suffix} {RID}", f"a=extmap:{d.repaired_rid}{suffix} {REPAIRED_RID}"]
            lines += [*(f"a=rid:{rid} send" for rid in self.rids), f"a=simulcast:send {';'.join(self.rids)}"]
            return lines
        return lines + self._ssrcs(name)

    def _ssrcs(self, name: str) -> list[str]:
        lines = []
        ssrc, repair = self.ssrcs.get(name), self.ssrcs.get(f"{name}_rtx")
        if ssrc is not None and repair is not None:
            lines.append(f"a=ssrc-group:FID {ssrc} {repair}")
        return lines + [f"a=ssrc:{number} cname:c" for number in (ssrc, repair) if number is not None]

    def _data(self, mid: int) -> list[str]:
        head = self._head("application", "UDP/DTLS/SCTP", "webrtc-datachannel", mid)
        return [*head, "a=sctp-port:5000", "a=max-message-size:262144"]
