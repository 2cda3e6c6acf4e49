"""A room forwarded twice: by Python and by the native library, under the same keys. The same bytes must leave."""

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pylibsrtp

from media_workers import rtcp, rtp, srtp
from media_workers.down_track import DownTrack
from media_workers.forwarder import Forwarder, PythonForwarder
from media_workers.leg import Leg
from media_workers.native_forwarder import NativeForwarder
from media_workers.sdp_plan import (
    AUDIO_LEVEL,
    CAPTURE_TIME,
    DEPENDENCY_DESCRIPTOR,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_WIDE,
)
from media_workers.srtp import Keys
from media_workers.up_track import Slot

PROFILES = {
    "SRTP_AEAD_AES_256_GCM": (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
    "SRTP_AEAD_AES_128_GCM": (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
    "SRTP_AES128_CM_SHA1_80": (pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
}
MICROPHONE, CAMERA, REPAIR = 11, 22, 23
VIDEO_FORMATS = {96: "vp8", 98: "vp9", 102: "h264", 45: "av1"}
UP_IDS = {
    TRANSPORT_WIDE: 3,
    AUDIO_LEVEL: 1,
    DEPENDENCY_DESCRIPTOR: 12,
    CAPTURE_TIME: 6,
    MID: 4,
    RID: 10,
    REPAIRED_RID: 11,
}


class Sessions:
    """SRTP of libsrtp as aiortc sets it up."""

    def __init__(self, profile: str, key: bytes) -> None:
        policies = []
        for kind in (pylibsrtp.Policy.SSRC_ANY_INBOUND, pylibsrtp.Policy.SSRC_ANY_OUTBOUND):
            policy = pylibsrtp.Policy(key, kind, srtp_profile=PROFILES[profile][0])
            policy.allow_repeat_tx = True
            policy.window_size = 1024
            policies.append(pylibsrtp.Session(policy))
        inbound, outbound = policies
        self.protect, self.protect_rtcp = srtp.operations(outbound, "protect", "protect_rtcp")
        self.protect_run = srtp.run_operation(outbound)
        self.unprotect, self.unprotect_rtcp = srtp.operations(inbound, "unprotect", "unprotect_rtcp")


class Side:
    """One forwarder with its people: Anne sends, others watch."""

    def __init__(self, make: Callable[[], Forwarder], profile: str, keys: random.Random, rids: tuple[str, ...]) -> None:
        self.forwarder = make()
        self.sent: dict[str, list[bytes]] = defaultdict(list)
        self.levels: list[int] = []
        self.anne = self.leg("anne", profile, keys)
        self.microphone = Slot("microphone", "audio", {111: "opus", 63: "red"}, {}, nack=True)
        self.camera = Slot("camera", "video", VIDEO_FORMATS, {97: 96, 99: 98, 103: 102, 46: 45}, nack=True, rids=rids)
        self.anne.add_slot(self.microphone, "0", UP_IDS, [MICROPHONE], set())
        self.anne.add_slot(self.camera, "1", UP_IDS, [CAMERA, REPAIR], {REPAIR})
        self.forwarder.open(self.anne, 0.0)
        self.seats: list[tuple[DownTrack, DownTrack]] = []

    def leg(self, name: str, profile: str, keys: random.Random) -> Leg:
        """``keys``: where its key comes from; the same on both sides."""
        key = keys.randbytes(PROFILES[profile][1])
        sessions = Sessions(profile, key)
        made = Leg(name, sessions, self.sent[name].append, self.levels.append, bitrate=10**8, feedback_ssrc=1, now=0.0)
        made.keys = Keys(profile, key, key)
        return made

    def watch(self, name: str, profile: str, keys: random.Random, **changes: Any) -> None:
        """Somebody takes a seat with Anne's sound and picture."""
        made = self.leg(name, profile, keys)
        ids: dict[str, int] = changes.get("ids", {})
        video = changes.get("video", {"vp8": (100, 101), "vp9": (102, 103), "h264": (104, 105), "av1": (106, 107)})
        audio = changes.get("audio", {"opus": (109, None)})
        pair = []
        for number, (kind, formats) in enumerate((("audio", audio), ("video", video))):
            repairs = any(repair for _, repair in formats.values())
            down = DownTrack(
                made,
                kind,
                name="seat-0",
                ssrc=1000 + number,
                formats=formats,
                repair_ssrc=2000 + number if repairs else None,
                extension_ids=ids,
                start=(65530, 4_294_960_000),
                now=0.0,
            )
            made.downs[down.ssrc] = down
            pair.append(down)
        self.forwarder.open(made, 0.0)
        self.seats.append((pair[0], pair[1]))

    def collected(self, *, reports: bool = False) -> dict[str, list[bytes]]:
        """What went to everybody since the last call, media alone or with ``reports``."""
        if isinstance(self.forwarder, NativeForwarder):
            for number, datagram in self.forwarder.engine.outgoing():
                self.sent[self.forwarder._legs[number].name].append(datagram)
        sent, found = self.sent, {}
        for name in sent:
            found[name] = [datagram for datagram in sent[name] if reports or not rtp.is_rtcp(datagram)]
            sent[name].clear()
        return found


class Pair:
    """Both, fed alike. ``differs``: the first difference is an assertion's business."""

    def __init__(self, library: Any, profile: str = "SRTP_AEAD_AES_256_GCM", rids: tuple[str, ...] = ("",)) -> None:
        self.profile = profile
        makers: tuple[Callable[[], Forwarder], ...] = (
            lambda: PythonForwarder(gathers=True),
            lambda: NativeForwarder(library, lambda: 0.0),
        )
        self._keys = [random.Random(7), random.Random(7)]
        self.sides = [Side(make, profile, keys, rids) for make, keys in zip(makers, self._keys, strict=True)]
        self._browser = Sessions(profile, random.Random(7).randbytes(PROFILES[profile][1]))
        self._watchers: dict[int, Sessions] = {}
        self.now = 0.0

    def watch(self, name: str, **changes: Any) -> None:
        """See `Side.watch`; shown from the start is the first encoding."""
        for side, keys in zip(self.sides, self._keys, strict=True):
            side.watch(name, self.profile, keys, **changes)
        self.show(len(self.sides[0].seats) - 1, 0)

    def show(self, seat: int, encoding: int | None) -> None:
        """What a seat gets."""
        for side in self.sides:
            sound, picture = side.seats[seat]
            side.forwarder.switch(sound, side.microphone.encodings[0] if encoding is not None else None)
            side.forwarder.switch(picture, side.camera.encodings[encoding] if encoding is not None else None)

    def limit(self, seat: int, spatial: int, temporal: int) -> None:
        """Up to which layers."""
        for side in self.sides:
            side.forwarder.limit(side.seats[seat][1], spatial, temporal)

    def send(self, packets: list[bytes], seconds: float = 0.033, patience: float = 0.0) -> None:
        """Anne sends packets that arrive together."""
        self.send_protected([self.protected(packet) for packet in packets], seconds, patience)

    def protected(self, packet: bytes) -> bytes:
        """A packet as Anne's browser sends it. Raises `Malformed`."""
        return self._browser.protect(packet)

    def send_protected(self, datagrams: list[bytes], seconds: float = 0.033, patience: float = 0.0) -> None:
        """The same, as they come from the wire."""
        self.now += seconds
        for side in self.sides:
            for datagram in datagrams:
                side.forwarder.receive(side.anne, datagram, self.now)
            side.forwarder.flush(self.now, patience)

    def tick(self) -> None:
        """Both do what is due."""
        for side in self.sides:
            side.forwarder.tick(self.now, 10**9 + self.now)

    def ask_again(self, seat: int, numbers: list[int]) -> None:
        """A receiver misses packets of its picture."""
        self.tell(seat, [rtcp.nack(1, self.sides[0].seats[seat][1].ssrc, numbers)], self.now)

    def tell(self, seat: int, compound: list[bytes], now: float) -> None:
        """A receiver sends RTCP."""
        self.tell_protected(seat, self.told_by(seat).protect_rtcp(b"".join(compound)), now)

    def told_by(self, seat: int) -> Sessions:
        """The keys of who sits there."""
        keys = self.sides[0].seats[seat][1].leg.keys
        assert keys is not None
        return self._watchers.setdefault(seat, Sessions(self.profile, keys.receives))

    def tell_protected(self, seat: int, datagram: bytes, now: float) -> None:
        """The same, as it comes from the wire."""
        for side in self.sides:
            side.forwarder.receive(side.seats[seat][1].leg, datagram, now)
            if isinstance(side.forwarder, PythonForwarder):
                side.forwarder._read_told()  # the library has no tick of its own for it

    def same(self, *, reports: bool = False) -> dict[str, list[bytes]]:
        """What both sent since the last call. Raises `AssertionError` where they differ."""
        python, native = (side.collected(reports=reports) for side in self.sides)
        assert python == native
        return python

    def told_alike(self) -> None:
        """What both know of Anne's streams is the same. Raises `AssertionError`."""
        for side in self.sides:
            side.forwarder.tick(self.now, 10**9 + self.now)
        python, native = (
            [
                (
                    encoding.codec,
                    encoding.ssrc,
                    encoding.sizes,
                    encoding.reception.counts,
                    encoding.meter.rate(),
                    encoding.meter.highest,
                    encoding.meter.alive(self.now),
                    encoding.keyframes.due(self.now),
                    encoding.gaps.due(self.now),
                    len(encoding.downs),
                )
                for slot in (side.microphone, side.camera)
                for encoding in slot.encodings
            ]
            for side in self.sides
        )
        assert python == native
        assert self.sides[0].levels == self.sides[1].levels
        counts = [(side.anne.malformed, side.forwarder.sent_packets) for side in self.sides]
        assert counts[0] == counts[1]
