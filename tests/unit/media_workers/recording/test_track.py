"""Segments of a track: aligned, in real time, playable, with every gap told."""

import io
from collections.abc import Iterable
from itertools import pairwise

import av
import numpy
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_workers.recording.timeline import SenderClock
from media_workers.recording.track import LENGTH, Segment, TrackWriter, opus_ticks
from media_workers.recording.wire import Arrived
from tests import decoded
from tests.unit.media_workers.recording.senders import BEGAN, Camera, Sound, tone


class Writer:
    """A track with its segments, and the keyframes it asked for."""

    def __init__(self, kind: str) -> None:
        self.segments: list[Segment] = []
        self.asked: list[int] = []
        self.clock = SenderClock()
        self.track = TrackWriter(kind, BEGAN, self.segments.append, self.asked.append)

    def open(self, stream: int) -> None:
        self.track.open(stream, self.clock)

    def take(self, packets: Iterable[Arrived]) -> None:
        for packet in packets:
            self.track.packet(packet)

    @property
    def covered(self) -> list[tuple[int, int]]:
        """Start and end of each segment."""
        return [(one.start, one.start + one.duration) for one in self.segments]


def pictures(segment: Segment) -> list[tuple[float, int, int]]:
    """A segment of pictures, decoded: time in seconds, width, number by brightness."""
    with av.open(io.BytesIO(segment.media), "r") as file:
        return [
            (float(frame.time or 0), frame.width, round((float(frame.to_ndarray()[: frame.height].mean()) - 16) / 2))
            for frame in file.decode(video=0)
        ]


@pytest.fixture
def sound() -> Writer:
    made = Writer("audio")
    made.open(1)
    return made


@pytest.fixture
def picture() -> Writer:
    made = Writer("video")
    made.open(2)
    return made


def test_sound_is_cut_every_four_seconds_without_a_gap(sound: Writer) -> None:
    sound.take(Sound(1).packets(0, 500))
    sound.track.pause("left")
    assert [end - start for start, end in sound.covered] == [4_000, 4_000, 2_000]
    assert all(before[1] == after[0] for before, after in pairwise(sound.covered))
    assert not sound.track.gaps
    assert all(len(decoded.sound(one.media)) == pytest.approx(48 * one.duration, abs=960) for one in sound.segments)


@pytest.mark.parametrize("hertz", [440, 660, 880])
def test_what_is_heard_is_the_tone_that_was_spoken_and_no_other(sound: Writer, hertz: int) -> None:
    sound.take(Sound(1, hertz).packets(0, 300))
    sound.track.pause("left")
    for segment in sound.segments:
        heard = {tone: decoded.loudness(decoded.sound(segment.media), tone, 0.5, 1.0) for tone in (440, 660, 880)}
        assert heard.pop(hertz) > 0.2 and max(heard.values()) < 0.01


def test_a_picture_is_cut_at_keyframes_which_are_asked_for(picture: Writer) -> None:
    picture.take(Camera(2, keyframe_every=125).packets(0, 300))
    picture.track.pause("left")
    assert [duration for _, duration in [(one.start, one.duration) for one in picture.segments]] == [
        5_000,
        5_000,
        2_000,
    ]
    assert picture.asked, "after four seconds a keyframe is wanted"
    for segment in picture.segments:
        with av.open(io.BytesIO(segment.media), "r") as file:
            assert next(iter(file.demux(video=0))).is_keyframe


@pytest.mark.parametrize("codec", ["vp8", "vp9", "h264"])
def test_every_codec_plays(picture: Writer, codec: str) -> None:
    picture.take(Camera(2, codec).packets(0, 50))
    picture.track.pause("left")
    shown = pictures(picture.segments[0])
    assert [number for _, _, number in shown] == pytest.approx(list(range(50)), abs=1)
    assert [time for time, _, _ in shown] == pytest.approx([number / 25 for number in range(50)], abs=0.002)
    assert picture.segments[0].mime.startswith("video/mp4" if codec == "h264" else "video/webm")


