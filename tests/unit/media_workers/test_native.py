"""The native forwarder against the Python one: the same packets in, the same bytes out."""

import random
import struct
from collections.abc import Callable

import pytest

from media_workers import native, rtcp, rtp
from media_workers.errors import Malformed
from media_workers.forwarder import TICK
from media_workers.native_forwarder import NativeForwarder
from media_workers.rtp import Packet
from media_workers.sdp_plan import AUDIO_LEVEL, CAPTURE_TIME, DEPENDENCY_DESCRIPTOR, TRANSPORT_WIDE
from media_workers.twcc import Arrivals
from media_workers.udp import runs
from tests.unit.media_workers.native_pair import CAMERA, MICROPHONE, PROFILES, REPAIR, Pair, Sessions, Side

LIBRARY = native.load()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="not built: python -m media_workers.native")

WIDE = {TRANSPORT_WIDE: 5, AUDIO_LEVEL: 2, CAPTURE_TIME: 7, DEPENDENCY_DESCRIPTOR: 9}


def vp8(
    number: int, *, key: bool = False, tl0: int = 0, layer: int = 0, sync: bool = False, first: bool = True
) -> bytes:
    """A payload with a 15-bit picture id, tl0picidx and layer."""
    head = bytes((0x90 if first else 0x80, 0xE0)) + struct.pack("!H", 0x8000 | number & 0x7FFF)
    head += bytes((tl0 & 0xFF, layer << 6 | (0x20 if sync else 0)))
    return head + (b"\x10\0\0\x9d\x01\x2a\x80\x02\x68\x01" if key else b"\x11") + bytes(40)


def vp9(number: int, *, key: bool, layer: int, spatial: int, begins: bool, ends: bool, structure: bool) -> bytes:
    flags = 0xA0 | (0 if key else 0x40) | (0x08 if begins else 0) | (0x04 if ends else 0) | (0x02 if structure else 0)
    head = bytes((flags,)) + struct.pack("!H", 0x8000 | number & 0x7FFF)
    head += bytes((layer << 5 | 0x10 | spatial << 1 | (1 if spatial else 0), number & 0xFF))
    sizes = bytes((1 << 5 | 0x10,)) + struct.pack("!HHHH", 320, 180, 640, 360) if structure else b""
    return head + sizes + bytes(30)


def packet(
    sequence: int,
    payload: bytes,
    *,
    ssrc: int = CAMERA,
    payload_type: int = 96,
    timestamp: int = 0,
    marker: bool = False,
    values: tuple[tuple[int, bytes], ...] = (),
) -> bytes:
    block = rtp.extension_block(values)
    return rtp.header(payload_type, marker, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, block) + payload


@pytest.fixture(params=list(PROFILES))
def pair(request: pytest.FixtureRequest) -> Pair:
    made = Pair(LIBRARY, request.param)
    made.watch("paul", ids=WIDE)
    made.watch("luc", audio={"opus": (109, None), "red": (110, None)})
    return made


def test_a_picture_and_a_voice_leave_as_the_same_bytes(pair: Pair) -> None:
    for frame in range(70):
        level = ((1, bytes((0x80 | frame % 128,))), (3, struct.pack("!H", frame)), (6, bytes(8)))
        sound = packet(frame, bytes(60), ssrc=MICROPHONE, payload_type=111, timestamp=960 * frame, values=level)
        parts = [
            packet(
                3 * frame + part, vp8(frame, key=frame % 30 == 0, tl0=frame, first=part == 0), timestamp=3000 * frame
            )
            for part in range(3)
        ]
        pair.send([sound, *parts])
        sent = pair.same()
        assert len(sent["paul"]) == len(sent["luc"]) == 4
    pair.told_alike()


