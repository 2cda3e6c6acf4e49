"""Packets through a real worker: real DTLS-SRTP on both sides, every byte looked at."""

import struct
from collections.abc import Callable

from media_workers import rtcp
from media_workers.rtp import Packet
from tests.media.client import Client
from tests.media.conftest import Bench
from tests.media.offers import CHROMIUM, FIREFOX, Dialect
from tests.media.pictures import number_of, picture
from tests.media.waiting import until_true


async def seated(viewer: Client, participant: str) -> int:
    """Waits until somebody sits in front of the viewer; the seat's number."""

    def find() -> int | None:
        places: dict[int, str | None] = {}
        for message in viewer.messages:
            for seat in message.get("seats", []):
                places[seat["seat"]] = seat["participant"]
        return next((number for number, person in places.items() if person == participant), None)

    await until_true(lambda: find() is not None, f"{participant} in a seat of {viewer.name}")
    found = find()
    assert found is not None
    return found


async def wants_keyframe(sender: Client) -> None:
    """Waits until a keyframe is asked for."""
    await until_true(lambda: bool(sender.fed(rtcp.PAYLOAD_FEEDBACK, rtcp.PLI)), f"a PLI for {sender.name}")


async def watching(bench: Bench, viewer: Dialect = CHROMIUM, sender: Dialect = CHROMIUM) -> tuple[Client, Client, int]:
    """Paul sees Anne: sender, viewer and the video SSRC of the seat, after a first keyframe with number 100."""
    anne = await bench.sending("anne", sender)
    paul = await bench.joined("paul", viewer)
    seat = await seated(paul, "anne")
    anne.send("camera", 1000, 5000, picture(100, key=True, tl0=7))
    ssrc, _ = paul.seat(seat, "video")

    def came() -> bool:
        if not paul.of(ssrc):
            anne.send("camera", 1000, 5000, picture(100, key=True, tl0=7))
        return bool(paul.of(ssrc))

    await until_true(came, "the first picture")
    return anne, paul, ssrc


def first_of(ssrc: int) -> Callable[[Packet], bool]:
    """The network loses the next packet of that SSRC, and only that."""
    lost: list[int] = []

    def lose(packet: Packet) -> bool:
        if packet.ssrc != ssrc or lost:
            return False
        lost.append(packet.sequence)
        return True

    return lose


async def test_a_sound_arrives_as_it_was_sent(bench: Bench) -> None:
    anne = await bench.sending("anne")
    paul = await bench.joined("paul")
    ssrc, _ = paul.seat(await seated(paul, "anne"), "audio")
    for number in range(10):
        anne.send("microphone", 65530 + number, 960 * number, b"opus %d" % number, level=30)
    await until_true(lambda: len(paul.of(ssrc)) == 10, "ten packets")
    packets = paul.of(ssrc)
    assert [packet.payload for packet in packets] == [b"opus %d" % number for number in range(10)]
    first = packets[0]
    assert [(p.sequence - first.sequence) & 0xFFFF for p in packets] == list(range(10))
    assert [(p.timestamp - first.timestamp) & 0xFFFFFFFF for p in packets] == [960 * number for number in range(10)]
    assert {packet.payload_type for packet in packets} == {111}
    assert first.extensions[CHROMIUM.level] == bytes((30,))


async def test_each_receiver_has_transport_wide_numbers_of_its_own(bench: Bench) -> None:
    anne = await bench.sending("anne")
    viewers = [await bench.joined("paul"), await bench.joined("zoe", FIREFOX)]
    for viewer in viewers:
        await seated(viewer, "anne")
    for number in range(3):
        anne.send("microphone", number, 960 * number, b"sound")
    for viewer in viewers:
        await until_true(lambda viewer=viewer: len(viewer.packets) == 3, "three packets")  # type: ignore[misc]
        wide = viewer.dialect.transport_wide
        assert [p.extensions[wide] for p in viewer.packets] == [b"\0\0", b"\0\1", b"\0\2"]


async def test_payload_types_and_extension_ids_are_the_receivers(bench: Bench) -> None:
    anne = await bench.sending("anne", CHROMIUM)
    paul = await bench.joined("paul", FIREFOX)
    seat = await seated(paul, "anne")
    anne.send("microphone", 1, 0, b"sound", level=20)
    await until_true(lambda: bool(paul.of(paul.seat(seat, "audio")[0])), "the sound")
    sound = paul.of(paul.seat(seat, "audio")[0])[0]
    assert sound.payload_type == FIREFOX.opus
    assert sound.extensions == {FIREFOX.transport_wide: b"\0\0", FIREFOX.level: bytes((20,))}


