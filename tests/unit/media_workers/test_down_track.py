"""A receiver's track, packet by packet."""

from media_workers import rtcp, rtp
from media_workers.down_track import NTP_EPOCH, REPEATS_PER_SECOND, DownTrack
from media_workers.leg import Leg
from media_workers.rtp import Packet
from media_workers.sdp_plan import TRANSPORT_WIDE
from media_workers.up_track import Encoding, Slot
from tests.media.pictures import number_of, picture
from tests.unit.media_workers.test_leg import NoSrtp


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
