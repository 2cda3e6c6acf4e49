"""The forwarder without a network: what goes where, and what doesn't."""

import struct

import pytest

from media_workers import rtcp, rtp
from media_workers.down_track import NTP_EPOCH, DownTrack
from media_workers.errors import Malformed
from media_workers.feedback import REPORTS_EVERY
from media_workers.forwarder import MOST_TOLD, PythonForwarder
from media_workers.leg import Leg
from media_workers.rtcp import Block
from media_workers.rtp import Packet
from media_workers.sdp_plan import CAPTURE_TIME, TRANSPORT_WIDE
from media_workers.twcc import Arrivals
from media_workers.up_track import Slot
from tests.media.pictures import picture
from tests.unit.media_workers.test_leg import NoSrtp
from tests.unit.media_workers.test_red import packet as redundant
from tests.unit.media_workers.test_vp9 import packet as vp9_packet

CAMERA, REPAIR, SEAT = 22, 23, 77


class End:
    """A leg whose packets are kept."""

    def __init__(self, name: str, *, bitrate: int = 10**7) -> None:
        self.packets: list[Packet] = []
        self.feedback: list[Block] = []
        self.leg = Leg(name, NoSrtp(), self._take, lambda level: None, bitrate=bitrate, feedback_ssrc=1, now=0.0)

    def _take(self, data: bytes) -> None:
        if rtp.is_rtcp(data):
            self.feedback += rtcp.walk(data)
        else:
            self.packets.append(rtp.parse(data))

    def kinds(self) -> list[tuple[int, int]]:
        return [(block.kind, block.count) for block in self.feedback]


class World:
    """Anne's camera, and Paul who can watch it."""

    def __init__(self, *, bitrate: int = 10**7, gathers: bool = False) -> None:
        self.forwarder = PythonForwarder(gathers=gathers)
        self.anne, self.paul = End("anne", bitrate=bitrate), End("paul")
        self.slot = Slot("camera", "video", {96: "vp8"}, {97: 96}, nack=True)
        self.anne.leg.add_slot(self.slot, "1", {}, [CAMERA, REPAIR], {REPAIR})
        self.forwarder.open(self.anne.leg, 0.0)
        self.seat = self.watch(self.paul)

    def watch(self, end: End) -> DownTrack:
        """Gives somebody a seat with Anne's camera."""
        seat = DownTrack(
            end.leg,
            "video",
            name="seat-0",
            ssrc=SEAT,
            formats={"vp8": (96, 97)},
            repair_ssrc=78,
            extension_ids={},
            start=(100, 0),
            now=0.0,
        )
        end.leg.downs[SEAT] = seat
        self.forwarder.open(end.leg, 0.0)
        self.forwarder.switch(seat, self.slot.encodings[0])
        return seat

    def send(self, sequence: int, payload: bytes, *, ssrc: int = CAMERA, payload_type: int = 96) -> None:
        data = rtp.header(payload_type, True, sequence, 0, ssrc, b"") + payload
        self.forwarder.receive(self.anne.leg, data, 0.0)


@pytest.fixture
def world() -> World:
    made = World()
    made.send(1, picture(1, key=True))
    return made


def test_a_packet_goes_to_who_watches(world: World) -> None:
    world.send(2, picture(2))
    assert [(packet.ssrc, packet.sequence) for packet in world.paul.packets] == [(SEAT, 100), (SEAT, 101)]
    assert world.forwarder.sent_packets == 2


def test_a_packet_that_comes_twice_goes_on_once(world: World) -> None:
    world.send(1, picture(1, key=True))
    assert len(world.paul.packets) == 1


def test_a_retransmission_fills_its_gap(world: World) -> None:
    world.send(3, picture(3))
    world.send(9, struct.pack("!H", 2) + picture(2), ssrc=REPAIR, payload_type=97)
    assert [packet.sequence for packet in world.paul.packets] == [100, 102, 101]


def test_probes_without_content_go_nowhere(world: World) -> None:
    world.send(9, b"", ssrc=REPAIR, payload_type=97)
    world.send(10, b"\0\2", ssrc=REPAIR, payload_type=97)
    assert len(world.paul.packets) == 1


@pytest.mark.parametrize(("ssrc", "payload_type"), [(99, 96), (CAMERA, 98), (REPAIR, 96)])
def test_packets_of_nobody_go_nowhere(world: World, ssrc: int, payload_type: int) -> None:
    world.send(2, picture(2), ssrc=ssrc, payload_type=payload_type)
    assert len(world.paul.packets) == 1


def test_who_isnt_ready_gets_and_gives_nothing(world: World) -> None:
    world.paul.leg.ready = False
    world.send(2, picture(2))
    assert len(world.paul.packets) == 1
    world.anne.leg.ready = False
    world.send(3, picture(3))
    world.paul.leg.ready = True
    assert len(world.paul.packets) == 1