async def test_nothing_is_forwarded_before_a_slot_is_said_to_be_up(bench: Bench) -> None:
    anne = await bench.joined("anne")
    paul = await bench.joined("paul")
    anne.send("microphone", 1, 0, b"unsaid")
    anne.up(microphone=True)
    seat = await seated(paul, "anne")
    anne.send("microphone", 2, 960, b"said")
    ssrc, _ = paul.seat(seat, "audio")
    await until_true(lambda: bool(paul.of(ssrc)), "a sound")
    assert [packet.payload for packet in paul.packets] == [b"said"]


async def test_a_picture_begins_with_a_keyframe(bench: Bench) -> None:
    anne = await bench.sending("anne")
    paul = await bench.joined("paul")
    ssrc, _ = paul.seat(await seated(paul, "anne"), "video")
    anne.send("camera", 10, 0, picture(1, body=b"no keyframe"))
    anne.send("camera", 11, 3000, picture(2, key=True, body=b"keyframe"))
    anne.send("camera", 12, 6000, picture(3, body=b"next"))
    await until_true(lambda: len(paul.of(ssrc)) == 2, "two pictures")
    assert [packet.payload[6:] for packet in paul.of(ssrc)] == [b"keyframe", b"next"]


async def test_a_keyframe_is_asked_for_when_somebody_starts_to_watch(bench: Bench) -> None:
    anne = await bench.sending("anne")
    paul = await bench.joined("paul")
    await seated(paul, "anne")
    await wants_keyframe(anne)
    pli = anne.fed(rtcp.PAYLOAD_FEEDBACK, rtcp.PLI)[0]
    assert rtcp.media_ssrc(pli) == anne.ssrcs["camera"]


