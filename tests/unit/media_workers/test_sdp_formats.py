"""Which payload types of an m-line are forwarded."""

import pytest

from media_workers import sdp_formats
from media_workers.sdp_formats import Format, formats
from media_workers.sdp_offer import Codec, Media

BASIC = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"
CONSTRAINED = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"


def line(*codecs: tuple[int, str, str]) -> Media:
    """A receiver's m-line with payload types, names and parameters; all with every kind of feedback."""
    media = Media("video", "UDP/TLS/RTP/SAVPF", [str(number) for number, _, _ in codecs], direction="recvonly")
    media.codecs = {n: Codec(n, name, parameters, list(sdp_formats.FEEDBACK)) for n, name, parameters in codecs}
    return media


def found(*codecs: tuple[int, str, str]) -> list[tuple[str, int]]:
    return [(one.name, one.payload_type) for one in formats(line(*codecs))]


def test_codecs_keep_the_order_of_the_offer_and_unknown_ones_are_left_out() -> None:
    assert found((45, "av1/90000", ""), (50, "h265/90000", ""), (96, "vp8/90000", "")) == [("av1", 45), ("vp8", 96)]


@pytest.mark.parametrize(
    ("name", "parameters", "taken"),
    [
        ("vp9/90000", "profile-id=0", True),
        ("vp9/90000", "", True),
        ("vp9/90000", "profile-id=2", False),
        ("av1/90000", "level-idx=5;profile=0;tier=0", True),
        ("av1/90000", "level-idx=5;profile=1;tier=0", False),
        ("h264/90000", CONSTRAINED, True),
        ("h264/90000", "packetization-mode=1; profile-level-id=42C01F", True),
        ("h264/90000", CONSTRAINED.replace("mode=1", "mode=0"), False),
        ("h264/90000", CONSTRAINED.replace("42e0", "4d00"), False),
        ("h264/90000", "", False),
        ("vp8/8000", "", False),
    ],
)
def test_only_profiles_that_everybody_decodes_are_taken(name: str, parameters: str, taken: bool) -> None:
    assert bool(found((100, name, parameters))) is taken


def test_of_h264_constrained_baseline_is_taken_in_the_place_of_the_first() -> None:
    offered = ((102, "h264/90000", BASIC), (96, "vp8/90000", ""), (108, "h264/90000", CONSTRAINED))
    assert found(*offered) == [("h264", 108), ("vp8", 96)]


def test_redundant_sound_must_hold_the_lines_opus() -> None:
    opus = (111, "opus/48000/2", "")
    assert found((63, "red/48000/2", "111/111"), opus) == [("red", 63), ("opus", 111)]
    assert found((63, "red/48000/2", "111/111/111"), opus) == [("red", 63), ("opus", 111)]
    assert found((63, "red/48000/2", "0/111"), opus) == [("opus", 111)]
    assert found((63, "red/48000/2", ""), opus) == [("opus", 111)]
    assert found((63, "red/48000/2", "111/111")) == []


def test_each_codec_has_its_own_retransmissions() -> None:
    media = line((96, "vp8/90000", ""), (97, "rtx/90000", "apt=96"), (98, "vp9/90000", ""), (99, "rtx/90000", "apt=98"))
    assert [(one.name, one.repair) for one in formats(media)] == [("vp8", 97), ("vp9", 99)]
    media.codecs[98].feedback.remove("nack")
    assert [(one.name, one.repair) for one in formats(media)] == [("vp8", 97), ("vp9", None)]


def test_the_answer_says_the_profile_of_each() -> None:
    media = line((108, "h264/90000", CONSTRAINED), (98, "vp9/90000", ""), (45, "av1/90000", "profile=0;tier=0"))
    written = [written for one in formats(media) for written in sdp_formats.lines(one, silence=True)]
    for expected in (f"a=fmtp:108 {CONSTRAINED}", "a=fmtp:98 profile-id=0", "a=fmtp:45 profile=0"):
        assert expected in written


def test_silence_is_left_out_where_it_is_a_voice() -> None:
    opus = Format("opus", 111, None, "minptime=10;useinbandfec=1", ())
    assert "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1" in sdp_formats.lines(opus, silence=True)
    assert "a=fmtp:111 minptime=10;useinbandfec=1" in sdp_formats.lines(opus, silence=False)


def test_single_units_of_h264_are_taken_from_who_sends_and_mode_one_rather() -> None:
    silent, single = (96, "h264/90000", ""), (98, "h264/90000", CONSTRAINED.replace("mode=1", "mode=0"))
    media = line(silent)
    media.direction = "sendonly"
    assert "packetization-mode=0;profile-level-id=420010" in formats(media)[0].parameters
    media = line(silent, single, (100, "h264/90000", BASIC))
    media.direction = "sendonly"
    assert [(one.name, one.payload_type) for one in formats(media)] == [("h264", 100)]
    assert found(silent, single) == []