def test_a_switch_to_nothing_ends_the_flow(world: World) -> None:
    world.forwarder.switch(world.seat, None)
    world.send(2, picture(2))
    assert len(world.paul.packets) == 1


def test_a_switch_to_the_same_source_changes_nothing(world: World) -> None:
    world.forwarder.switch(world.seat, world.slot.encodings[0])
    world.send(2, picture(2))
    assert len(world.paul.packets) == 2


def test_a_publisher_that_is_gone_leaves_nothing_behind(world: World) -> None:
    world.forwarder.close(world.anne.leg)
    assert world.seat.source is None
    world.forwarder.receive(world.paul.leg, rtcp.nack(1, SEAT, [100]), 0.0)
    assert len(world.paul.packets) == 1
    assert world.forwarder.sent_packets == 1


def test_a_receiver_that_is_gone_is_no_longer_counted_among_watchers(world: World) -> None:
    world.forwarder.close(world.paul.leg)
    assert world.slot.encodings[0].downs == []
    assert world.forwarder.sent_packets == 1


def test_a_wish_for_a_keyframe_of_something_else_is_nobodys(world: World) -> None:
    world.forwarder.tick(1.0, 0.0)
    world.anne.feedback.clear()
    world.forwarder.receive(world.paul.leg, rtcp.pli(1, 12345), 2.0)
    world.forwarder.tick(2.0, 0.0)
    assert (206, 1) not in world.anne.kinds()


def test_a_keyframe_that_came_fulfils_the_wish(world: World) -> None:
    world.forwarder.tick(1.0, 0.0)
    assert (206, 1) not in world.anne.kinds()
    world.forwarder.receive(world.paul.leg, rtcp.pli(1, SEAT), 2.0)
    world.forwarder.tick(2.0, 0.0)
    assert (206, 1) in world.anne.kinds()


def test_reports_come_at_their_pace(world: World) -> None:
    for step in range(100):
        world.forwarder.tick(step * REPORTS_EVERY / 10, 0.0)
    assert world.paul.kinds().count((200, 0)) == 10
    assert world.anne.kinds().count((201, 1)) == 10


def test_beyond_the_allowance_packets_are_dropped() -> None:
    world = World(bitrate=8 * 1000)
    for sequence in range(100):
        world.send(sequence, picture(sequence, key=True, body=bytes(1000)))
    assert len(world.paul.packets) == 1


