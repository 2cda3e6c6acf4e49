"""Reading offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers import sdp_offer, sdp_plan
from media_workers.errors import BadOffer
from tests.media.offers import AUDIO_LEVEL, CHROMIUM, FIREFOX, Dialect, OfferText

VALID = str(OfferText(ssrcs={"microphone": 11, "camera": 22, "camera_rtx": 23}))


@pytest.mark.parametrize("dialect", [CHROMIUM, FIREFOX])
def test_an_offer_is_taken_apart(dialect: Dialect) -> None:
    offer = sdp_offer.read(str(OfferText(seats=1, voices=1, dialect=dialect, ssrcs={"camera": 22, "camera_rtx": 23})))
    kinds = [media.kind for media in offer.media]
    assert kinds == ["audio", "video", "video", "audio", "audio", "video", "audio", "application"]
    assert offer.bundle == [str(number) for number in range(8)]
    camera = offer.media[1]
    assert camera.direction == "sendonly"
    assert camera.ssrcs == [22, 23]
    assert camera.repairs == {23: 22}
    assert camera.codecs[dialect.vp8].name == "vp8/90000"
    assert "nack pli" in camera.codecs[dialect.vp8].feedback
    assert offer.media[0].extensions[AUDIO_LEVEL] == dialect.level
    assert offer.media[-1].sctp_port == 5000


def test_credentials_and_fingerprint_may_stand_at_session_level() -> None:
    lines = [line for line in VALID.split("\r\n") if not line.startswith(("a=ice-", "a=fingerprint", "a=setup"))]
    session = ["a=ice-ufrag:abcd", "a=ice-pwd:x", "a=setup:actpass", "a=fingerprint:sha-256 AA:BB"]
    offer = sdp_offer.read("\r\n".join(lines[:4] + session + lines[4:]))
    assert offer.fragment == "abcd"
    assert [(f.algorithm, f.value) for f in offer.fingerprints] == [("sha-256", "AA:BB")]


def test_bare_line_feeds_are_accepted() -> None:
    assert len(sdp_offer.read(VALID.replace("\r\n", "\n")).media) == len(sdp_offer.read(VALID).media)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=0", "v=1"),
        ("a=mid:0", "a=mid:1"),
        ("a=mid:0\r\n", ""),
        ("a=ice-ufrag:", "a=x:"),
        ("a=fingerprint:sha-256", "a=fingerprint:md5"),
        ("a=fingerprint:sha-256 ", "a=fingerprint:"),
        ("a=setup:actpass", "a=setup:passive"),
        ("a=group:BUNDLE 0", "a=group:BUNDLE 99"),
        ("m=audio 9 UDP", "m=audio UDP"),
        ("m=audio 9", "m=audio nine"),
        ("a=rtpmap:111 opus", "a=rtpmap:opus opus"),
        ("a=sctp-port:5000", "a=sctp-port:many"),
        ("a=ssrc:11 ", "a=ssrc:eleven "),
        ("a=extmap:3", "a=extmap:three"),
        ("a=mid:0", "a=mid:0 1\t"),
    ],
)
def test_nonsense_is_refused(before: str, after: str) -> None:
    assert before in VALID
    with pytest.raises(BadOffer):
        sdp_offer.read(VALID.replace(before, after))


def test_an_offer_too_long_is_refused() -> None:
    with pytest.raises(BadOffer):
        sdp_offer.read(VALID + "a=x\r\n" * sdp_offer.LONGEST)


def test_what_is_repeated_a_thousand_times_is_kept_a_few_times() -> None:
    many = "".join(f"a=ssrc:{number} cname:c\r\n" for number in range(1000))
    assert len(sdp_offer.read(VALID + many).media[-1].ssrcs) <= 16


@given(st.lists(st.tuples(st.integers(0, 400), st.text(max_size=30)), max_size=6))
def test_whatever_is_changed_it_is_answered_or_refused(changes: list[tuple[int, str]]) -> None:
    lines = VALID.split("\r\n")
    for place, text in changes:
        lines[place % len(lines)] = lines[place % len(lines)][: place % 7] + text
    try:
        sdp_plan.plan(sdp_offer.read("\r\n".join(lines)))
    except BadOffer:
        return
