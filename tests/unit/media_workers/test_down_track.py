"""A receiver's track, packet by packet."""

import pytest

from media_workers import rtcp, rtp
from media_workers.down_track import NTP_EPOCH, REPEATS_PER_SECOND, DownTrack
from media_workers.leg import Leg
from media_workers.rtp import Packet
from media_workers.sdp_plan import AUDIO_LEVEL, DEPENDENCY_DESCRIPTOR, TRANSPORT_WIDE
from media_workers.srtp import Keys
from media_workers.up_track import Encoding, Slot
from tests.media.pictures import number_of, picture
from tests.unit.media_workers.test_av1 import HEADER, NEW
from tests.unit.media_workers.test_dependency_descriptor import descriptor, structured
from tests.unit.media_workers.test_leg import NoSrtp
from tests.unit.media_workers.test_red import packet as redundant
from tests.unit.media_workers.test_vp9 import packet as vp9_packet


class Receiver:
    """A leg whose packets are kept, with one video track."""

    def __init__(self, kind: str = "video", repair: tuple[int, int] | None = (78, 97), *, wide: int = 0) -> None:
        """``wide``: the id of the transport-wide number, 0 = not negotiated."""
        self.sent: list[Packet] = []
        self.leg = Leg(
            "c",
            NoSrtp(),
            lambda data: self.sent.append(rtp.parse(data)),
            lambda level: None,
            bitrate=10**6,
            feedback_ssrc=1,
            now=0.0,
        )
        self.track = DownTrack(
            self.leg,
            kind,
            name="seat-0",
            ssrc=77,
            formats={"opus" if kind == "audio" else "vp8": (120, repair[1] if repair else None)},
            repair_ssrc=repair[0] if repair else None,
            extension_ids={TRANSPORT_WIDE: wide} if wide else {},
            start=(100, 5000),
            now=0.0,
        )

    def take(self, source: Encoding, number: int, payload: bytes, *, timestamp: int = 0, now: float = 0.0) -> None:
        """A packet of the source comes."""
        packet = Packet(96, True, number & 0xFFFF, timestamp, 1, {}, payload, number)
        source.read(packet, "opus" if source.kind == "audio" else "vp8", b"")
        source.ring.put(packet)
        self.track.forward_all(source, [(packet, {})], now)


def sound(leg: Leg, formats: dict[str, tuple[int, int | None]], extension_ids: dict[str, int]) -> DownTrack:
    """A track of sound."""
    return DownTrack(
        leg,
        "audio",
        name="seat-0",
        ssrc=77,
        formats=formats,
        repair_ssrc=None,
        extension_ids=extension_ids,
        start=(100, 5000),
        now=0.0,
    )


def test_it_waits_for_a_keyframe_and_asks_for_it() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    assert source.keyframes.due(0.0)
    receiver.take(source, 70000, picture(5))
    assert receiver.sent == []
    receiver.take(source, 70001, picture(6, key=True))
    assert [packet.sequence for packet in receiver.sent] == [100]


def test_packets_from_before_the_keyframe_stay_out() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70001, picture(6, key=True))
    receiver.take(source, 70000, picture(5))
    assert len(receiver.sent) == 1


def test_what_comes_first_is_sent_with_its_own_picture_numbers_and_shares_its_bytes() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    payload = picture(6, key=True, tl0=9)
    receiver.take(source, 70000, payload)
    assert receiver.sent[0].payload == payload


def test_sound_begins_with_any_packet() -> None:
    receiver, source = Receiver("audio"), Encoding("audio")
    receiver.track.switch(source)
    receiver.take(source, 70000, b"sound")
    assert [packet.payload for packet in receiver.sent] == [b"sound"]


def test_after_a_switch_to_nothing_nothing_is_asked_of_the_old_source() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.track.switch(None)
    assert source.downs == []
    assert receiver.track.source is None


def test_a_packet_from_before_a_switch_can_still_be_sent_again() -> None:
    receiver, first, second = Receiver(), Encoding("video"), Encoding("video")
    receiver.track.switch(first)
    receiver.take(first, 70000, picture(6, key=True, body=b"first"))
    receiver.track.switch(second)
    receiver.take(second, 80000, picture(900, key=True, body=b"second"))
    receiver.track.repeat(100, 0.0)
    again = receiver.sent[-1]
    assert (again.ssrc, again.payload_type) == (78, 97)
    assert again.payload[:2] == (100).to_bytes(2, "big")
    assert again.payload.endswith(b"first")
    assert number_of(again.payload[2:]) == number_of(receiver.sent[0].payload)