def test_one_receivers_fault_doesnt_stop_the_others(world: World) -> None:
    world.paul.leg.srtp = Broken()
    zoe = End("zoe")
    world.watch(zoe)
    world.send(2, picture(2, key=True))
    assert world.paul.leg.malformed == 1
    assert len(world.paul.packets) == 1
    assert len(zoe.packets) == 1


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("fault", ["making", "sending"])
def test_nor_does_a_fault_of_ours(fault: str, together: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Whether a picture leaves alone, or sound with it."""

    def fail(data: memoryview, lengths: list[int]) -> None:
        raise RuntimeError("on purpose")

    world, zoe = World(gathers=True), End("zoe")
    world.watch(zoe)
    if fault == "making":
        world.seat.formats["vp8"] = 300, None  # no payload type fits there
    else:
        world.paul.leg._send_run = fail
    if together:
        voice(world, {})
        say(world, 111, b"sound", 1)
    world.send(1, picture(1, key=True))
    world.forwarder.flush(0.0)
    assert len(zoe.packets) == 1
    assert [record.getMessage() for record in caplog.records] == ["connection paul: a burst was not forwarded"]


class Broken(NoSrtp):
    """Keys that fail."""

    def protect(self, packet: bytes) -> bytes:
        raise Malformed("on purpose")


def numbered(world: World) -> End:
    """A viewer whose packets carry transport-wide numbers."""
    zoe = End("zoe")
    seat = DownTrack(
        zoe.leg,
        "video",
        name="seat-0",
        ssrc=SEAT,
        formats={"vp8": (96, 97)},
        repair_ssrc=78,
        extension_ids={TRANSPORT_WIDE: 3},
        start=(100, 0),
        now=0.0,
    )
    zoe.leg.downs[SEAT] = seat
    world.forwarder.open(zoe.leg, 0.0)
    world.forwarder.switch(seat, world.slot.encodings[0])
    return zoe


def test_a_receivers_feedback_reaches_its_estimate(world: World) -> None:
    zoe = numbered(world)
    world.send(2, picture(2, key=True))
    arrivals = Arrivals()
    arrivals.packet(0, 5.0)
    (information,) = arrivals.feedback()
    before = zoe.leg.malformed
    world.forwarder.receive(zoe.leg, rtcp.transport_wide(1, SEAT, information), 0.1)
    world.forwarder.receive(zoe.leg, rtcp.transport_wide(1, SEAT, b"\0\0\xff\xff\0\0\0\0"), 0.1)
    assert (zoe.leg.malformed, zoe.leg.downlink.counts) == (before, (0, 0)), "read in a row with others"
    world.forwarder.tick(0.12, 0.0)
    assert (zoe.leg.malformed, zoe.leg.downlink.counts) == (before + 1, (1, 0))


def test_feedback_of_many_is_read_before_there_is_too_much(world: World) -> None:
    zoe = numbered(world)
    before = zoe.leg.malformed
    for _ in range(MOST_TOLD + 1):
        world.forwarder.receive(zoe.leg, rtcp.transport_wide(1, SEAT, b"\0\0\xff\xff\0\0\0\0"), 0.1)
    assert zoe.leg.malformed == before + 1
    world.forwarder.close(zoe.leg)
    world.forwarder.tick(0.12, 0.0)
    assert zoe.leg.malformed == before + 1, "nobody's any more"


def test_a_receiver_that_needs_more_is_probed_with_padding(world: World) -> None:
    zoe = numbered(world)
    world.forwarder.tick(1.0, 0.0)
    assert zoe.packets == []
    zoe.leg.downlink.need(5_000_000)
    world.forwarder.tick(1.02, 0.0)
    assert {(packet.ssrc, packet.payload) for packet in zoe.packets} == {(78, b"")}
    assert zoe.leg.downlink.padding_bytes > 0


def test_a_frame_above_the_limit_stays_out(world: World) -> None:
    world.forwarder.limit(world.seat, 0, 0)
    world.send(2, bytes((0x90, 0xE0, 0x80, 2, 9, 1 << 6, 1)) + b"frame")
    world.send(3, picture(3))
    assert [packet.sequence for packet in world.paul.packets] == [100, 101]


VOICE = 31


def voice(world: World, extension_ids: dict[str, int]) -> DownTrack:
    """Anne's microphone, redundant or not, with Paul listening."""
    slot = Slot("microphone", "audio", {63: "red", 111: "opus"}, {}, nack=False)
    world.anne.leg.add_slot(slot, "0", {CAPTURE_TIME: 5}, [VOICE], set())
    heard = DownTrack(
        world.paul.leg,
        "audio",
        name="seat-0",
        ssrc=79,
        formats={"opus": (109, None)},
        repair_ssrc=None,
        extension_ids=extension_ids,
        start=(1, 1),
        now=0.0,
    )
    world.paul.leg.downs[79] = heard
    world.forwarder.switch(heard, slot.encodings[0])
    return heard


def say(world: World, payload_type: int, payload: bytes, number: int, extension: bytes = b"") -> None:
    head = rtp.header(payload_type, True, number, 0, VOICE, extension)
    world.forwarder.receive(world.anne.leg, head + payload, 0.0)


def test_redundant_sound_is_plain_for_who_reads_none() -> None:
    world = World()
    voice(world, {})
    say(world, 63, redundant(b"two", b"one"), 1)
    say(world, 111, b"three", 2)
    assert [(p.payload_type, p.payload) for p in world.paul.packets] == [(109, b"two"), (109, b"three")]


def test_redundant_sound_of_an_unknown_kind_is_dropped_and_counted() -> None:
    world = World()
    voice(world, {})
    say(world, 63, redundant(b"two", b"one", payload_type=9), 1)
    say(world, 63, b"\xff", 2)
    assert (world.paul.packets, world.anne.leg.malformed) == ([], 2)


def test_the_capture_time_goes_on_in_our_clock() -> None:
    world = World()
    voice(world, {CAPTURE_TIME: 6})
    stamp = struct.pack("!Q", 7 << 32)
    block = rtp.extension_block(((5, stamp),))
    say(world, 111, b"before any report", 1, block)
    world.forwarder.tick(0.0, 1000.0)
    theirs = round((1000.0 + 3.0 + NTP_EPOCH) * (1 << 32))
    world.forwarder.receive(world.anne.leg, rtcp.sender_report(VOICE, theirs, 0, 1, 1), 0.0)
    say(world, 111, b"after it", 2, block)
    first, second = (packet.extensions[6] for packet in world.paul.packets)
    assert first == stamp
    assert second[:8] == stamp
    assert int.from_bytes(second[8:], "big", signed=True) / (1 << 32) == pytest.approx(3.0, abs=1e-4)


def test_a_change_of_codec_waits_for_its_keyframe_and_late_packets_of_before_change_nothing() -> None:
    world = World()
    world.slot.formats[98] = "vp9"
    world.seat._formats["vp9"] = (99, None)
    world.send(1, picture(1, key=True))
    world.send(3, vp9_packet(number=5, predicted=True), payload_type=98)
    world.send(4, vp9_packet(number=6, predicted=False), payload_type=98)
    world.send(2, picture(2))
    world.send(5, vp9_packet(number=7, predicted=True), payload_type=98)
    assert [packet.payload_type for packet in world.paul.packets] == [96, 99, 99]
    assert world.slot.codec == "vp9"
