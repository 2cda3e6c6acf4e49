"""Sound on the timeline: in its place, silent between, and who speaks."""

import numpy
import pytest

from media_workers.compose.sound import RATE, Mixer, Sound, Speaker
from media_workers.recording.muxer import Sample, mux
from tests.unit.media_workers.recording.senders import tone


def segment(hertz: int, first: int, count: int) -> bytes:
    """So many packets of 20 ms of a long tone, as the recorder writes them."""
    return mux("opus", [Sample(data, 20 * number, 20) for number, data in enumerate(tone(hertz, 200)[first:][:count])])


def loud(samples: "numpy.ndarray | None") -> float:
    return 0.0 if samples is None else float(numpy.sqrt(numpy.mean(samples[0] ** 2)))


def taken(sound: Sound, blocks: int) -> list[float]:
    return [loud(sound.take(number * RATE // 25, RATE // 25)) for number in range(blocks)]


def test_a_gap_is_silence_and_what_follows_is_in_its_place() -> None:
    sound = Sound([(0, segment(440, 0, 25)), (1_000, segment(440, 25, 25))])
    levels = taken(sound, 40)
    assert all(level > 0.1 for level in levels[1:12] + levels[26:37])
    assert all(level == 0 for level in levels[13:25] + levels[38:])


def test_segments_that_follow_each_other_join_without_a_click() -> None:
    whole = Sound([(0, segment(440, 0, 25)), (500, segment(440, 25, 25))])
    wave = numpy.concatenate([whole.take(n * 1920, 1920)[0] for n in range(25)])  # type: ignore[index]
    steps = numpy.abs(numpy.diff(wave[4_800:43_200]))
    assert float(steps.max()) < 0.03, "a tone of 440 Hz moves by less from one sample to the next"


def test_a_file_that_is_none_is_a_gap() -> None:
    assert taken(Sound([(0, b"no file"), (200, segment(440, 0, 25))]), 8)[5:8] == pytest.approx([0.17] * 3, abs=0.06)


def test_a_mixture_never_overflows_and_says_who_is_in_it() -> None:
    mixer = Mixer([(f"p{number}", Sound([(0, segment(440, 0, 25))])) for number in range(8)])
    mixer.block(0, 9_600)
    mixed, levels = mixer.block(9_600, 1_920)
    assert float(numpy.abs(mixed).max()) <= 1.0 and set(levels) == {f"p{number}" for number in range(8)}


def test_who_speaks_is_marked_until_somebody_is_clearly_louder_and_a_second_beyond() -> None:
    speaker = Speaker()
    said = [speaker.hear({"a": 0.2}) for _ in range(10)]
    assert said[-1] == "a"
    assert speaker.hear({"a": 0.2, "b": 0.21}) == "a", "two at once do not flicker"
    assert [speaker.hear({"b": 0.3}) for _ in range(20)][-1] == "b"
    silence = [speaker.hear({}) for _ in range(80)]
    assert silence[5] == "b" and silence[-1] == ""
