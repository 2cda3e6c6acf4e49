"""What a forwarded packet costs the worker: ``python -m bench.forwarding``.

One publisher sends frames of seven packets (1,100 bytes) and a sound packet; each of N receivers gets all of it. Real
SRTP (AES-256-GCM), real UDP sends to a socket that nobody reads. Counted is the CPU time of the forwarding alone, user
and system: reading the socket is not in it.
"""

import os
import socket
import time

import pylibsrtp

from media_workers import rtp, srtp
from media_workers.down_track import DownTrack
from media_workers.forwarder import PythonForwarder
from media_workers.leg import Leg
from media_workers.up_track import Slot

SECONDS = 4.0
RECEIVERS = (1, 10, 30, 60)
PICTURE = bytes((0x90, 0xC0, 0x80, 1, 1, 1)) + bytes(1094)
KEYFRAME = bytes((0x90, 0xC0, 0x80, 0, 0, 0)) + bytes(1094)


class Srtp:
    """Sessions under a key of this run."""

    def __init__(self, key: bytes) -> None:
        inbound, outbound = (
            pylibsrtp.Session(pylibsrtp.Policy(key, kind, srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM))
            for kind in (pylibsrtp.Policy.SSRC_ANY_INBOUND, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        )
        self.protect, self.protect_rtcp = srtp.operations(outbound, "protect", "protect_rtcp")
        self.unprotect, self.unprotect_rtcp = srtp.operations(inbound, "unprotect", "unprotect_rtcp")


def leg(name: str, key: bytes, out: socket.socket, sink: tuple[str, int]) -> Leg:
    """A connection whose packets go to a socket nobody reads."""

    def send(data: bytes) -> None:
        out.sendto(data, sink)

    return Leg(name, Srtp(key), send, lambda level: None, bitrate=10**9, feedback_ssrc=1, now=0.0)


def receiver(number: int, out: socket.socket, sink: tuple[str, int]) -> tuple[Leg, DownTrack, DownTrack]:
    """A receiver with one seat."""
    made = leg(f"receiver-{number}", os.urandom(44), out, sink)
    tracks = [
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
    ]
    return made, tracks[0], tracks[1]


def measure(receivers: int) -> float:
    """Microseconds of CPU per forwarded packet."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        sink.bind(("127.0.0.1", 0))
        forwarder = PythonForwarder()
        key = os.urandom(44)
        publisher = leg("publisher", key, out, sink.getsockname())
        slots = (
            Slot("microphone", "audio", {111: "opus"}, {}, nack=False),
            Slot("camera", "video", {96: "vp8"}, {}, nack=True),
        )
        for mid, slot in enumerate(slots):
            publisher.add_slot(slot, str(mid), {}, [10 + mid], set())
        forwarder.open(publisher, 0.0)
        for number in range(receivers):
            made, audio, video = receiver(number, out, sink.getsockname())
            forwarder.open(made, 0.0)
            forwarder.switch(audio, slots[0].encodings[0])
            forwarder.switch(video, slots[1].encodings[0])
        return _run(forwarder, publisher, Srtp(key))


def _run(forwarder: PythonForwarder, publisher: Leg, browser: Srtp) -> float:
    spent, sent, sequence, frame = 0.0, forwarder.sent_packets, 0, 0
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        packets = [browser.protect(rtp.header(111, True, frame & 0xFFFF, frame * 960, 10, b"") + bytes(80))]
        for part in range(7):
            payload = KEYFRAME if sequence == 0 else PICTURE
            header = rtp.header(96, part == 6, sequence & 0xFFFF, frame * 3000 & 0xFFFFFFFF, 11, b"")
            packets.append(browser.protect(header + payload))
            sequence += 1
        frame += 1
        started = time.process_time()
        for packet in packets:
            forwarder.receive(publisher, packet, time.monotonic())
        forwarder.tick(time.monotonic(), time.time())
        spent += time.process_time() - started
    return spent / (forwarder.sent_packets - sent) * 1e6


def main() -> None:
    """Prints a row per number of receivers."""
    print("receivers  µs CPU per forwarded packet")
    for receivers in RECEIVERS:
        print(f"{receivers:9}  {measure(receivers):.1f}")


if __name__ == "__main__":
    main()