def test_sound_that_came_with_a_picture_leaves_behind_it_in_one_run(pair: Pair) -> None:
    sound = packet(1, b"sound", ssrc=MICROPHONE, payload_type=111)
    pair.send([packet(0, vp8(0, key=True), timestamp=0, marker=True)])
    pair.same()
    pair.send(
        [sound, *(packet(1 + part, vp8(1, first=part == 0), timestamp=3000, marker=part == 2) for part in range(3))]
    )
    sent = pair.same()
    for name in ("paul", "luc"):
        sizes = [len(datagram) for datagram in sent[name]]
        assert len(sizes) == 4
        assert runs(sizes) == [(0, 4, sum(sizes))], "the sound is the shorter end of a run"


def test_packets_that_are_forged_or_come_twice_go_nowhere(pair: Pair) -> None:
    datagrams = [pair.protected(packet(number, vp8(number, key=number == 0))) for number in range(3)]
    forged = datagrams[2][:-1] + bytes((datagrams[2][-1] ^ 1,))
    pair.send_protected([datagrams[0], datagrams[1], datagrams[0], forged, b"\x80", b"", datagrams[1][:15]])
    assert len(pair.same()["paul"]) == 2
    pair.send_protected([datagrams[2]])
    assert len(pair.same()["paul"]) == 1
    pair.told_alike()


def test_reports_are_the_same_bytes(pair: Pair) -> None:
    for frame in range(60):
        pair.send([packet(frame, vp8(frame, key=frame == 0), timestamp=3000 * frame, marker=True)])
        pair.send([packet(frame, b"sound", ssrc=MICROPHONE, payload_type=111)], 0.004)
        pair.tick()
        pair.same(reports=True)
    receiver = pair.told_by(0)
    pair.now += 1
    pair.tick()
    (report,) = pair.same(reports=True)["paul"]
    blocks = list(rtcp.walk(receiver.unprotect_rtcp(report)))
    assert [block.kind for block in blocks] == [rtcp.SENDER_REPORT, rtcp.SENDER_REPORT, rtcp.DESCRIPTION]


def test_a_picture_waits_for_its_last_packet_but_not_for_long(pair: Pair) -> None:
    def came(first: int, last: int, seconds: float = 0.0, patience: float = 0.002) -> int:
        pair.send(
            [packet(n, vp8(0, key=n == 0, first=n == 0), marker=n == 9) for n in range(first, last)],
            seconds,
            patience,
        )
        return len(pair.same().get("paul", []))

    assert came(0, 4) == 0
    pair.send([packet(0, b"sound", ssrc=MICROPHONE, payload_type=111)], 0.0005, 0.002)
    assert len(pair.same()["paul"]) == 1, "sound does not wait"
    assert came(4, 10, 0.0005) == 10, "its last packet is there"
    assert came(10, 12) == 0
    assert came(12, 12, 0.0021) == 2, "it has waited long enough"
    assert came(12, 14) == 0
    assert came(14, 14, patience=0.0) == 2, "something is about to change"
    assert came(14, 14 + 32) == 32, "nor for very many"


