"""The lines of the answer that matter."""

import re

import pytest
from aiortc.sdp import SessionDescription

from media_workers import sdp_answer, sdp_offer, sdp_plan
from media_workers.sdp_answer import Stream, Transport
from tests.media.offers import CHROMIUM, FIREFOX, Dialect, OfferText

TRANSPORT = Transport("frag", "password", "AA:BB", ("192.0.2.1", "2001:db8::1"), 4000)


def answered(text: str | OfferText) -> str:
    plan = sdp_plan.plan(sdp_offer.read(str(text)))
    streams = {}
    for number, (audio, video) in enumerate(plan.seats):
        streams[audio.media.mid] = Stream(f"seat-{number}", 1000 + number, None)
        streams[video.media.mid] = Stream(f"seat-{number}", 2000 + number, 3000 + number)
    for number, line in enumerate(plan.voices):
        streams[line.media.mid] = Stream(f"voice-{number}", 4000 + number, None)
    return sdp_answer.write(plan, TRANSPORT, streams, 42)


def section(answer: str, mid: int) -> list[str]:
    found = next(part for part in answer.split("\r\nm=") if f"a=mid:{mid}\r\n" in part + "\r\n")
    return found.split("\r\n")


@pytest.mark.parametrize("dialect", [CHROMIUM, FIREFOX])
def test_another_reader_understands_the_answer(dialect: Dialect) -> None:
    read = SessionDescription.parse(answered(OfferText(seats=2, voices=1, dialect=dialect)))
    assert [media.kind for media in read.media][-2:] == ["audio", "application"]
    assert all(media.dtls and media.dtls.role == "server" for media in read.media)
    assert all(media.ice and media.ice.usernameFragment == "frag" for media in read.media)
    assert read.media[0].ice_candidates[0].ip == "192.0.2.1"
    assert read.media[1].rtp.codecs[0].payloadType == dialect.vp8


def test_candidates_stand_on_the_first_line_only() -> None:
    answer = answered(OfferText())
    assert answer.count("a=candidate:") == 2
    assert answer.count("a=end-of-candidates") == 1
    assert any(line.startswith("a=candidate:") for line in section(answer, 0))


def test_earlier_addresses_are_preferred() -> None:
    priorities = [int(number) for number in re.findall(r"a=candidate:\d+ 1 udp (\d+) ", answered(OfferText()))]
    assert priorities == sorted(priorities, reverse=True)


def test_we_are_lite_and_passive() -> None:
    lines = answered(OfferText()).split("\r\n")
    assert "a=ice-lite" in lines
    assert "a=setup:passive" in lines


def test_a_seats_halves_share_a_stream_and_keep_their_ssrcs() -> None:
    answer = answered(OfferText(seats=1))
    audio, video = section(answer, 4), section(answer, 5)
    assert "a=msid:seat-0 seat-0-audio" in audio
    assert "a=msid:seat-0 seat-0-video" in video
    assert "a=ssrc-group:FID 2000 3000" in video
    assert "a=ssrc:2000 cname:seat-0" in video
    assert "a=sendonly" in video


def test_a_slot_is_received_with_the_feedback_we_give() -> None:
    camera = section(answered(OfferText()), 1)
    assert "a=recvonly" in camera
    assert "a=rtcp-fb:96 transport-cc" in camera
    assert not any("goog-remb" in line for line in camera)


def test_a_rejected_line_has_port_0_and_is_not_bundled() -> None:
    answer = answered(str(OfferText()).replace("a=sendonly", "a=inactive", 1))
    rejected = section(answer, 0)
    assert rejected[0].endswith("audio 0 UDP/TLS/RTP/SAVPF 111")
    assert "a=inactive" in rejected
    assert re.search(r"a=group:BUNDLE 1 2 3 ", answer)
    assert any(line.startswith("a=candidate:") for line in section(answer, 1))


def test_all_encodings_offered_are_accepted_both_by_name_and_as_simulcast() -> None:
    lines = section(answered(OfferText(rids=("q", "h", "f"))), 1)
    assert [line for line in lines if line.startswith("a=rid:")] == ["a=rid:q recv", "a=rid:h recv", "a=rid:f recv"]
    assert "a=simulcast:recv q;h;f" in lines


def test_without_simulcast_no_encoding_is_named() -> None:
    assert "a=rid" not in answered(OfferText()) and "a=simulcast" not in answered(OfferText())
