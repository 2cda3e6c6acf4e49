"""Which packet belongs to which slot."""

from media_workers.errors import Malformed
from media_workers.feedback import awaits
from media_workers.leg import LEARNED, Leg
from media_workers.sdp_plan import MID, REPAIRED_RID, RID
from media_workers.srtp import Outgoing, Run
from media_workers.up_track import Slot


class NoSrtp:
    """Nothing is encrypted here."""

    def protect(self, packet: bytes) -> bytes:
        return packet

    protect_rtcp = unprotect = unprotect_rtcp = protect

    def protect_run(self, packets: Outgoing) -> Run:
        done: list[bytes] = []
        for at in range(0, len(packets.parts), 3):
            try:
                done.append(self.protect(b"".join(packets.parts[at : at + 2])))
            except Malformed:
                done.append(b"")
        return memoryview(b"".join(done)), [len(one) for one in done]


def leg() -> Leg:
    """Microphone (announced SSRC 11) and camera (announced 22, retransmissions 23), and a screen to be learned."""
    made = Leg("c", NoSrtp(), lambda data: None, lambda level: None, bitrate=10**6, feedback_ssrc=1, now=0.0)
    made.add_slot(Slot("microphone", "audio", {111: "opus"}, {}, nack=False), "0", {MID: 4}, [11], set())
    made.add_slot(Slot("camera", "video", {96: "vp8"}, {97: 96}, nack=True), "1", {MID: 4}, [22, 23], {23})
    made.add_slot(Slot("screen", "video", {96: "vp8"}, {97: 96}, nack=True), "2", {MID: 4}, [], set())
    return made


def test_an_announced_ssrc_is_known() -> None:
    made = leg()
    found = made.route(22, 96, {})
    assert found is not None
    assert (found[0].name, found[2]) == ("camera", False)
    repair = made.route(23, 97, {})
    assert repair is not None
    assert (repair[0].name, repair[2]) == ("camera", True)


def test_an_unknown_ssrc_is_learned_by_its_mid() -> None:
    made = leg()
    assert made.route(99, 96, {}) is None
    found = made.route(99, 96, {4: b"2"})
    assert found is not None
    assert found[0].name == "screen"
    assert made.route(99, 96, {}) == found
    assert made.slots["screen"].encodings[0].ssrc == 99


def test_retransmissions_are_learned_by_their_payload_type() -> None:
    made = leg()
    found = made.route(98, 97, {4: b"2"})
    assert found is not None
    assert found[2]
    assert made.slots["screen"].encodings[0].repair_ssrc == 98
    assert made.slots["screen"].encodings[0].ssrc is None


def test_nonsense_in_the_mid_is_nobodys() -> None:
    assert leg().route(99, 96, {4: b"\xff\xfe"}) is None
    assert leg().route(99, 55, {4: b"2"}) is None


def test_what_is_learned_is_bounded() -> None:
    made = leg()
    learned = [made.route(1000 + number, 96, {4: b"2"}) for number in range(LEARNED + 5)]
    assert sum(found is not None for found in learned) == LEARNED


def simulcast() -> Leg:
    """A camera with three encodings."""
    made = Leg("c", NoSrtp(), lambda data: None, lambda level: None, bitrate=10**6, feedback_ssrc=1, now=0.0)
    slot = Slot("camera", "video", {96: "vp8"}, {97: 96}, nack=True, rids=("q", "h", "f"))
    made.add_slot(slot, "1", {MID: 4, RID: 10, REPAIRED_RID: 11}, [22, 23], {23})
    return made


def test_encodings_are_learned_by_their_rid_and_retransmissions_by_the_repaired_one() -> None:
    made = simulcast()
    packet, repair = made.route(50, 96, {4: b"1", 10: b"h"}), made.route(51, 97, {4: b"1", 11: b"h"})
    assert packet is not None and repair is not None
    assert packet[1] is repair[1] is made.slots["camera"].encodings[1]
    assert (packet[2], repair[2]) == (False, True)
    assert made.route(50, 96, {}) == packet


def test_a_simulcast_packet_without_a_known_rid_is_nobodys() -> None:
    made = simulcast()
    assert made.route(50, 96, {4: b"1"}) is None
    assert made.route(50, 96, {4: b"1", 10: b"x"}) is None
    assert made.route(22, 96, {}) is None


def test_a_publisher_is_looked_after_while_it_can_be_asked_for_something() -> None:
    made = leg()
    camera, microphone, screen = (made.slots[name].encodings[0] for name in ("camera", "microphone", "screen"))
    screen.keyframes.want()
    microphone.keyframes.want()
    assert not awaits(made), "nobody knows the screen's SSRC, and sound has no keyframes"
    camera.keyframes.want()
    assert awaits(made)
    camera.keyframes.arrived()
    assert not awaits(made)
    for number in (1, 3):
        camera.gaps.seen(number)
    assert awaits(made)
    camera.gaps.seen(2)
    assert not awaits(made)