def test_muting_leaves_a_gap_of_real_time(sound: Writer) -> None:
    microphone = Sound(1)
    sound.take(microphone.packets(0, 100))
    sound.track.pause("muted")
    sound.open(1)
    sound.take(microphone.packets(250, 300))
    sound.track.pause("left")
    (first, second) = sound.covered
    assert first == pytest.approx((20, 2_020), abs=1) and second == pytest.approx((5_020, 6_020), abs=1)
    assert sound.track.gaps == [(first[1], second[0] - first[1], "muted")]


def test_a_short_loss_is_filled_with_silence(sound: Writer) -> None:
    packets = list(Sound(1).packets(0, 150))
    sound.take([packet for packet in packets if not 50 <= packet.extended - 70_000 < 75])
    sound.track.pause("left")
    (segment,) = sound.segments
    assert segment.duration == 3_000 and not sound.track.gaps
    heard = numpy.abs(decoded.sound(segment.media))
    assert heard[48_000 * 1 + 4_800 : 48_000 * 3 // 2 - 4_800].max() < 0.01 < heard[:40_000].max()


def test_a_lost_packet_is_not_heard(sound: Writer) -> None:
    sound.take([packet for packet in Sound(1).packets(0, 100) if packet.extended != 70_050])
    sound.track.pause("left")
    (segment,) = sound.segments
    heard = [decoded.loudness(decoded.sound(segment.media), 440, 0.9 + step / 50, 0.02) for step in range(15)]
    assert segment.duration == 2_000 and min(heard) > 0.8 * max(heard)


def test_a_long_loss_closes_the_segment_and_is_told(sound: Writer) -> None:
    packets = list(Sound(1).packets(0, 200))
    sound.take([packet for packet in packets if not 50 <= packet.extended - 70_000 < 120])
    sound.track.pause("left")
    assert [end - start for start, end in sound.covered] == [1_000, 1_600]
    (begins, lasts, reason) = sound.track.gaps[0]
    assert (begins, reason) == (sound.covered[0][1], "loss") and lasts == pytest.approx(1_400, abs=1)


def test_packets_out_of_order_and_sent_again_are_put_in_order(picture: Writer) -> None:
    packets = list(Camera(2).packets(0, 50))
    for at in range(3, len(packets) - 8, 9):
        packets.insert(at + 6, packets.pop(at))
    picture.take([*packets, *packets[:20]])
    picture.track.pause("left")
    assert len(pictures(picture.segments[0])) == 50 and len(picture.segments) == 1


def test_a_lost_picture_ends_the_segment_until_the_next_keyframe(picture: Writer) -> None:
    frames = list(Camera(2, keyframe_every=50).frames(0, 200))
    gone = frames[80]
    picture.take(packet for frame in frames if frame is not gone for packet in frame)
    picture.track.pause("left")
    assert picture.asked
    shown = [number for one in picture.segments for _, _, number in pictures(one)]
    assert shown == [*range(80), *range(100)], "nothing that refers to what was lost"
    assert [reason for _, _, reason in picture.track.gaps] == ["loss"]


def test_a_change_of_size_begins_a_segment(picture: Writer) -> None:
    picture.take(Camera(2).packets(0, 30))
    picture.open(3)
    larger = Camera(3, width=320, height=192, start=BEGAN)
    picture.take(_from_keyframe(larger, 30))
    picture.track.pause("left")
    assert [one.size for one in picture.segments] == [(160, 96), (320, 192)]
    assert picture.segments[1].start == pytest.approx(picture.segments[0].start + 1_200, abs=60)


def _from_keyframe(camera: Camera, first: int) -> list[Arrived]:
    """A camera that begins with a keyframe ``first`` frames later."""
    camera.start += first / 25
    return list(camera.packets(0, 30))


@pytest.mark.parametrize("ahead", [0.0, 3_600.0, -7.3])
def test_sound_and_picture_of_one_person_stay_together_whatever_their_clock_and_way(ahead: float) -> None:
    sound, picture = Writer("audio"), Writer("video")
    clock = SenderClock()
    sound.track.open(1, clock)
    picture.track.open(2, clock)
    microphone, camera = Sound(1, delay=0.02), Camera(2, delay=0.35, keyframe_every=100)
    for second in range(9):
        sound.take(microphone.packets(50 * second, 50 * second + 50))
        picture.take(camera.packets(25 * second, 25 * second + 25))
        sound.track.report(microphone.report(50 * second + 49, ahead))
        picture.track.report(camera.report(25 * second + 24, ahead))
    for writer in (sound, picture):
        writer.track.pause("left")
        assert len(writer.segments) > 1
    for one in (*sound.segments, *picture.segments):
        # Captured at BEGAN + n; told apart by where the segment lies, which must not show the ways of 20 and 350 ms.
        assert one.start % 4_000 == pytest.approx(20, abs=15), (one.start, "the quickest way is all that remains")


def test_a_clock_that_drifts_does_not_drift_the_recording(sound: Writer) -> None:
    """0.1 % too fast: 600 ms in ten minutes if nobody looked at the reports."""
    packets = 3_000
    for number in range(packets):
        at = BEGAN + number / 50 * 0.999
        (packet,) = Sound(1).packets(number, number + 1)
        sound.track.packet(
            Arrived(1, "opus", packet.extended, packet.timestamp, at + 0.02, False, False, packet.payload)
        )
        if number % 50 == 49:
            report = Sound(1).report(number)
            ntp = round((at + 2_208_988_800) * (1 << 32))
            sound.track.report(type(report)(1, ntp, report.timestamp, at + 0.02))
    sound.track.pause("left")
    assert sound.covered[-1][1] == pytest.approx(packets * 20 * 0.999, abs=60)


def test_nothing_before_the_beginning_is_written(sound: Writer) -> None:
    sound.take(Sound(1, start=BEGAN - 1.0).packets(0, 100))
    sound.track.pause("left")
    assert sound.covered[0][0] >= 0 and sound.covered[-1][1] == pytest.approx(1_020, abs=25)


def test_a_voice_that_falls_silent_is_stored_without_waiting_for_its_next_word(sound: Writer) -> None:
    sound.take(Sound(1).packets(0, 100))
    sound.track.beat(BEGAN + 3.9)
    assert not sound.segments, "it may still go on"
    sound.track.beat(BEGAN + 4.1)
    assert [one.duration for one in sound.segments] == [2_000]


@given(
    codec=st.sampled_from(["vp8", "vp9", "h264", "av1"]),
    payloads=st.lists(st.tuples(st.binary(max_size=60), st.booleans(), st.booleans()), max_size=8),
)
@example(codec="av1", payloads=[(b"\x10\x04", True, False)])
def test_whatever_somebody_sends_raises_nothing(codec: str, payloads: list[tuple[bytes, bool, bool]]) -> None:
    writer = Writer("video")
    writer.open(2)
    for number, (payload, marker, keyframe) in enumerate(payloads):
        at = BEGAN + number / 25
        writer.track.packet(Arrived(2, codec, 70_000 + number, 3_600 * number, at, marker, keyframe, payload))
    writer.track.pause("left")


def test_an_empty_pause_writes_nothing(picture: Writer) -> None:
    picture.track.pause("muted")
    picture.open(2)
    picture.track.pause("left")
    assert not picture.segments and not picture.track.gaps


@pytest.mark.parametrize(("first", "expected"), [(0xF8, 960), (0x78, 960), (0x08, 960), (0x80, 120), (0xF9, 1_920)])
def test_the_length_of_a_packet_of_sound_is_in_its_first_byte(first: int, expected: int) -> None:
    assert opus_ticks(bytes([first, 0, 0])) == expected


def test_real_packets_of_sound_are_twenty_milliseconds() -> None:
    assert {opus_ticks(packet) for packet in tone(440, 1_000)} == {960}


def test_a_segment_is_never_much_longer_than_it_must_be(sound: Writer) -> None:
    sound.take(Sound(1).packets(0, 1_000))
    assert all(one.duration <= LENGTH * 1_000 for one in sound.segments)
