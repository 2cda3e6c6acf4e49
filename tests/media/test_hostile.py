"""What one does wrong harms nobody else, and not the worker."""

import itertools
import random
import struct

import pytest

from chalicelib.signalling.tickets import Limits
from media_workers import rtcp
from tests.media.client import Client
from tests.media.conftest import Bench
from tests.media.offers import OfferText
from tests.media.waiting import until_true


async def heard(speaker: Client, listener: Client, sequence: int) -> None:
    """The speaker's sound still gets through; said until heard, as the listener's socket may be full of noise."""
    ssrc, _ = listener.seat(0, "audio")
    before = len(listener.of(ssrc))
    sequences = itertools.count(sequence)

    def said_and_heard() -> bool:
        speaker.send("microphone", next(sequences), 0, b"still here")
        return len(listener.of(ssrc)) > before

    await until_true(said_and_heard, "a sound")


async def pair(bench: Bench) -> tuple[Client, Client]:
    """Anne speaks to Paul."""
    anne, paul = await bench.sending("anne"), await bench.joined("paul")
    await until_true(lambda: any(m.get("seats") and m["seats"][0]["participant"] for m in paul.messages), "a seat")
    await heard(anne, paul, 1)
    return anne, paul


async def test_noise_on_the_media_port_harms_nobody(bench: Bench) -> None:
    anne, paul = await pair(bench)
    noise = random.Random(1)
    stranger = bench.client("stranger")
    stranger._server = ("127.0.0.1", bench.worker.sockets.port)
    for length in [0, 1, 2, 3, *(noise.randrange(4, 1400) for _ in range(400))]:
        for first in (0, 1, 22, 63, 128, 191, 255):
            stranger.send_raw(bytes((first,)) * bool(length) + noise.randbytes(max(0, length - 1)))
    await heard(anne, paul, 1000)


async def test_malformed_packets_of_a_participant_are_dropped_and_counted(bench: Bench) -> None:
    anne, paul = await pair(bench)
    leg = next(iter(bench.worker.rooms["room-1"]._connections.values())).leg
    noise = random.Random(2)
    ssrc = struct.pack("!I", anne.ssrcs["camera"])

    def head(first: int, sequence: int) -> bytes:
        return struct.pack("!BBHI", first, 96, sequence, 0) + ssrc

    packets = [
        head(0x90, 1) + struct.pack("!HH", 0xBEDE, 1) + b"\x5fab ",
        head(0xB0, 2) + struct.pack("!HH", 0xBEDE, 0) + b"\xff",
        head(0x80, 3) + b"\x90",
        head(0x90, 4) + struct.pack("!HH", 0x1000, 1) + b"\x05\x09ab",
    ]
    for packet in packets:
        anne.send_rtp(packet)
    anne.send_rtcp(bytes((0x81, 206, 0, 1)) + ssrc)
    anne.send_rtcp(bytes((0x80, 200, 0, 9)) + ssrc)
    anne.send_raw(bytes((0x80, 111)) + noise.randbytes(60))
    anne.send_raw(bytes((0x80, 201)) + noise.randbytes(60))
    await until_true(lambda: leg.malformed >= 8, "they are counted")
    await heard(anne, paul, 1000)


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[1, 2]",
        '{"no": "type"}',
        '{"type": 7}',
        '{"type": "up", "camera": "yes", "microphone": 1, "other": true}',
        '{"type": "unknown"}',
        '{"type": "__init__"}',
        "[" * 8000,
        b"bytes",
        "x" * 20_000,
    ],
)
async def test_messages_that_are_not_of_the_protocol_are_ignored(bench: Bench, message: str | bytes) -> None:
    anne = await bench.joined("anne")
    anne.tell(message)
    anne.pulse(message)
    anne.pulse({"type": "ping", "n": "text"})
    anne.tell({"type": "up", "camera": True})
    anne.pulse({"type": "ping", "n": 1})
    await until_true(lambda: bool(anne.pulses), "a pong")
    await until_true(lambda: bool(anne.told("participant")), "the right message counts")
    assert anne.told("participant")[0]["participant"]["up"]["microphone"] is False


async def test_too_many_messages_are_not_answered(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    for number in range(400):
        anne.tell({"type": "up", "camera": number % 2 == 0})
    await until_true(lambda: len(paul.told("participant")) >= 100, "the allowed ones")
    await until_true(lambda: not anne._link.unsent, "the worker has taken all")
    bench.time.ahead += 5
    anne.tell({"type": "up", "screen": True})
    await until_true(
        lambda: any(m["participant"]["up"]["screen"] for m in paul.told("participant")), "later ones count again"
    )
    assert len(paul.told("participant")) < 250


async def test_a_flood_beyond_the_allowed_rate_is_not_forwarded(bench: Bench) -> None:
    anne = await bench.joined("anne", limits=Limits(participants=20, bitrate=100_000))
    anne.up(microphone=True)
    paul = await bench.joined("paul")
    ssrc, _ = paul.seat(0, "audio")
    await until_true(lambda: any(m.get("seats") and m["seats"][0]["participant"] for m in paul.messages), "a seat")
    for number in range(300):
        anne.send("microphone", number, 0, bytes(1000))
    bench.time.ahead += 10
    later = iter(range(400, 10_000))

    def goes_on() -> bool:
        anne.send("microphone", next(later), 0, b"slowly again")
        return any(p.payload == b"slowly again" for p in paul.of(ssrc))

    await until_true(goes_on, "it goes on")
    assert len(paul.of(ssrc)) < 100


async def test_a_check_with_a_wrong_password_is_not_answered(bench: Bench) -> None:
    stranger = bench.client("stranger")
    stranger.answer = await bench.control.join(str(stranger.offer))
    stranger._server = ("127.0.0.1", bench.worker.sockets.port)
    before = bench.worker._ice.dropped.forged
    stranger.send_check(password="wrong")
    await until_true(lambda: bench.worker._ice.dropped.forged > before, "the check is seen")
    with pytest.raises(BlockingIOError):
        stranger._socket.recv(2048)


async def test_another_certificate_than_the_one_in_the_offer_is_refused(bench: Bench) -> None:
    liar = bench.client("liar")
    liar.offer = OfferText(fragment="abcd", fingerprint=":".join(["00"] * 32), ssrcs=liar.ssrcs)
    liar.answer = await bench.control.join(str(liar.offer))
    liar.connect()
    await until_true(lambda: not bench.worker.rooms, "the connection is refused")
    assert not liar.messages


async def test_a_stream_of_requests_is_not_answered_without_end(bench: Bench) -> None:
    anne, paul = await pair(bench)
    ssrc, _ = paul.seat(0, "audio")
    first = paul.of(ssrc)[0].sequence
    before = next(iter(bench.worker.rooms["room-1"].participants.values()))
    sent = bench.worker.forwarder.sent_packets
    for _ in range(100):
        paul.send_rtcp(rtcp.nack(1, ssrc, [first] * 300))
    await heard(anne, paul, 1000)
    assert bench.worker.forwarder.sent_packets - sent < 2000
    assert before.connection.up
