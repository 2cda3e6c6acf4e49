"""A worker with its recorder as processes: what is lost when they are killed, or when the store refuses."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media_workers.recording import wire
from media_workers.recording.feed import MOST, ProcessFeed
from tests import decoded
from tests.media.bucket import NAME
from tests.media.process import WorkerProcess
from tests.media.recorded_room import RecordedRoom, recorded_room
from tests.media.waiting import until_true

SPOKEN = 10
"""Seconds: two whole segments, and half of one."""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RecordedRoom]:
    async with recorded_room(tmp_path, "microphone") as room:
        yield room


async def test_stopping_stores_everything_with_a_manifest(running: RecordedRoom) -> None:
    await running.speak(SPOKEN)
    await running.record("stopped", version=2)
    await until_true(lambda: bool(running.bucket.manifests()), "the manifest")
    await until_true(lambda: len(running.bucket.segments("voice")) == 3, "all segments")


async def test_killing_worker_and_recorder_costs_the_open_segment_and_no_more(running: RecordedRoom) -> None:
    await running.speak(SPOKEN)
    await until_true(lambda: len(running.bucket.segments("voice")) == 2, "what is closed to be stored")
    os.kill(running.recorder, signal.SIGKILL)
    await running.worker.kill()
    segments = running.bucket.segments("voice")
    kept = sum(int(name.split("-")[3]) for name in segments)
    assert 1_000 * SPOKEN - kept <= 4_000, "one open segment: two seconds here, four at most"
    assert not running.bucket.manifests(), "nobody says that this is all"
    assert all(decoded.loudness(decoded.sound(file), 440, 1.0, 2.0) > 0.2 for _, file in running.files("microphone"))


async def test_killing_the_worker_alone_costs_nothing_that_it_had_handed_over(running: RecordedRoom) -> None:
    await running.speak(SPOKEN)
    await until_true(lambda: len(running.bucket.segments("voice")) == 2, "what is closed to be stored")
    await running.worker.kill()
    await until_true(lambda: bool(running.bucket.manifests()), "the recorder to finish by itself")
    await until_true(lambda: len(running.bucket.segments("voice")) == 3, "the segment that was open")


async def test_a_store_that_refuses_holds_up_nobody_and_gets_it_all_in_the_end(running: RecordedRoom) -> None:
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
    running: RecordedRoom, tmp_path: Path
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


async def test_a_recorder_that_is_killed_costs_the_meeting_nothing(running: RecordedRoom) -> None:
    await running.speak(2)
    os.kill(running.recorder, signal.SIGKILL)
    await until_true(lambda: running.anne.told("recording")[-1]["state"] == "none", "that it has ended")
    await running.speak(2)


async def test_a_recorder_that_hangs_holds_up_nobody_and_goes_on_where_it_was(running: RecordedRoom) -> None:
    hanging = running.recorder
    os.kill(hanging, signal.SIGSTOP)
    await running.speak(2)
    os.kill(hanging, signal.SIGCONT)
    await running.stop()
    assert sum(int(name.split("-")[3]) for name in running.bucket.segments("voice")) == pytest.approx(2_000, abs=200)


async def test_what_waits_for_a_recorder_is_bounded(tmp_path: Path) -> None:
    feed = ProcessFeed([str(tmp_path), "1000", NAME], os.environ, lambda said: None, lambda: None)
    os.kill(feed.process.pid, signal.SIGSTOP)
    framed = wire.packet(1, "vp8", 1, 1, 1.0, bytes(60_000))
    for _ in range(2 * MOST // len(framed)):
        feed.packet(framed)
        feed.flush()
    assert 0.9 < feed.dropped * len(framed) / MOST < 1.1
    feed.process.kill()
    feed.close()
    feed.process.wait()


async def test_stopping_the_worker_stores_what_is_open(running: RecordedRoom) -> None:
    await running.speak(SPOKEN)
    assert await running.worker.stop() == 0
    assert len(running.bucket.segments("voice")) == 3 and running.bucket.manifests()


async def test_a_disk_that_is_full_costs_what_does_not_fit_which_people_and_the_manifest_are_told(
    tmp_path: Path,
) -> None:
    """A segment of this tone has some 39 kB: one fits."""
    async with recorded_room(tmp_path, "microphone", SPOOL_BYTES="60000") as room:
        room.bucket.refuses = True
        await room.speak(SPOKEN)
        await until_true(lambda: room.anne.told("recording")[-1]["trouble"] == "lost", "that something is missing")
        room.bucket.refuses = False
        await until_true(lambda: len(room.bucket.segments("voice")) == 1, "what did fit")
        await until_true(lambda: not any(one.is_file() for one in (tmp_path / "spool").rglob("*")), "room on the disk")
        await room.speak(2)
        await room.stop()
        said = room.manifest("microphone")
        # What was open may have been closed, and lost as well, before there was room again.
        assert said["lost"] in (1, 2) and [reason for *_, reason in said["gaps"]].count("disk") == said["lost"]
        assert [segment[0] for segment in said["segments"]][:2] == [0, said["lost"] + 1]
