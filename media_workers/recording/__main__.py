"""The recorder's process: ``python -m media_workers.recording <descriptor> <folder> <bytes> <bucket>``.

The descriptor is a socket to the worker that started it. When that closes, by order or because the worker died, what is
open is written to its end and stored, for `LINGER` seconds at most; the rest stays on the disk for the next start.
"""

import json
import os
import select
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from media_workers import logs
from media_workers.recording.recorder import Recorder
from media_workers.recording.s3 import Bucket
from media_workers.recording.spool import Spool
from media_workers.recording.upload import Uploader
from media_workers.recording.wire import Reader

BEAT = 0.25
STATUS_EVERY = 0.5
LINGER = 90.0
"""Within the two minutes a container has to end."""
THREADS = 4
"""Objects on their way to the store at once: the way there and back takes longer than the sending."""
NICE = 5
"""Live media comes first."""


def serve(wire: socket.socket, spool: Spool, bucket: str) -> None:
    """Records until the worker closes the socket."""
    lock = threading.Lock()
    reader, stopped = Reader(), threading.Event()

    def say(said: dict[str, Any]) -> None:
        try:
            wire.sendall(json.dumps(said, separators=(",", ":")).encode() + b"\n")
        except OSError:
            stopped.set()  # the worker is gone; what is here is still brought to its end

    recorder = Recorder(spool, say)

    def stored(path: str) -> None:
        with lock:
            recorder.stored(path)

    uploader = Uploader(spool, Bucket(bucket), stored)
    for _ in range(THREADS):
        threading.Thread(target=_upload, args=(uploader,), daemon=True).start()
    told = 0.0
    while not stopped.is_set():
        readable, _, _ = select.select([wire], [], [], BEAT)
        data = wire.recv(1 << 18) if readable else None
        if data == b"":
            break
        with lock:
            for said in reader.feed(data or b""):
                recorder.take(said)
            now = time.time()
            recorder.beat(now)
            status = recorder.status(uploader.oldest(time.monotonic())) if now - told >= STATUS_EVERY else None
        if status is not None:
            told = now
            say(status)
    with lock:
        recorder.close_all()
    deadline = time.monotonic() + LINGER
    while spool.waiting() and time.monotonic() < deadline:
        time.sleep(0.05)


def _upload(uploader: Uploader) -> None:
    while True:
        pause = uploader.step(time.monotonic())
        if pause:
            time.sleep(pause)


def main(arguments: list[str]) -> int:
    """Reads the arguments and records."""
    logs.start(os.environ.get("IBOO_WORKER_LOG_LEVEL", "INFO").upper())
    os.nice(NICE)
    descriptor, folder, most, bucket = arguments
    wire = socket.socket(fileno=int(descriptor))
    wire.setblocking(True)
    serve(wire, Spool(Path(folder), int(most)), bucket)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