async def test_requests_for_keyframes_are_passed_on_once_for_many(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    anne.feedback.clear()
    for _ in range(50):
        paul.send_rtcp(rtcp.pli(1, ssrc))
    await wants_keyframe(anne)
    anne.send("camera", 1001, 8000, picture(101, key=True))
    await until_true(lambda: len(paul.of(ssrc)) == 2, "the keyframe")
    assert len(anne.fed(rtcp.PAYLOAD_FEEDBACK, rtcp.PLI)) <= 2


async def test_a_full_intra_request_is_a_request_for_a_keyframe(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    anne.feedback.clear()
    body = struct.pack("!IIIBBH", 1, 0, ssrc, 1, 0, 0)
    paul.send_rtcp(rtcp.write(rtcp.PAYLOAD_FEEDBACK, rtcp.FIR, body))
    await wants_keyframe(anne)


async def test_a_lost_packet_is_sent_again_as_retransmission(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    _, repair = paul.stream("seat-0", "video")
    lost = picture(101, body=b"lost on the way")
    paul.lose = first_of(ssrc)
    anne.send("camera", 1001, 8000, lost)
    anne.send("camera", 1002, 8000, picture(102, body=b"after it"))
    await until_true(lambda: len(paul.of(ssrc)) == 2, "the packet after it")
    missing = (paul.of(ssrc)[1].sequence - 1) & 0xFFFF
    paul.send_rtcp(rtcp.nack(1, ssrc, [missing]))
    await until_true(lambda: bool(paul.of(repair)), "the retransmission")
    again = paul.of(repair)[0]
    assert again.payload_type == 97
    assert again.payload[:2] == struct.pack("!H", missing)
    assert again.payload[2:].endswith(b"lost on the way")
    assert number_of(again.payload[2:])[0] == number_of(paul.of(ssrc)[1].payload)[0] - 1


async def test_without_retransmission_format_no_nonce_protects_two_packets(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench, viewer=Dialect(rtx=None))
    paul.lose = first_of(ssrc)
    anne.send("camera", 1001, 8000, picture(101))
    anne.send("camera", 1002, 8000, picture(102))
    await until_true(lambda: len(paul.of(ssrc)) == 2, "the packet after it")
    missing = (paul.of(ssrc)[1].sequence - 1) & 0xFFFF
    paul.send_rtcp(rtcp.nack(1, ssrc, [missing]))
    anne.send("camera", 1003, 11_000, picture(103))
    await until_true(lambda: len(paul.of(ssrc)) == 3, "what comes after the question")
    assert missing not in {packet.sequence for packet in paul.of(ssrc)}


async def test_a_gap_is_asked_for_at_the_publisher_and_closed(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    anne.send("camera", 1003, 9000, picture(103))
    await until_true(lambda: bool(anne.fed(rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)), "a NACK")
    nack = anne.fed(rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)[0]
    assert rtcp.media_ssrc(nack) == anne.ssrcs["camera"]
    assert list(rtcp.nacked(nack)) == [1001, 1002]
    for number in (1001, 1002):
        header = struct.pack("!BBHII", 0x80, 97, number, 8000, anne.ssrcs["camera_rtx"])
        anne.send_rtp(header + struct.pack("!H", number) + picture(number - 900))
    await until_true(lambda: len(paul.of(ssrc)) == 4, "all four")
    first = paul.of(ssrc)[0].sequence
    assert sorted((packet.sequence - first) & 0xFFFF for packet in paul.of(ssrc)) == [0, 1, 2, 3]
    anne.feedback.clear()
    anne.send("camera", 1004, 12000, picture(104))
    await until_true(lambda: len(paul.of(ssrc)) == 5, "the next")
    assert not anne.fed(rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)


async def test_numbers_run_on_over_a_change_of_source(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    await anne.leave()
    await until_true(lambda: bool(paul.told("left")), "Anne has left")
    zoe = await bench.sending("zoe")
    assert await seated(paul, "zoe") == 0
    zoe.send("camera", 40000, 900000, picture(20000, key=True, tl0=200))
    zoe.send("camera", 40001, 903000, picture(20001, tl0=201))
    await until_true(lambda: len(paul.of(ssrc)) == 3, "Zoe's pictures")
    before, first, second = paul.of(ssrc)
    assert [(p.sequence - before.sequence) & 0xFFFF for p in (first, second)] == [1, 2]
    picture_id, tl0 = number_of(before.payload)
    assert number_of(first.payload) == (picture_id + 1, tl0 + 1)
    assert number_of(second.payload) == (picture_id + 2, tl0 + 2)
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 3000
    assert 0 < (first.timestamp - before.timestamp) & 0xFFFFFFFF < 90000 * 60


async def test_receivers_get_the_time_and_publishers_get_reports(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    await until_true(lambda: any(b.kind == rtcp.SENDER_REPORT for b in paul.feedback), "a sender report")
    report = next(block for block in paul.feedback if block.kind == rtcp.SENDER_REPORT)
    assert rtcp.sender_time(report)[0] == ssrc
    assert abs((rtcp.sender_time(report)[1] >> 32) - 2_208_988_800 - bench.time.wall()) < 60
    await until_true(lambda: any(b.kind == rtcp.RECEIVER_REPORT for b in anne.feedback), "a receiver report")


async def test_publishers_learn_when_their_packets_came(bench: Bench) -> None:
    anne = await bench.sending("anne")
    for number in range(30):
        wide = struct.pack("!BBH", 0xBE, 0xDE, 1) + bytes((3 << 4 | 1,)) + struct.pack("!H", number) + b"\0"
        header = struct.pack("!BBHII", 0x90, 111, number, 0, anne.ssrcs["microphone"])
        anne.send_rtp(header + wide + b"sound")

    def counted() -> int:
        blocks = anne.fed(rtcp.TRANSPORT_FEEDBACK, rtcp.TRANSPORT_WIDE)
        return sum(struct.unpack_from("!H", block.body, 10)[0] for block in blocks)

    await until_true(lambda: counted() == 30, "feedback for all packets")


async def test_levels_tell_who_speaks(bench: Bench) -> None:
    anne = await bench.sending("anne")
    paul = await bench.joined("paul")
    await seated(paul, "anne")
    anne.send("microphone", 1, 0, b"loud", level=0x80 | 12)
    await until_true(lambda: any(p["type"] == "levels" for p in paul.pulses), "levels")
    assert next(p for p in paul.pulses if p["type"] == "levels")["levels"] == {"anne": 12}


async def test_the_strongest_profile_is_chosen(bench: Bench) -> None:
    anne = await bench.joined("anne")
    assert anne.profile == "SRTP_AEAD_AES_256_GCM"