@pytest.mark.parametrize(("profile", "times"), [("SRTP_AEAD_AES_256_GCM", 1), ("SRTP_AES128_CM_SHA1_80", 2)])
def test_without_a_stream_for_repeats_a_nonce_protects_one_packet(profile: str, times: int) -> None:
    receiver, source = Receiver(repair=None), Encoding("video")
    receiver.leg.keys = Keys(profile, b"", b"")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True))
    receiver.track.repeat(100, 0.0)
    assert [packet.sequence for packet in receiver.sent] == times * [100]


def test_a_source_that_is_gone_is_not_sent_again() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True))
    receiver.track.forget(source)
    receiver.track.repeat(100, 0.0)
    assert len(receiver.sent) == 1
    assert source.downs == []


def test_what_was_never_sent_is_not_sent_again() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True))
    for number in (99, 101, 40000):
        receiver.track.repeat(number, 0.0)
    assert len(receiver.sent) == 1


def test_repeats_are_limited_per_second() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True))
    for _ in range(3 * REPEATS_PER_SECOND):
        receiver.track.repeat(100, 0.0)
    assert len(receiver.sent) == 1 + REPEATS_PER_SECOND


def test_the_report_gives_the_time_of_now_in_our_clock() -> None:
    receiver, source = Receiver(), Encoding("video")
    assert receiver.track.sender_report(1.0, 1000.0) is None
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True), now=1.0)
    report = receiver.track.sender_report(1.5, 1000.5)
    assert report is not None
    (block,) = rtcp.walk(report)
    ssrc, ntp = rtcp.sender_time(block)
    assert (ssrc, ntp) == (77, int((1000.5 + NTP_EPOCH) * 2**32))
    assert int.from_bytes(block.body[12:16], "big") == 5000 + 45000
    assert int.from_bytes(block.body[16:20], "big") == 1


def layers() -> tuple[Encoding, ...]:
    """Two encodings of one camera."""
    return Slot("camera", "video", {96: "vp8"}, {97: 96}, nack=True, rids=("q", "h")).encodings


def test_another_encoding_of_the_same_picture_takes_over_at_its_keyframe_without_a_gap() -> None:
    receiver, (small, large) = Receiver(), layers()
    receiver.track.switch(small)
    receiver.take(small, 70000, picture(6, key=True, tl0=1), now=1.0)
    receiver.track.switch(large)
    assert large.keyframes.due(1.0)
    receiver.take(large, 90000, picture(800), timestamp=77, now=1.1)
    receiver.take(small, 70001, picture(7, tl0=2), timestamp=9000, now=1.1)
    receiver.take(large, 90001, picture(801, key=True, tl0=60), timestamp=3077, now=1.2)
    receiver.take(small, 70002, picture(8), timestamp=18000, now=1.2)
    assert [packet.sequence for packet in receiver.sent] == [100, 101, 102]
    (first, tl0), *others = [number_of(packet.payload) for packet in receiver.sent]
    assert others == [(first + 1, tl0 + 1), (first + 2, tl0 + 2)]
    assert [packet.timestamp - 5000 for packet in receiver.sent] == [0, 9000, 18000]
    assert small.downs == []


def test_a_change_of_mind_before_the_keyframe_leaves_all_as_it_was() -> None:
    receiver, (small, large) = Receiver(), layers()
    receiver.track.switch(small)
    receiver.take(small, 70000, picture(6, key=True))
    receiver.track.switch(large)
    receiver.track.switch(small)
    receiver.take(large, 90000, picture(800, key=True))
    receiver.take(small, 70001, picture(7))
    assert [packet.sequence for packet in receiver.sent] == [100, 101]
    assert large.downs == []


def test_of_somebody_else_nothing_goes_on_until_the_keyframe() -> None:
    receiver, first, second = Receiver(), Encoding("video"), Encoding("video")
    receiver.track.switch(first)
    receiver.take(first, 70000, picture(6, key=True))
    receiver.track.switch(second)
    receiver.take(first, 70001, picture(7))
    assert len(receiver.sent) == 1


def framed(number: int, temporal: int, *, key: bool = False) -> bytes:
    """A one-packet frame with a temporal layer (RFC 7741, section 4.2)."""
    return bytes((0x90, 0xE0, 0x80, number, 9, temporal << 6, 0 if key else 1)) + b"frame"


