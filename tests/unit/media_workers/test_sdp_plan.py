"""What m-lines are for."""

import pytest

from media_workers import sdp_offer, sdp_plan
from media_workers.errors import BadOffer
from media_workers.sdp_plan import AUDIO_LEVEL, DEPENDENCY_DESCRIPTOR, MID, RID, TRANSPORT_WIDE, Plan
from tests.media.offers import FIREFOX, Dialect, OfferText


def planned(text: str | OfferText) -> Plan:
    return sdp_plan.plan(sdp_offer.read(str(text)))


def test_slots_seats_and_voices_are_found() -> None:
    plan = planned(OfferText(seats=2, voices=3))
    assert {name: line.media.mid for name, line in plan.slots.items()} == {
        "microphone": "0",
        "camera": "1",
        "screen": "2",
        "screen_sound": "3",
    }
    assert [(audio.media.mid, video.media.mid) for audio, video in plan.seats] == [("4", "5"), ("6", "7")]
    assert [line.media.mid for line in plan.voices] == ["8", "9", "10"]
    assert None not in plan.lines


def test_codecs_and_extensions_are_the_offers() -> None:
    plan = planned(OfferText(dialect=FIREFOX))
    camera, (seat_audio, _) = plan.slots["camera"], plan.seats[0]
    assert [(one.name, one.payload_type, one.repair) for one in camera.formats] == [
        ("vp8", FIREFOX.vp8, FIREFOX.rtx),
        ("vp9", 98, None),
    ]
    assert camera.extensions == {MID: FIREFOX.mid, TRANSPORT_WIDE: FIREFOX.transport_wide}
    assert camera.formats[0].feedback == ("nack", "nack pli", "ccm fir", "transport-cc")
    assert seat_audio.extensions == {TRANSPORT_WIDE: FIREFOX.transport_wide, AUDIO_LEVEL: FIREFOX.level}
    assert seat_audio.formats[0].feedback == ("transport-cc",)


def test_retransmissions_are_used_where_offered() -> None:
    assert planned(OfferText(dialect=Dialect(rtx=None))).slots["camera"].formats[0].repair is None


def test_an_inactive_slot_keeps_its_place() -> None:
    text = str(OfferText()).replace("a=sendonly", "a=inactive", 1)
    plan = planned(text)
    assert "microphone" not in plan.slots
    assert plan.slots["screen_sound"].media.mid == "3"
    assert plan.lines[0] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m=video 9 UDP/TLS/RTP/SAVPF", "m=video 9 RTP/AVP"),
        ("a=rtpmap:96 VP8/90000\r\na=rtpmap:98 VP9/90000", "a=rtpmap:96 H265/90000\r\na=rtpmap:98 H265/90000"),
        ("a=rtcp-mux\r\n", ""),
    ],
)
def test_a_line_we_cant_use_is_rejected_alone(before: str, after: str) -> None:
    head, mark, rest = str(OfferText()).partition("a=mid:1")
    first = head.rindex("m=video")
    changed = head[:first] + (head[first:] + mark + rest).replace(before, after, 1)
    plan = planned(changed)
    assert plan.lines[1] is None
    assert list(plan.slots) == ["microphone", "screen", "screen_sound"]


def test_a_line_outside_the_bundle_is_rejected() -> None:
    plan = planned(str(OfferText()).replace("BUNDLE 0 1 ", "BUNDLE 0 "))
    assert plan.lines[1] is None


def test_an_offer_without_data_channels_is_an_encoders_or_a_players() -> None:
    plan = planned(str(OfferText()).replace("a=sctp-port:5000", "a=x:y"))
    assert plan.data is None
    assert (len(plan.slots), len(plan.seats)) == (4, 2)


def test_an_offer_of_which_nothing_is_left_is_refused() -> None:
    with pytest.raises(BadOffer):
        planned(str(OfferText()).replace("a=sctp-port:5000", "a=x:y").replace("a=rtcp-mux\r\n", ""))


def test_a_seat_may_have_its_picture_before_its_sound() -> None:
    head, *sections = str(OfferText(seats=2, voices=1)).split("m=")
    assert [section[:5] for section in sections[4:8]] == ["audio", "video", "audio", "video"]
    turned = [*sections[:4], sections[5], sections[4], sections[7], sections[6], *sections[8:]]
    plan = planned("m=".join([head, *turned]))
    assert [(audio.media.mid, video.media.mid) for audio, video in plan.seats] == [("4", "5"), ("6", "7")]
    assert [line.media.mid for line in plan.voices] == ["8"]
    assert None not in plan.lines


def test_a_single_line_needs_no_bundle() -> None:
    head, *sections = str(OfferText()).split("m=")
    plan = planned("m=".join([head.replace("a=group:BUNDLE", "a=x:"), sections[0]]))
    assert list(plan.slots) == ["microphone"]


def test_seats_are_bounded() -> None:
    plan = planned(OfferText(seats=100, voices=40))
    assert len(plan.seats) == sdp_plan.MOST_SEATS
    assert len(plan.voices) == sdp_plan.MOST_VOICES


def test_a_camera_with_several_encodings_keeps_their_names_in_order() -> None:
    assert planned(OfferText(rids=("q", "h", "f"))).slots["camera"].rids == ("q", "h", "f")


def test_encodings_that_packets_cant_name_are_none() -> None:
    text = str(OfferText(rids=("q", "h", "f"))).replace(RID, "urn:example:other")
    assert planned(text).slots["camera"].rids == ()


@pytest.mark.parametrize(("mixed", "kept"), [("a=extmap-allow-mixed", True), ("a=x", False)])
def test_the_descriptor_may_have_a_high_id_but_needs_the_long_form(mixed: str, kept: bool) -> None:
    text = str(OfferText()).replace("a=extmap-allow-mixed", mixed)
    text = text.replace("a=rtcp-mux", f"a=rtcp-mux\r\na=extmap:17 {DEPENDENCY_DESCRIPTOR}")
    plan = planned(text)
    for line in (plan.slots["camera"], plan.seats[0][1]):
        assert (line.extensions.get(DEPENDENCY_DESCRIPTOR) == 17) is kept


def test_other_extensions_with_high_ids_are_left_out() -> None:
    text = str(OfferText()).replace(f"a=extmap:1 {AUDIO_LEVEL}", f"a=extmap:17 {AUDIO_LEVEL}")
    assert AUDIO_LEVEL not in planned(text).slots["microphone"].extensions
