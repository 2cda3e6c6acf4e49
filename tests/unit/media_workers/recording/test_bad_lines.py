"""Lines that lose, delay and repeat packets, and microphones that change: the files play, and time in them is real."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy
import pytest

from media_workers.recording.wire import Arrived
from tests import decoded
from tests.unit.media_workers.recording.senders import BEGAN, Camera, Sound, beeps
from tests.unit.media_workers.recording.test_track import Writer

SECONDS = 30


def rough(packets: Iterable[Arrived], chance: Random) -> list[Arrived]:
    """A line on which 2 % are lost for good, 10 % come by a retransmission, 3 % come twice, 5 % are overtaken."""
    arrived: list[Arrived] = []
    for packet in packets:
        dice = chance.random()
        if dice < 0.02:
            continue
        delay = chance.uniform(0.05, 0.4) if dice < 0.12 else chance.uniform(0.0, 0.05) if dice < 0.17 else 0.0
        arrived.append(replace(packet, at=packet.at + delay))
        if dice > 0.97:
            arrived.append(replace(packet, at=packet.at + delay + 0.01))
    return sorted(arrived, key=lambda packet: packet.at)


def take(writer: Writer, packets: list[Arrived]) -> None:
    """Several times a second what waits in vain is given up."""
    beaten = BEGAN
    for packet in packets:
        while packet.at > beaten:
            writer.track.beat(beaten)
            beaten += 0.25
        writer.track.packet(packet)
    writer.track.pause("left")


def wave(writer: Writer) -> decoded.Wave:
    """The sound on the timeline."""
    whole = numpy.zeros(max(end for _, end in writer.covered) * decoded.RATE // 1_000 + decoded.RATE, numpy.float32)
    for segment in writer.segments:
        heard = decoded.sound(segment.media)
        at = segment.start * decoded.RATE // 1_000
        whole[at : at + len(heard)] = heard
    return whole


def accounted(writer: Writer) -> bool:
    """Whether every millisecond from the first to the last is in a segment or in a gap that is told."""
    told = sorted([*writer.covered, *[(start, start + length) for start, length, _ in writer.track.gaps]])
    return all(after[0] <= before[1] for before, after in pairwise(told))


@pytest.mark.parametrize("seed", range(3))
def test_sound_over_a_rough_line_is_heard_when_it_was_spoken(seed: int) -> None:
    writer = Writer("audio")
    writer.open(1)
    sung = beeps(440, SECONDS)
    spoken = [replace(packet, payload=sung[number]) for number, packet in enumerate(Sound(1).packets(0, 50 * SECONDS))]
    take(writer, rough(spoken, Random(seed)))
    whole = wave(writer)
    for second in range(SECONDS):
        assert decoded.loudness(whole, 440, second + 0.02 + 0.05, 0.2) > 0.12, second
        assert decoded.loudness(whole, 440, second + 0.02 + 0.45, 0.5) < 0.02, second
    assert accounted(writer)
    assert sum(one.duration for one in writer.segments) == pytest.approx(1_000 * SECONDS, abs=100)


@pytest.mark.parametrize("codec", ["vp8", "vp9", "h264"])
def test_pictures_over_a_rough_line_are_whole_and_shown_when_they_were_taken(codec: str) -> None:
    writer = Writer("video")
    writer.open(2)
    count = 25 * SECONDS
    take(writer, rough(Camera(2, codec, keyframe_every=25).packets(0, count), Random(codec)))
    shown = []
    for segment in writer.segments:
        for at, light in decoded.light(segment.media):
            taken = (segment.start / 1_000 + at - 0.05) * 25
            number = (light - 16) / 2
            assert (number - taken + 50) % 100 - 50 == pytest.approx(0, abs=1.5), (segment.number, at)
            shown.append(round(taken))
    assert sorted(set(shown)) == shown, "none twice, none before another"
    assert len(shown) > 0.4 * count, "what a lost packet spoils ends with the next keyframe"
    assert accounted(writer)


def test_an_encoder_that_takes_its_delay_out_of_its_second_packets_time_breaks_nothing() -> None:
    """GStreamer's opusenc: 648 ticks after the first packet comes the second, then every 960 one."""
    writer = Writer("audio")
    writer.open(1)
    first, *others = Sound(1).packets(0, 250)
    writer.track.packet(replace(first, timestamp=first.timestamp + 312))
    for packet in others:
        writer.track.packet(packet)
    writer.track.pause("left")
    assert [one.number for one in writer.segments] == [0, 1] and not writer.track.gaps
    assert sum(one.duration for one in writer.segments) == pytest.approx(5_000, abs=10)
    assert decoded.loudness(decoded.sound(writer.segments[0].media), 440, 0.1, 3.5) > 0.2


def test_another_microphone_goes_on_in_the_same_track() -> None:
    """The sender goes on with its numbers and, after a hole, its time; a new one has numbers of its own."""
    writer = Writer("audio")
    writer.open(1)
    first, second = Sound(1, 440), Sound(1, 660, sequence=70_000 - 30)
    packets = [*first.packets(0, 150), *second.packets(180, 300)]
    other = Sound(3, 880, start=BEGAN + 8.0, timestamp=77, sequence=5)
    for packet in packets:
        writer.track.packet(packet)
    writer.track.pause("muted")
    writer.open(3)
    for packet in other.packets(0, 100):
        writer.track.packet(packet)
    writer.track.pause("left")
    whole = wave(writer)
    for hertz, begins, ends in ((440, 0.0, 3.0), (660, 3.6, 6.0), (880, 8.0, 10.0)):
        assert decoded.loudness(whole, hertz, begins + 0.1, ends - begins - 0.2) > 0.2, hertz
        before, after = whole[: max(0, int((begins - 0.1) * decoded.RATE))], whole[int((ends + 0.1) * decoded.RATE) :]
        for rest in (before, after):
            assert len(rest) < decoded.RATE or decoded.loudness(rest, hertz, 0.0, len(rest) / decoded.RATE) < 0.02
    assert [gap[2] for gap in writer.track.gaps] == ["muted"] and accounted(writer)