def test_what_a_receiver_misses_comes_again(pair: Pair) -> None:
    for number in range(20):
        pair.send([packet(number, vp8(number // 2, key=number < 2, tl0=number // 2))])
    pair.same()
    pair.ask_again(0, [65530, 65535, 3, 9000])
    assert len(pair.same()["paul"]) == 3


def test_what_is_asked_for_without_end_is_held_back_alike(pair: Pair) -> None:
    numbers = [(65530 + number) & 0xFFFF for number in range(30)]
    pair.send([packet(number, vp8(number, key=number == 0) + bytes(1000)) for number in range(30)])
    pair.same()
    sent = 0
    for _ in range(50):
        pair.now += 0.02
        pair.ask_again(0, numbers)
        sent += len(pair.same()["paul"])
    assert 20 < sent < 60


def test_a_retransmission_fills_its_gap(pair: Pair) -> None:
    pair.send([packet(1, vp8(1, key=True)), packet(3, vp8(3))])
    pair.send(
        [
            packet(9, struct.pack("!H", 2) + vp8(2), ssrc=REPAIR, payload_type=97),
            packet(10, b"", ssrc=REPAIR, payload_type=97),
        ]
    )
    assert len(pair.same()["paul"]) == 3
    pair.told_alike()


Scene = Callable[[random.Random, int], list[bytes]]


def _vp8_scene(chance: random.Random, frame: int) -> list[bytes]:
    layer = frame % 2
    payload = vp8(frame, key=chance.random() < 0.05 or frame == 0, tl0=frame // 2, layer=layer, sync=layer == 1)
    return [payload, *(vp8(frame, tl0=frame // 2, layer=layer, first=False) for _ in range(chance.randrange(3)))]


def _vp9_scene(chance: random.Random, frame: int) -> list[bytes]:
    key = chance.random() < 0.05 or frame == 0
    return [
        vp9(
            frame,
            key=key,
            layer=frame % 2,
            spatial=spatial,
            begins=part == 0,
            ends=part == 1,
            structure=key and not spatial and not part,
        )
        for spatial in range(2)
        for part in range(2)
    ]


def _h264_scene(chance: random.Random, frame: int) -> list[bytes]:
    first = chance.choice([b"\x67\x42\xe0\x1f\x8c\x8d\x40\x50\x1e\xd0", b"\x61" + bytes(9), b"\x7c\x87" + bytes(9)])
    return [b"\x67\x42\xe0\x1f\x8c\x8d\x40\x50\x1e\xd0" if frame == 0 else first, b"\x41" + bytes(20)]


@pytest.mark.parametrize(
    ("payload_type", "scene"), [(96, _vp8_scene), (98, _vp9_scene), (102, _h264_scene)], ids=["vp8", "vp9", "h264"]
)
@pytest.mark.parametrize("seed", range(12))
def test_over_switches_layers_losses_and_repeats_the_bytes_are_the_same(
    payload_type: int, scene: Scene, seed: int
) -> None:
    chance = random.Random(f"{payload_type}/{seed}")
    pair = Pair(LIBRARY)
    pair.watch("paul", ids=WIDE)
    pair.watch("luc", video={"vp8": (100, None), "vp9": (98, None)})
    sequence = chance.randrange(1 << 16)
    held: list[bytes] = []
    for frame in range(120):
        packets: list[bytes] = []
        payloads = scene(chance, frame)
        for place, payload in enumerate(payloads):
            values = ((3, struct.pack("!H", sequence & 0xFFFF)),) if chance.random() < 0.5 else ()
            made = packet(
                sequence,
                payload,
                payload_type=payload_type,
                timestamp=3000 * frame,
                marker=place == len(payloads) - 1,
                values=values,
            )
            sequence += 1
            fate = chance.random()
            if fate < 0.05 and frame:
                continue
            (held if fate < 0.1 and frame else packets).append(made)
        if held and chance.random() < 0.3:
            packets += held
            held = []
        pair.send(packets)
        if chance.random() < 0.1:
            pair.show(chance.randrange(2), chance.choice([None, 0, 0]))
        if chance.random() < 0.1:
            pair.limit(chance.randrange(2), chance.choice([0, 1, 7]), chance.choice([0, 1, 7]))
        sent = pair.same()
        if sent["paul"] and chance.random() < 0.2:
            again = [struct.unpack_from("!H", datagram, 2)[0] for datagram in sent["paul"]]
            pair.ask_again(0, [*again, chance.randrange(1 << 16)])
            pair.same()
        if chance.random() < 0.2:
            pair.told_alike()
    pair.told_alike()
    pair.same()


@pytest.mark.parametrize("seed", range(20))
def test_of_packets_of_any_bytes_both_take_the_same(seed: int) -> None:
    chance = random.Random(seed)
    pair = Pair(LIBRARY)
    pair.watch("paul", ids=WIDE)
    pair.watch("luc", audio={"opus": (109, None), "red": (110, None)})
    for number in range(150):
        ssrc = chance.choice([CAMERA, CAMERA, CAMERA, MICROPHONE, REPAIR, 99])
        payload_type = chance.choice([96, 98, 102, 45, 97, 99, 103, 111, 63, 5])
        extension = b""
        if chance.random() < 0.6:
            profile = chance.choice([0xBEDE, 0x1000, 0x1005, 0x1234])
            words = chance.randrange(5)
            extension = struct.pack("!HH", profile, words) + chance.randbytes(4 * words)
        head = rtp.header(payload_type, chance.random() < 0.5, number, number * 90, ssrc, extension)
        if chance.random() < 0.1:
            head = bytes((head[0] | 0x20,)) + head[1:]
        payload = chance.randbytes(chance.choice([0, 1, 2, 3, 5, 8, 20, 60]))
        if chance.random() < 0.3 and payload:
            payload = bytes((chance.choice([0x90, 0xAC, 0xA8, 0x08, 0x18, 0x67, 0x78, 0x7C, 0xEF]),)) + payload[1:]
        try:
            datagram = pair.protected(head + payload)
        except Malformed:
            continue  # libsrtp knows that it isn't RTP
        pair.send_protected([datagram])
        pair.same()
    pair.told_alike()


@pytest.mark.parametrize("seed", range(6))
def test_layers_of_av1_are_left_out_alike(seed: int) -> None:
    chance = random.Random(seed)
    pair = Pair(LIBRARY)
    pair.watch("paul", ids=WIDE)
    pair.watch("luc")
    for frame in range(80):
        key = frame % 25 == 0
        layer = frame % 2
        # A head, and with a keyframe the structure of L1T2 (two templates, two decode targets).
        head = bytes((0xC0 | (0 if key else 1 + layer),)) + struct.pack("!H", frame)
        descriptor = head + (bytes.fromhex("800201a8") + bytes(chance.randrange(4)) if key else b"")
        if chance.random() < 0.1:
            descriptor = head + chance.randbytes(chance.randrange(12))
        payload = bytes((0x18 if key else 0x10,)) + bytes(40)
        values = ((12, descriptor),)
        pair.send([packet(frame, payload, payload_type=45, timestamp=3000 * frame, marker=True, values=values)])
        if chance.random() < 0.2:
            pair.limit(chance.randrange(2), 7, chance.choice([0, 1, 7]))
        sent = pair.same()["paul"]
        if sent and chance.random() < 0.3:
            pair.ask_again(0, [struct.unpack_from("!H", sent[-1], 2)[0]])
            pair.same()
    pair.told_alike()


@pytest.mark.parametrize("seed", range(6))
def test_encodings_of_one_picture_follow_each_other_alike(seed: int) -> None:
    chance = random.Random(seed)
    pair = Pair(LIBRARY, rids=("q", "h"))
    pair.watch("paul", ids=WIDE)
    pair.watch("luc")
    for frame in range(120):
        packets = []
        for number, rid in enumerate((b"q", b"h")):
            values = ((4, b"1"), (10, rid))
            key = frame == 0 or chance.random() < 0.1
            made = vp8(frame + 500 * number, key=key, tl0=frame)
            packets.append(packet(frame, made, ssrc=70 + number, timestamp=3000 * frame, values=values))
        pair.send(packets)
        pair.same()
        if chance.random() < 0.3:
            pair.show(chance.randrange(2), chance.choice([0, 1, 1, None]))
            pair.told_alike()
            python, library = (_pictures(side) for side in pair.sides)
            assert python == library
    pair.told_alike()


def test_publishers_are_told_the_same_of_what_came(pair: Pair) -> None:
    chance, told = random.Random(3), 0
    browsers = [Sessions(pair.profile, side.anne.keys.sends) for side in pair.sides if side.anne.keys is not None]
    late: list[bytes] = []
    for frame in range(200):
        number = struct.pack("!H", (65_500 + frame) & 0xFFFF)
        sent = packet(frame, vp8(frame, key=frame == 0), timestamp=3000 * frame, values=((3, number),))
        fate = chance.random()
        if fate > 0.2:
            pair.send([sent, *late], 60.0 if frame == 150 else 0.004 + 0.02 * chance.random())
            late = []
        elif fate > 0.1:
            late.append(sent)
        pair.tick()
        reports = [side.collected(reports=True).get("anne", []) for side in pair.sides]
        blocks = [
            [block for datagram in some for block in rtcp.walk(browser.unprotect_rtcp(datagram))]
            for browser, some in zip(browsers, reports, strict=True)
        ]
        python, library = (
            [(block.kind, block.count, block.body) for block in some if block.count == rtcp.TRANSPORT_WIDE]
            for some in blocks
        )
        assert python == library
        told += len(python)
    assert told > 40


def test_of_what_a_receiver_tells_both_think_the_same(pair: Pair) -> None:
    arrivals = Arrivals()
    for frame in range(60):
        pair.send([packet(frame, vp8(frame, key=frame == 0, tl0=frame), timestamp=3000 * frame)])
        for number in range(frame, frame + len(pair.same()["paul"])):
            if number % 9:
                arrivals.packet(number & 0xFFFF, pair.now + 0.02)
        if frame % 3 == 2:
            for information in arrivals.feedback():
                pair.tell(0, [rtcp.transport_wide(1, 1001, information)], pair.now + 0.04)
            pair.told_alike()
    python, library = (
        (downlink.counts, downlink.loss, downlink.rate)
        for downlink in (side.seats[0][1].leg.downlink for side in pair.sides)
    )
    assert python == library
    assert python[0][1] > 3


def test_probes_find_out_the_same() -> None:
    pair = Pair(LIBRARY)
    pair.watch("paul", ids=WIDE)
    downlinks = [side.seats[0][1].leg.downlink for side in pair.sides]
    arrivals, count, sequence = Arrivals(), 0, 0
    for tick in range(100):
        pair.now += TICK
        for side, downlink in zip(pair.sides, downlinks, strict=True):
            downlink.need(2_000_000)
            side.forwarder.tick(pair.now, 10**9 + pair.now)
        if tick % 2 == 0:
            payloads = [vp8(tick, key=tick == 0, first=part == 0) + bytes(1000) for part in range(5)]
            pair.send([packet(sequence + part, payload) for part, payload in enumerate(payloads)], 0.0)
            sequence += len(payloads)
        for _ in pair.same()["paul"]:
            arrivals.packet(count & 0xFFFF, pair.now + TICK)
            count += 1
        for information in arrivals.feedback() if tick % 4 == 3 else ():
            pair.tell(0, [rtcp.transport_wide(1, 1001, information)], pair.now)
        assert downlinks[0].rate == downlinks[1].rate
    assert downlinks[1].rate > 1_500_000
    assert downlinks[0].padding_bytes == downlinks[1].padding_bytes > 0


@pytest.mark.parametrize("seed", range(5))
def test_over_queues_jitter_and_loss_the_estimates_are_the_same(seed: int) -> None:
    chance = random.Random(seed)
    pair = Pair(LIBRARY)
    pair.watch("paul", ids=WIDE)
    downlinks = [side.seats[0][1].leg.downlink for side in pair.sides]
    arrivals, count, sequence, free = Arrivals(), 0, 0, 0.0
    carries, jitter, loss, need = 2e6, 0.0, 0.0, 3_000_000
    seen = set()
    for tick in range(900):
        if tick % 150 == 149:
            carries, jitter = chance.choice((8e5, 2e6, 1e8)), chance.choice((0, 0.03))
            loss, need = chance.choice((0, 0, 0, 0.05, 0.2)), chance.choice((0, 3_000_000, 3_000_000))
        for downlink in downlinks:
            downlink.need(need)
        pair.now += TICK
        for side in pair.sides:
            side.forwarder.tick(pair.now, 10**9 + pair.now)
        parts = range(1 + chance.randrange(5))
        payloads = [vp8(tick, key=tick == 0, first=part == 0) + bytes(900) for part in parts]
        pair.send([packet(sequence + part, payload) for part, payload in enumerate(payloads)], 0.0)
        sequence += len(payloads)
        came = []
        for datagram in pair.same()["paul"]:
            free = max(pair.now, free) + 8 * len(datagram) / carries
            if chance.random() >= loss and free - pair.now < 0.4:
                came.append((free + chance.random() * jitter, count & 0xFFFF))
            count += 1
        for arrived, number in sorted(came):
            arrivals.packet(number, arrived)
        if chance.random() < 0.3 and not 300 < tick < 400:  # long enough to be taken for silence
            for information in arrivals.feedback():
                pair.tell(0, [rtcp.receiver_report(1, []), rtcp.transport_wide(1, 1001, information)], pair.now)
        told = [(one.rate, one.loss, one.counts, one.padding_bytes) for one in downlinks]
        assert told[0] == told[1], tick
        seen.add(told[0][0])
    assert len(seen) > 20
    assert downlinks[0].counts[0] > 300


@pytest.mark.parametrize("seed", range(20))
def test_of_compounds_of_any_bytes_both_take_the_same(pair: Pair, seed: int) -> None:
    chance = random.Random(seed)
    leg = [side.seats[0][1].leg for side in pair.sides]
    for frame in range(30):
        pair.send([packet(frame, vp8(frame, key=frame == 0, tl0=frame), timestamp=3000 * frame)])
        pair.same()
        compound = []
        for _ in range(chance.randrange(1, 5)):
            kind, count = chance.choice((200, 201, 203, 205, 205, 206, 207)), chance.choice((0, 1, 1, 4, 15, 15))
            body = struct.pack("!II", 1, chance.choice((1001, 1001, 1000, 7))) + chance.choice(
                (chance.randbytes(4 * chance.randrange(9)), struct.pack("!HHI", frame, 1, 5) + bytes((0x20, 1, 9, 0)))
            )
            compound.append(rtcp.write(kind, count, body[: 4 * chance.randrange(1, 12)]))
        whole = b"".join(compound)
        if chance.random() < 0.2:
            whole = whole[:-4] if len(whole) > 8 else whole
        if chance.random() < 0.2:
            whole = bytes((whole[0] | 0x20,)) + whole[1:-1] + bytes((chance.choice((0, 1, 4, 200)),))
        sealed = pair.told_by(0).protect_rtcp(whole)
        place = chance.randrange(len(sealed))
        forged = sealed[:place] + bytes((sealed[place] ^ 1 << chance.randrange(8),)) + sealed[place + 1 :]
        for datagram in (sealed[: chance.randrange(len(sealed))], forged, sealed, sealed):
            if rtp.is_rtcp(datagram):
                pair.tell_protected(0, datagram, pair.now)
        pair.same()
        pair.told_alike()
        assert leg[0].malformed == leg[1].malformed
        assert leg[0].downlink.counts == leg[1].downlink.counts
    assert leg[0].malformed > 30


class Tape:
    """Keeps the numbers of packets, in place of a tap."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def packet(self, packet: Packet, now: float) -> None:
        self.numbers.append(packet.extended & 0xFFFF)


def test_what_is_written_down_is_what_came_between(pair: Pair) -> None:
    tapes = [(Tape(), Tape()) for _ in pair.sides]
    for number in range(12):
        for side, (first, second) in zip(pair.sides, tapes, strict=True):
            if number in (3, 5, 8):
                tape = {3: first, 5: None, 8: second}[number]
                side.camera.encodings[0].put_tap(tape)  # type: ignore[arg-type]
        pair.send([packet(number, vp8(number, key=number == 0))])
    forwarder = pair.sides[1].forwarder
    assert isinstance(forwarder, NativeForwarder)
    forwarder._woken()
    # Of the first tape nothing was fetched while it was on, and what waits is for nobody else.
    assert [tape.numbers for tape in tapes[0]] == [[3, 4], [8, 9, 10, 11]]
    assert [tape.numbers for tape in tapes[1]] == [[], [8, 9, 10, 11]]


def _pictures(side: Side) -> list[tuple[str, str]]:
    """By RID what each seat shows, and what it is about to show."""
    pairs = [(picture.source, picture.next) for _, picture in side.seats]
    return [(source.rid if source else "-", coming.rid if coming else "-") for source, coming in pairs]
