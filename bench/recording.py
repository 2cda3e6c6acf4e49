"""What a recorded track costs beside a forwarded one: ``python -m bench.recording``.

One publisher sends a camera (thirty frames a second of seven packets with 1,100 bytes: 1.8 Mbit/s) and a microphone,
with keyframes every four seconds. In one run: nobody looks and nothing is written; one receiver; nothing but what the
worker does for a recording (the tap, and handing packets to a socket); the recorder's part (jitter, frames, WebM,
AES-256-GCM, a file on disk), which is a process of its own. CPU is user and system time, per packet and as per cent of
a core for one person recorded. Real SRTP on the way in (`media_workers.yardstick`); the store is not in it.
"""

import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from media_workers import rtp
from media_workers.forwarder import PythonForwarder
from media_workers.recording import wire
from media_workers.recording.recorder import Recorder
from media_workers.recording.spool import Spool
from media_workers.recording.tap import Tap
from media_workers.recording.wire import Order
from media_workers.yardstick import Srtp, leg, publish, seat

SECONDS = 60
"""Of media, sent as fast as they go."""
PER_SECOND = 30 * 7 + 50
FIRST = bytes((0x10, 0)) + b"\0\0\x9d\x01\x2a" + (1280).to_bytes(2, "little") + (720).to_bytes(2, "little")
KEYFRAME = FIRST + bytes(1_100 - len(FIRST))
DELTA = bytes((0x10, 1)) + bytes(1_098)
PART = bytes((0x00, 1)) + bytes(1_098)
SOUND = b"\x78" + bytes(159)


class Line:
    """A feed over a real socket that somebody empties."""

    def __init__(self) -> None:
        self.dropped = 0
        self._ours, self._theirs = socket.socketpair()
        self._gathered: list[bytes] = []
        self.sent: list[bytes] = []
        threading.Thread(target=self._empty, daemon=True).start()

    def packet(self, framed: bytes) -> None:
        self._gathered.append(framed)

    def order(self, order: Order) -> None:
        self._gathered.append(wire.order(order))

    def flush(self) -> None:
        if self._gathered:
            self._ours.sendall(b"".join(self._gathered))
            self.sent += self._gathered
            self._gathered = []

    def close(self) -> None:
        self._ours.close()

    def _empty(self) -> None:
        while self._theirs.recv(1 << 18):
            pass


def media(browser: Srtp) -> Iterator[list[bytes]]:
    """What comes in 20 ms, protected, for so many seconds."""
    sequence = frame = 0
    for tick in range(50 * SECONDS):
        packets = [browser.protect(rtp.header(111, True, tick & 0xFFFF, tick * 960 & 0xFFFFFFFF, 10, b"") + SOUND)]
        while frame * 50 < tick * 30 + 30:
            for part in range(7):
                payload = (KEYFRAME if frame % 120 == 0 else DELTA) if part == 0 else PART
                head = rtp.header(96, part == 6, sequence & 0xFFFF, frame * 3000 & 0xFFFFFFFF, 11, b"")
                packets.append(browser.protect(head + payload))
                sequence += 1
            frame += 1
        yield packets


def measure(receivers: int, line: Line | None) -> float:
    """Seconds of CPU in the worker for the whole of the media."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out,
    ):
        sink.bind(("127.0.0.1", 0))
        forwarder, key = PythonForwarder(), os.urandom(44)
        to = sink.getsockname()

        def send(datagram: bytes) -> None:
            out.sendto(datagram, to)

        publisher = leg("publisher", key, send)
        slots = publish(publisher)
        for number, slot in enumerate(slots):
            if line is not None:
                encoding = slot.encodings[0]
                encoding.tap = Tap(encoding, number, line, 0.0, waits=False, begun=lambda tap: None)
        forwarder.open(publisher, 0.0)
        for number in range(receivers):
            made = leg(f"receiver-{number}", os.urandom(44), send)
            forwarder.open(made, 0.0)
            for track, slot in zip(seat(made), slots, strict=True):
                forwarder.switch(track, slot.encodings[0])
        spent = 0.0
        for number, packets in enumerate(media(Srtp(key))):
            now = number / 50
            started = time.thread_time()
            for packet in packets:
                forwarder.receive(publisher, packet, now)
            forwarder.tick(now, now)
            if line is not None:
                line.flush()
            spent += time.thread_time() - started
        return spent


def write(frames: list[bytes]) -> tuple[float, int, int]:
    """Seconds of CPU in the recorder for those frames of the wire; segments and bytes it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder), 1 << 34)
        recorder = Recorder(spool, lambda said: None)
        orders: list[dict[str, Any]] = [{"order": "part", "recording": "r", "part": 1, "began": 0.0}]
        key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        for stream, (track, kind) in enumerate((("voice", "audio"), ("face", "video"))):
            place = {"recording": "r", "part": 1, "track": track}
            orders.append({"order": "track", **place, "kind": kind, "key": key, "path": f"recordings/r/{track}/"})
            orders.append({"order": "stream", **place, "stream": stream, "sender": "anne"})
        reader = wire.Reader()
        for order in orders:
            recorder.take(order)
        started = time.thread_time()
        for at in range(0, len(frames), 100):
            for said in reader.feed(b"".join(frames[at : at + 100])):
                recorder.take(said)
        recorder.close_all()
        return time.thread_time() - started, len(spool.waiting()), spool.held


def main() -> None:
    """Prints what each costs."""
    packets = SECONDS * PER_SECOND
    line = Line()
    nobody = measure(0, None)
    forwarded = measure(1, None) - nobody
    tapped = measure(0, line) - nobody
    recorded, segments, size = write(line.sent)

    def row(what: str, seconds: float) -> str:
        return f"| {what} | {seconds / packets * 1e6:.1f} | {seconds / SECONDS * 100:.2f} |"

    print("| one person, camera and microphone | µs CPU per packet | % of a core |")
    print("|---|---|---|")
    print(row("taken in, nobody looks", nobody))
    print(row("forwarded to one receiver, besides", forwarded))
    print(row("recorded: in the worker, besides", tapped))
    print(row("recorded: in the recorder's process", recorded))
    print(f"\n{segments} objects, {size / 1e6:.1f} MB for {SECONDS} s. ", end="")
    print(f"Recorded costs {(tapped + recorded) / forwarded:.2f} of what one receiver costs;", end=" ")
    print(f"in the worker {tapped / forwarded:.2f} of it.")


if __name__ == "__main__":
    main()
