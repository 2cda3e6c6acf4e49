"""What a real client sends over DTLS-SRTP is in the decoded files: each tone and picture when it was captured, by whose
owner agreed, and nothing else."""

import asyncio
import time
from pathlib import Path

import numpy
import pytest

from media_workers import rtcp
from tests import decoded
from tests.media.client import Client
from tests.media.recorded_room import RecordedRoom, recorded_room
from tests.media.site import site
from tests.media.test_gstreamer import Gstreamer
from tests.media.waiting import until_true
from tests.unit.media_workers.recording.senders import EPOCH, beeps, film

TONE, OTHER = 440, 660
LATE = 15
"""Ticks of 20 ms that pictures take longer than sound."""
AHEAD = 3_600.0
"""Seconds Anne's clock is ahead of the worker's."""


class Performance:
    """Anne shows and sings by her own clock; Paul sings, too. ``began``: of the first tick, seconds since 1970."""

    def __init__(self) -> None:
        # Encoding takes seconds, in which nobody must be waiting for a sign of life.
        self._sounds = {hertz: beeps(hertz, 20) for hertz in (TONE, OTHER)}
        self._pictures = film("vp8", 250, keyframe_every=50)
        self.began = 0.0
        self._tick = 0

    async def go_on(self, room: RecordedRoom, ticks: int) -> None:
        """For so many times 20 ms; what was late catches up."""
        self.began = self.began or time.time()
        for _ in range(ticks):
            await asyncio.sleep(max(0.0, self.began + self._tick / 50 - time.time()))
            self._sound(room.anne, TONE)
            self._sound(room.paul, OTHER)
            self._picture(room.anne)
            self._tick += 1

    def _sound(self, client: Client, hertz: int) -> None:
        if self._tick % 50 == 0:
            self._report(client, "microphone", self._tick / 50, 960 * self._tick)
        client.send("microphone", self._tick, 960 * self._tick, self._sounds[hertz][self._tick])

    def _picture(self, client: Client) -> None:
        ticks = self._tick - LATE
        if ticks < 0 or ticks % 2:
            return
        number = ticks // 2
        if number % 25 == 0:
            self._report(client, "camera", number / 25, 5_000 + 3_600 * number)
        client.send("camera", number, 5_000 + 3_600 * number, b"\x10" + self._pictures[number][0])

    def _report(self, client: Client, slot: str, captured: float, timestamp: int) -> None:
        ntp = round((self.began + captured + AHEAD + EPOCH) * (1 << 32))
        client.send_rtcp(rtcp.sender_report(client.ssrcs[slot], ntp, timestamp, 1, 1))


def wave(room: RecordedRoom) -> decoded.Wave:
    """Anne's sound on the timeline."""
    pieces = [(round(start * decoded.RATE), decoded.sound(file)) for start, file in room.files("microphone")]
    whole = numpy.zeros(max(at + len(piece) for at, piece in pieces), numpy.float32)
    for at, piece in pieces:
        whole[at : at + len(piece)] = piece
    return whole


async def test_each_tone_and_picture_is_there_when_it_was_captured_as_long_as_its_owner_agrees(tmp_path: Path) -> None:
    show = Performance()
    async with recorded_room(tmp_path, "microphone", "camera") as room:
        room.paul.up(microphone=True)
        await until_true(lambda: bool(room.anne.told("participant")), "Paul's microphone")
        await show.go_on(room, 6 * 50 + 25)
        room.anne.tell({"type": "withdraw"})
        await until_true(lambda: room.paul.told("recording")[-1]["recorded"] == [], "the withdrawal")
        withdrawn = time.time() - room.began
        await show.go_on(room, 2 * 50)
        await room.stop()
        begins = show.began - room.began
        heard = wave(room)

        # On a machine with nothing else to do the first tone is there from the very beginning: nothing rises.
        first = [0.0] if decoded.loudness(heard, TONE, 0.0, 0.02) >= decoded.AUDIBLE else []
        onsets = first + decoded.onsets(heard, TONE)
        assert onsets == pytest.approx([begins + second for second in range(7)], abs=0.1)
        between = [decoded.loudness(heard, TONE, at + 0.4, 0.5) for at in onsets[:-1]]
        assert max(between) < 0.01, "silence where she was silent"
        others = [decoded.loudness(heard, OTHER, at / 10, 0.1) for at in range(int(len(heard) / decoded.RATE * 10))]
        assert max(others) < 0.05, "nothing of whom nobody asked"
        assert len(heard) / decoded.RATE < withdrawn + 0.2

        ways = []
        for start, file in room.files("camera"):
            for at, light in decoded.light(file):
                captured = round((light - 16) / 2) / 25
                way = start + at - begins - captured
                ways.append(way - round(way / 4) * 4)  # the film's brightness begins again after a hundred pictures
        assert len(ways) > 120
        assert max(map(abs, ways)) < 0.1, "its way was 300 ms longer than that of sound"
        lips = numpy.median(ways) - numpy.median([at - begins - second for second, at in enumerate(onsets)])
        assert abs(lips) < 0.1
        assert sorted({name.split("/")[2] for name in room.bucket.objects}) == ["face", "voice"]
        assert not [name for name, content in room.bucket.objects.items() if b"\x1a\x45\xdf\xa3" in content]


async def test_an_encoder_is_recorded_until_who_let_it_in_withdraws(tmp_path: Path) -> None:
    async with (
        recorded_room(tmp_path, "microphone", "camera", sender="encoder") as room,
        site(room.control) as url,
        Gstreamer.running("publish", f"{url}/join?name=encoder") as encoder,
    ):
        await encoder.says("connected")
        assert room.anne.told("recording")[-1]["recorded"] == ["encoder"]

        def stored() -> bool:
            sound = sum(len(decoded.sound(file)) for _, file in room.files("microphone"))
            return sound >= 6 * decoded.RATE and bool(room.bucket.segments("face"))

        await until_true(stored, "six seconds of sound, in however many segments")
        room.anne.tell({"type": "withdraw"})
        await until_true(lambda: room.paul.told("recording")[-1]["recorded"] == [], "the withdrawal")
        withdrawn = time.time() - room.began
        await until_true(lambda: time.time() - room.began > withdrawn + 1.5, "it to go on for a while")
        await room.stop()
        heard = wave(room)
        halves = [decoded.loudness(heard, TONE, half / 2, 0.5) for half in range(int(2 * len(heard) / decoded.RATE))]
        assert sum(loud > 0.2 for loud in halves) >= 8, "the tone, but for where segments meet"
        assert len(heard) / decoded.RATE < withdrawn + 0.2
        assert sum(len(decoded.light(file)) for _, file in room.files("camera")) > 30
