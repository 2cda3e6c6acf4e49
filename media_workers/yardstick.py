"""A room without a network: one publisher, some receivers, the worker's own forwarder and sockets, real keys.

Frames of seven packets (1,100 bytes) and a sound packet go through all that a packet goes through between the socket it
was read from and the one it leaves by. They leave to a socket that nobody reads.
"""

import os
import socket
from collections.abc import Callable

import pylibsrtp

from media_workers import rtp, srtp
from media_workers.down_track import DownTrack
from media_workers.forwarder import PythonForwarder
from media_workers.leg import Leg
from media_workers.settings import Announced
from media_workers.udp import Path, Sockets
from media_workers.up_track import Slot

LOOPBACK = "127.0.0.1"
PARTS = 7
PICTURE = bytes((0x90, 0xC0, 0x80, 1, 1, 1)) + bytes(1094)
KEYFRAME = bytes((0x90, 0xC0, 0x80, 0, 0, 0)) + bytes(1094)
FRAME = 1 / 30
"""Seconds between two frames."""


class Srtp:
    """Sessions under a key of this run."""

    def __init__(self, key: bytes) -> None:
        inbound, outbound = (
            pylibsrtp.Session(pylibsrtp.Policy(key, kind, srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM))
            for kind in (pylibsrtp.Policy.SSRC_ANY_INBOUND, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        )
        self.protect, self.protect_rtcp = srtp.operations(outbound, "protect", "protect_rtcp")
        self.protect_run = srtp.run_operation(outbound)
        self.unprotect, self.unprotect_rtcp = srtp.operations(inbound, "unprotect", "unprotect_rtcp")


def leg(
    name: str,
    key: bytes,
    send: Callable[[bytes], None],
    send_run: Callable[[memoryview, list[int]], None] | None = None,
) -> Leg:
    """A connection with keys and no peer. ``send``, ``send_run``: where its packets go."""
    return Leg(name, Srtp(key), send, lambda _: None, bitrate=10**9, feedback_ssrc=1, now=0.0, send_run=send_run)


def seat(made: Leg) -> tuple[DownTrack, DownTrack]:
    """Sound and picture that a receiver can be given."""
    audio, video = (
        DownTrack(
            made,
            kind,
            name="seat-0",
            ssrc=ssrc,
            formats={codec: (payload_type, None)},
            repair_ssrc=None,
            extension_ids={},
            start=(0, 0),
            now=0.0,
        )
        for kind, codec, ssrc, payload_type in (("audio", "opus", 1, 111), ("video", "vp8", 2, 96))
    )
    return audio, video


def publish(made: Leg) -> tuple[Slot, Slot]:
    """Microphone and camera of a publisher."""
    slots = (
        Slot("microphone", "audio", {111: "opus"}, {}, nack=False),
        Slot("camera", "video", {96: "vp8"}, {}, nack=True),
    )
    for mid, slot in enumerate(slots):
        made.add_slot(slot, str(mid), {}, [10 + mid], set())
    return slots


class Yardstick:
    """``receivers``: each gets all that is published. Close it. Its time is that of the frames forwarded."""

    def __init__(self, receivers: int) -> None:
        self._sockets = Sockets((Announced(LOOPBACK, LOOPBACK),), 0)
        self._sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sink.bind((LOOPBACK, 0))
        self._path = Path(0, self._sink.getsockname())
        self._forwarder = PythonForwarder(gathers=True)
        self._frame = 0
        self._now = 0.0
        key = os.urandom(44)
        self._browser = Srtp(key)
        self._publisher = leg("publisher", key, self._send, self._send_run)
        sources = publish(self._publisher)
        self._forwarder.open(self._publisher, 0.0)
        for number in range(receivers):
            made = leg(f"receiver-{number}", os.urandom(44), self._send, self._send_run)
            self._forwarder.open(made, 0.0)
            for track, slot in zip(seat(made), sources, strict=True):
                self._forwarder.switch(track, slot.encodings[0])

    @property
    def sent(self) -> int:
        """Packets forwarded so far."""
        return self._forwarder.sent_packets

    def frames(self, count: int) -> list[list[bytes]]:
        """The datagrams of the publisher's next frames: work of its browser, not of the worker."""
        return [self._next_frame() for _ in range(count)]

    def forward(self, datagrams: list[bytes]) -> None:
        """A frame that came in one burst."""
        self._now += FRAME
        for datagram in datagrams:
            self._forwarder.receive(self._publisher, datagram, self._now)
        self._forwarder.flush(self._now)
        self._forwarder.tick(self._now, self._now)

    def close(self) -> None:
        """Gives the sockets back."""
        self._sink.close()
        self._sockets.close(None)

    def _send(self, datagram: bytes) -> None:
        self._sockets.send((datagram,), self._path)

    def _send_run(self, data: memoryview, lengths: list[int]) -> None:
        self._sockets.send_run(data, lengths, self._path)

    def _next_frame(self) -> list[bytes]:
        frame, self._frame = self._frame, self._frame + 1
        packets = [rtp.header(111, True, frame & 0xFFFF, frame * 960 & 0xFFFFFFFF, 10, b"") + bytes(80)]
        for part in range(PARTS):
            sequence = (frame * PARTS + part) & 0xFFFF
            header = rtp.header(96, part == PARTS - 1, sequence, frame * 3000 & 0xFFFFFFFF, 11, b"")
            packets.append(header + (PICTURE if frame or part else KEYFRAME))
        return [self._browser.protect(packet) for packet in packets]
