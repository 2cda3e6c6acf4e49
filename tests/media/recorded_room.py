"""A room that is recorded: a real worker, its recorder, a bucket, two clients over real sockets."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.signalling.messages import Push
from chalicelib.signalling.recording import Wanted
from tests.media.bucket import NAME, FakeBucket, fake_bucket
from tests.media.client import Client
from tests.media.functions import ControlClient
from tests.media.process import WorkerProcess
from tests.media.waiting import until_true
from tests.unit.media_workers.recording.senders import tone

SECRET = bytes(32)
TRACKS = {"microphone": "voice", "camera": "face"}


@dataclass
class RecordedRoom:
    """Anne has agreed to be recorded, Paul has not. ``began``: zero of the timeline, seconds since 1970. ``sender``:
    whose tracks Anne has agreed to."""

    worker: WorkerProcess
    bucket: FakeBucket
    control: ControlClient
    anne: Client
    paul: Client
    sources: tuple[str, ...]
    began: float
    sender: str = "anne"
    sent: int = 0

    async def record(self, state: str = "running", version: int = 1) -> None:
        """The functions say how it stands."""
        tracks = [
            {
                "track": TRACKS[source],
                "participant": self.sender,
                "owner": "anne",
                "source": source,
                "key": base64.b64encode(SECRET).decode(),
                "path": f"recordings/r/{TRACKS[source]}/",
            }
            for source in self.sources
        ]
        wanted = Wanted("r", version, state, 1, self.began, {"anne": "agreed"}, [])
        await self.control.push(Push(type="record", epoch=1, message={**vars(wanted), "tracks": tracks}))

    async def speak(self, seconds: int) -> None:
        """Anne sends so much sound, as fast as it would be spoken; waits until Paul has heard it."""
        seat = self.paul.seat(0, "audio")[0]
        sounds, began = tone(440, 1_000), time.monotonic()
        for number in range(50 * seconds):
            self.sent += 1
            # What was late catches up: the time of a packet is its number's.
            await asyncio.sleep(max(0.0, began + number / 50 - time.monotonic()))
            self.anne.send("microphone", self.sent, 960 * self.sent, sounds[self.sent % len(sounds)])
        await until_true(lambda: len(self.paul.of(seat)) >= 0.95 * self.sent, "Anne to be heard")

    async def stop(self) -> None:
        """The host stops; waits until all is stored."""
        await self.record("stopped", version=2)
        await until_true(lambda: len(self.bucket.manifests()) == len(self.sources), "the manifests")
        for source in self.sources:
            named = {segment[0] for segment in self.manifest(source)["segments"]}
            await until_true(lambda s=source, n=named: n == self._numbers(s), f"all of {TRACKS[source]}")  # type: ignore[misc]

    @property
    def recorder(self) -> int:
        """The recorder's process id."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    status = (entry / "stat").read_text()
                except OSError:
                    continue
                if int(status.rpartition(")")[2].split()[1]) == self.worker.pid:
                    return int(entry.name)
        raise AssertionError("no recorder")

    def files(self, source: str) -> list[tuple[float, bytes]]:
        """What was stored of a source, opened: where each file begins (seconds of the timeline), and the file."""
        track, found = TRACKS[source], []
        for name in self.bucket.segments(track):
            number, start = (int(word) for word in name.split("-")[1:3])
            plain = self._opened(track, name, bytes(4) + number.to_bytes(8, "big"))
            found.append((start / 1_000, plain[4 + int.from_bytes(plain[:4], "big") :]))
        return found

    def _numbers(self, source: str) -> set[int]:
        return {int(name.split("-")[1]) for name in self.bucket.segments(TRACKS[source])}

    def manifest(self, source: str) -> dict[str, Any]:
        """What the worker says of a source at the end."""
        found: dict[str, Any] = json.loads(self._opened(TRACKS[source], "0001-manifest-0", bytes([1]) + bytes(11)))
        return found

    def _opened(self, track: str, name: str, nonce: bytes) -> bytes:
        content = self.bucket.objects[f"recordings/r/{track}/{name}"]
        return AESGCM(SECRET).decrypt(nonce, content, f"r\0{track}\0{name}".encode())


@asynccontextmanager
async def recorded_room(
    folder: Path, *sources: str, sender: str = "anne", **settings: str
) -> AsyncIterator[RecordedRoom]:
    """One with Anne, or what she answers for, being recorded. ``folder``: for the worker's disk; ``settings``: its."""
    async with fake_bucket() as bucket, aiohttp.ClientSession() as session:
        worker = await WorkerProcess.start(
            bucket.environment, ID="w", RECORDINGS_BUCKET=NAME, SPOOL=str(folder / "spool"), **settings
        )
        control = ControlClient(session, worker.control, time.time)
        anne, paul = Client("anne"), Client("paul")
        try:
            for client in (anne, paul):
                await client.join(control)
            anne.up(**dict.fromkeys(sources, True))
            await until_true(lambda: bool(paul.told("participant")), "Anne's microphone")
            made = RecordedRoom(worker, bucket, control, anne, paul, sources, time.time(), sender)
            await made.record()
            await until_true(lambda: bool(anne.told("recording")), "being recorded")
            yield made
        finally:
            for client in (anne, paul):
                client.vanish()
            await worker.kill()