def test_frames_left_out_leave_no_gap_in_numbers_and_pictures() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.track.limit(0, 1)
    for step, temporal in enumerate((0, 2, 1, 2, 0)):
        receiver.take(source, 70000 + step, framed(50 + step, temporal, key=step == 0), timestamp=step * 3000)
    assert [packet.sequence for packet in receiver.sent] == [100, 101, 102]
    pictures = [packet.payload[3] for packet in receiver.sent]
    assert [number - pictures[0] for number in pictures] == [0, 1, 2]
    assert [packet.timestamp - 5000 for packet in receiver.sent] == [0, 6000, 12000]


def test_the_gap_of_a_late_frame_that_is_left_out_is_closed_without_content() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.track.limit(0, 0)
    receiver.take(source, 70000, framed(50, 0, key=True))
    receiver.take(source, 70002, framed(52, 0))
    receiver.take(source, 70001, framed(51, 2))
    assert [(packet.sequence, bool(packet.payload)) for packet in receiver.sent] == [
        (100, True),
        (102, True),
        (101, False),
    ]


def test_padding_goes_out_on_the_ssrc_of_retransmissions_with_numbers_of_the_downlink() -> None:
    receiver = Receiver(wide=3)
    assert receiver.track.pad(600, 0.0) >= 600
    assert {(packet.ssrc, packet.payload_type, packet.payload) for packet in receiver.sent} == {(78, 97, b"")}
    assert [packet.extensions[3] for packet in receiver.sent] == [b"\0\0", b"\0\1", b"\0\2"]
    assert Receiver(repair=None).track.pad(600, 0.0) == 0


@pytest.mark.parametrize("wide", [3, 14, 16, 200])
@pytest.mark.parametrize("level", [1, 14, 16, 201])
def test_extensions_are_sent_with_the_ids_of_the_receiver(wide: int, level: int) -> None:
    receiver, source = Receiver("audio", wide=wide), Encoding("audio")
    track = sound(receiver.leg, {"opus": (120, None)}, {TRANSPORT_WIDE: wide, AUDIO_LEVEL: level})
    track.switch(source)
    for number, levels in ((70000, dict[str, bytes]()), (70001, {AUDIO_LEVEL: b"\x20"})):
        packet = Packet(111, False, number & 0xFFFF, 0, 1, {}, b"sound", number, codec="opus")
        track.forward_all(source, [(packet, levels)], 0.0)
    first, second = (packet.extensions for packet in receiver.sent)
    assert (first, second) == ({wide: b"\0\0"}, {wide: b"\0\1", level: b"\x20"})


def test_every_packet_has_the_next_number_retransmissions_too() -> None:
    receiver, source = Receiver(wide=3), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(6, key=True))
    receiver.track.repeat(100, 0.0)
    receiver.take(source, 70001, picture(7))
    assert [packet.extensions[3] for packet in receiver.sent] == [b"\0\0", b"\0\1", b"\0\2"]


def test_a_receiver_gets_nothing_in_a_codec_it_did_not_negotiate() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    packet = Packet(98, True, 0, 0, 1, {}, picture(5, key=True), 65536, codec="vp9")
    receiver.track.forward_all(source, [(packet, {})], 0.0)
    assert receiver.sent == []


def test_after_a_change_of_codec_it_waits_for_a_keyframe() -> None:
    receiver, source = Receiver(), Encoding("video")
    receiver.track.switch(source)
    receiver.take(source, 70000, picture(5, key=True))
    receiver.track.restart(source)
    receiver.take(source, 70001, picture(6))
    receiver.take(source, 70002, picture(7, key=True))
    assert [packet.sequence for packet in receiver.sent] == [100, 101]


KEY = bytes((NEW | 0x20, len(HEADER))) + HEADER + b"frame"


class Layered:
    """A receiver of one stream in some codec, fed frame by frame."""

    def __init__(self, codec: str, extension_ids: dict[str, int]) -> None:
        self.receiver, self.source = Receiver(), Encoding("video")
        self.codec = codec
        self.track = DownTrack(
            self.receiver.leg,
            "video",
            name="seat-0",
            ssrc=77,
            formats={codec: (120, 121)},
            repair_ssrc=78,
            extension_ids=extension_ids,
            start=(100, 5000),
            now=0.0,
        )
        self.track.switch(self.source)
        self.number = 70_000

    def frame(self, payload: bytes, described: bytes = b"", *, marker: bool = False) -> None:
        """A packet comes."""
        packet = Packet(96, marker, self.number & 0xFFFF, 0, 1, {}, payload, self.number)
        self.number += 1
        self.source.read(packet, self.codec, described)
        self.source.ring.put(packet)
        self.track.forward_all(self.source, [(packet, {})], 0.0)

    @property
    def sent(self) -> list[Packet]:
        return self.receiver.sent


