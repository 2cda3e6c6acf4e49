"""A worker with its recorder as processes: what is lost when they are killed, or when the store refuses."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from chalicelib.signalling.messages import Push
from chalicelib.signalling.recording import Wanted
from tests.media.bucket import NAME, FakeBucket, fake_bucket
from tests.media.client import Client
from tests.media.functions import ControlClient
from tests.media.process import WorkerProcess
from tests.media.test_recording import KEY
from tests.media.waiting import until_true
from tests.unit.media_workers.recording.senders import tone

SPOKEN = 10
"""Seconds: two whole segments, and half of one."""


@dataclass
class Running:
    """A worker process that records Anne."""

    worker: WorkerProcess
    bucket: FakeBucket
    control: ControlClient
    anne: Client
    paul: Client
    sent: int = 0

    async def record(self, state: str = "running", version: int = 1) -> None:
        track = {
            "track": "voice",
            "participant": "anne",
            "source": "microphone",
            "key": KEY,
            "path": "recordings/r/voice/",
        }
        wanted = Wanted("r", version, state, 1, time.time(), {"anne": "agreed"}, [])
        await self.control.push(Push(type="record", epoch=1, message={**vars(wanted), "tracks": [track]}))

    async def speak(self, seconds: int) -> None:
        """Sends so much sound, as fast as it would be spoken, and waits until Paul has heard it."""
        seat = self.paul.seat(0, "audio")[0]
        sounds, began = tone(440, 1_000), time.monotonic()
        for number in range(50 * seconds):
            self.sent += 1
            # What was late catches up: the time of a packet is its number's.
            await asyncio.sleep(max(0.0, began + number / 50 - time.monotonic()))
            self.anne.send("microphone", self.sent, 960 * self.sent, sounds[self.sent % len(sounds)])
        await until_true(lambda: len(self.paul.of(seat)) >= 0.95 * self.sent, "Anne to be heard")

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


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with fake_bucket() as bucket, aiohttp.ClientSession() as session:
        worker = await WorkerProcess.start(
            bucket.environment, ID="w", RECORDINGS_BUCKET=NAME, SPOOL=str(tmp_path / "spool")
        )
        control = ControlClient(session, worker.control, time.time)
        anne, paul = Client("anne"), Client("paul")
        for client in (anne, paul):
            await client.join(control)
        anne.up(microphone=True)
        await until_true(lambda: bool(paul.told("participant")), "Anne's microphone")
        made = Running(worker, bucket, control, anne, paul)
        await made.record()
        await until_true(lambda: bool(anne.told("recording")), "being recorded")
        yield made
        for client in (anne, paul):
            client.vanish()
        await worker.kill()


async def test_stopping_stores_everything_with_a_manifest(running: Running) -> None:
    await running.speak(SPOKEN)
    await running.record("stopped", version=2)
    await until_true(lambda: bool(running.bucket.manifests()), "the manifest")
    await until_true(lambda: len(running.bucket.segments("voice")) == 3, "all segments")


async def test_killing_worker_and_recorder_costs_the_open_segment_and_no_more(running: Running) -> None:
    await running.speak(SPOKEN)
    await until_true(lambda: len(running.bucket.segments("voice")) == 2, "what is closed to be stored")
    os.kill(running.recorder, signal.SIGKILL)
    await running.worker.kill()
    segments = running.bucket.segments("voice")
    kept = sum(int(name.split("-")[3]) for name in segments)
    assert 1_000 * SPOKEN - kept <= 4_000, "one open segment: two seconds here, four at most"
    assert not running.bucket.manifests(), "nobody says that this is all"


async def test_killing_the_worker_alone_costs_nothing_that_it_had_handed_over(running: Running) -> None:
    await running.speak(SPOKEN)
    await until_true(lambda: len(running.bucket.segments("voice")) == 2, "what is closed to be stored")
    await running.worker.kill()
    await until_true(lambda: bool(running.bucket.manifests()), "the recorder to finish by itself")
    await until_true(lambda: len(running.bucket.segments("voice")) == 3, "the segment that was open")


async def test_a_store_that_refuses_holds_up_nobody_and_gets_it_all_in_the_end(running: Running) -> None:
    running.bucket.refuses = True
    await running.speak(SPOKEN)
    await until_true(lambda: running.bucket.refused > 4, "refusals")
    assert not running.bucket.objects
    await running.speak(2)  # Paul hears it: nothing waits for the store
    running.bucket.refuses = False
    await running.record("stopped", version=2)
    await until_true(lambda: bool(running.bucket.manifests()), "the manifest")
    await until_true(lambda: len(running.bucket.segments("voice")) == 3, "all segments")
    stored = sum(int(name.split("-")[3]) for name in running.bucket.segments("voice"))
    assert stored == pytest.approx(1_000 * (SPOKEN + 2), abs=200), "nothing is missing"


async def test_what_a_killed_worker_had_on_its_disk_is_stored_when_it_starts_again(
    running: Running, tmp_path: Path
) -> None:
    running.bucket.refuses = True
    await running.speak(SPOKEN)
    await until_true(lambda: len(list((tmp_path / "spool" / "w").iterdir())) == 2, "the disk")
    os.kill(running.recorder, signal.SIGKILL)
    await running.worker.kill()
    running.bucket.refuses = False
    again = await WorkerProcess.start(
        running.bucket.environment, ID="w", RECORDINGS_BUCKET=NAME, SPOOL=str(tmp_path / "spool")
    )
    await until_true(lambda: len(running.bucket.segments("voice")) == 2, "what was on the disk")
    assert await again.stop() == 0


async def test_a_recorder_that_is_killed_costs_the_meeting_nothing(running: Running) -> None:
    await running.speak(2)
    os.kill(running.recorder, signal.SIGKILL)
    await until_true(lambda: running.anne.told("recording")[-1]["state"] == "none", "that it has ended")
    await running.speak(2)


async def test_stopping_the_worker_stores_what_is_open(running: Running) -> None:
    await running.speak(SPOKEN)
    assert await running.worker.stop() == 0
    assert len(running.bucket.segments("voice")) == 3 and running.bucket.manifests()