def two_layers(track: Layered) -> None:
    """A keyframe and a picture after it, of two spatial layers each."""
    track.frame(KEY, structured(0, number=900))
    track.frame(b"\x10upper", descriptor(3, number=901), marker=True)
    track.frame(b"\x10lower", descriptor(1, number=904))
    track.frame(b"\x10upper", descriptor(3, number=905), marker=True)


def test_av1_goes_on_with_its_descriptor() -> None:
    track = Layered("av1", {DEPENDENCY_DESCRIPTOR: 12, TRANSPORT_WIDE: 3})
    two_layers(track)
    assert [packet.extensions[12] for packet in track.sent] == [
        structured(0, number=900),
        descriptor(3, number=901),
        descriptor(1, number=904),
        descriptor(3, number=905),
    ]
    assert [packet.extensions[3] for packet in track.sent] == [number.to_bytes(2, "big") for number in range(4)]
    assert [packet.marker for packet in track.sent] == [False, True, False, True]
    assert track.sent[0].payload == KEY


def test_the_numbers_in_a_descriptor_run_on_over_a_switch() -> None:
    track = Layered("av1", {DEPENDENCY_DESCRIPTOR: 12})
    two_layers(track)
    track.source = Encoding("video")
    track.track.switch(track.source)
    track.frame(KEY, structured(0, number=70))
    track.frame(b"\x10upper", descriptor(3, number=71), marker=True)
    assert [packet.extensions[12] for packet in track.sent[4:]] == [
        structured(0, number=906),
        descriptor(3, number=907),
    ]


def test_a_repeated_packet_has_its_descriptor_too() -> None:
    track = Layered("av1", {DEPENDENCY_DESCRIPTOR: 12})
    two_layers(track)
    track.track.repeat(100, 0.0)
    assert track.sent[-1].extensions[12] == structured(0, number=900)


def test_a_picture_is_complete_with_its_highest_layer_that_is_sent_also_when_sent_again() -> None:
    track = Layered("av1", {DEPENDENCY_DESCRIPTOR: 12})
    track.track.limit(0, 7)
    two_layers(track)
    track.track.repeat(101, 0.0)
    assert [packet.marker for packet in track.sent] == [True, True, True]
    assert [packet.sequence for packet in track.sent[:2]] == [100, 101]


def test_who_reads_no_descriptor_gets_the_lowest_layer_of_av1() -> None:
    track = Layered("av1", {})
    two_layers(track)
    assert [packet.payload for packet in track.sent] == [KEY, b"\x10lower"]
    assert all(packet.marker for packet in track.sent)


def test_pictures_of_vp9_keep_their_distances_when_layers_are_left_out() -> None:
    track = Layered("vp9", {})
    track.track.limit(7, 0)
    for step, temporal in enumerate((0, 2, 1, 2, 0)):
        track.frame(vp9_packet(number=300 + step, layers=(temporal, True, 0, False), predicted=step > 0))
    numbers = [int.from_bytes(packet.payload[1:3], "big") & 0x7FFF for packet in track.sent]
    assert numbers == [300, 304]
    assert [packet.sequence for packet in track.sent] == [100, 101]


def heard(formats: dict[str, tuple[int, int | None]]) -> Packet:
    """How a packet of redundant sound comes to a receiver."""
    receiver, source = Receiver("audio"), Encoding("audio")
    track = sound(receiver.leg, formats, {AUDIO_LEVEL: 1})
    track.switch(source)
    packet = Packet(63, True, 1, 0, 1, {}, redundant(b"two", b"one"), 70_000, codec="red", plain=b"two")
    track.forward_all(source, [(packet, {AUDIO_LEVEL: b"\x20"})], 0.0)
    return receiver.sent[0]


def test_redundant_sound_gets_the_receivers_payload_types() -> None:
    packet = heard({"red": (40, None), "opus": (109, None)})
    assert (packet.payload_type, packet.payload) == (40, redundant(b"two", b"one", payload_type=109))


def test_who_reads_no_redundant_sound_gets_the_plain_one() -> None:
    packet = heard({"opus": (109, None)})
    assert (packet.payload_type, packet.payload, packet.extensions[1]) == (109, b"two", b"\x20")
