"""The short way through an association beside aiortc's own, which is the oracle."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import pytest
from aiortc import RTCDataChannel, RTCDataChannelParameters, RTCDtlsTransport, RTCSctpCapabilities
from aiortc.rtcsctptransport import DataChunk, SackChunk, parse_packet

from media_workers.association import Association

FIGURES = (
    *("_local_tsn", "_last_sacked_tsn", "_advanced_peer_ack_tsn", "_flight_size", "_cwnd", "_ssthresh"),
    *("_last_received_tsn", "_advertised_rwnd", "_outbound_stream_seq", "_sack_needed", "_sack_misordered"),
    *("_partial_bytes_acked", "_fast_recovery_exit", "_forward_tsn_streams"),
)


class Wire:
    """DTLS's place: packets wait until they are moved."""

    state = "connected"

    def __init__(self, role: str) -> None:
        self._role = role
        self.packets: deque[bytes] = deque()

    async def _send_data(self, packet: bytes) -> None:
        self.packets.append(packet)

    def _register_data_receiver(self, receiver: object) -> None:
        pass

    def _unregister_data_receiver(self, receiver: object) -> None:
        pass


class Plain(Association):
    """All of it aiortc's own way."""

    def _take_usual(self, packet: bytes) -> bool:
        return False

    def _flows(self) -> bool:
        return False


class Side:
    """An association with the channels of the protocol, and what came on them."""

    def __init__(self, kind: type[Association], role: str, first: int) -> None:
        self.wire = Wire(role)
        self.association = kind(cast(RTCDtlsTransport, cast(Any, self.wire)), 5000, self.wire.packets.append)
        association = self.association
        association._local_tsn = association._reconfig_request_seq = first
        association._last_sacked_tsn = association._advanced_peer_ack_tsn = first - 1 & 0xFFFFFFFF
        self.came: dict[int, list[str]] = {0: [], 1: []}
        self.channels = [self._channel(0, None), self._channel(1, 0)]

    def _channel(self, number: int, retransmits: int | None) -> RTCDataChannel:
        parameters = RTCDataChannelParameters(
            label=str(number), id=number, negotiated=True, ordered=not number, maxRetransmits=retransmits
        )
        channel = RTCDataChannel(self.association, parameters)
        self.association.receive(channel, self.came[number].append)
        return channel

    @property
    def figures(self) -> dict[str, Any]:
        return {name: getattr(self.association, name) for name in FIGURES} | {
            "sent": [chunk.tsn for chunk in self.association._sent_queue],
            "turns": {number: one.sequence_number for number, one in self.association._inbound_streams.items()},
            "timer": self.association._t3_handle is not None,
        }


class Pair:
    """Two sides that are associated."""

    def __init__(self, kinds: tuple[type[Association], type[Association]], first: int = 1000) -> None:
        self.sides = (Side(kinds[0], "server", first), Side(kinds[1], "client", first + 77 & 0xFFFFFFFF))

    async def up(self) -> "Pair":
        for side in self.sides:
            await side.association.start(RTCSctpCapabilities(65536), 5000)
        self.move()
        assert all(side.channels[0].readyState == "open" for side in self.sides)
        return self

    def move(self, arrives: Callable[[], bool] = lambda: True) -> None:
        """All packets on their way, and those they cause, come or are lost. Acknowledgements don't wait for more."""
        while any(side.wire.packets for side in self.sides):
            for side, other in (self.sides, reversed(self.sides)):
                while side.wire.packets:
                    packet = side.wire.packets.popleft()
                    if arrives():
                        other.association.take(packet)
                        other.association._acknowledge()

    async def stop(self) -> None:
        for side in self.sides:
            await side.association.stop()


KINDS = [(Association, Association), (Association, Plain), (Plain, Association)]


@pytest.mark.parametrize("first", [1000, 0xFFFFFFF0])
async def test_figures_are_those_of_aiortc_after_every_message(first: int) -> None:
    pairs = [await Pair(kinds, first).up() for kinds in ((Plain, Plain), *KINDS)]
    chosen = random.Random(1)
    for number in range(120):
        sender, channel = chosen.randrange(2), chosen.randrange(2)
        message = f"{number} é " + "x" * chosen.choice((0, 1, 2, 3, 700, 1100, 1161, 5000))
        answer = chosen.random() < 0.7
        for pair in pairs:
            pair.sides[sender].channels[channel].send(message)
            if answer:
                pair.move()
        expected = [side.figures for side in pairs[0].sides]
        if answer:  # what is on its way differs: acknowledgements go along with messages
            for pair in pairs[1:]:
                assert [side.figures for side in pair.sides] == expected
    for pair in pairs:
        pair.move()
        assert [side.came for side in pair.sides] == [side.came for side in pairs[0].sides]
        await pair.stop()


@pytest.mark.parametrize("kinds", KINDS)
@pytest.mark.parametrize("seed", range(6))
async def test_losses_are_mended_and_pulses_are_not(
    kinds: tuple[type[Association], type[Association]], seed: int
) -> None:
    pair = await Pair(kinds).up()
    chosen = random.Random(seed)
    told: dict[tuple[int, int], list[str]] = {(side, channel): [] for side in range(2) for channel in range(2)}
    for number in range(200):
        sender, channel = chosen.randrange(2), chosen.randrange(2)
        message = f"{number} " + "y" * chosen.choice((0, 5, 900, 3000))
        told[sender, channel].append(message)
        pair.sides[sender].channels[channel].send(message)
        if chosen.random() < 0.6:
            pair.move(lambda: chosen.random() < 0.8)
    for _ in range(200):
        pair.move()
        if not any(side.association.unsent for side in pair.sides):
            break
        for side in pair.sides:
            if side.association._t3_handle is not None:
                side.association._t3_expired()
        await asyncio.sleep(0)
    assert not any(side.association.unsent for side in pair.sides)
    for sender, receiver in ((0, 1), (1, 0)):
        assert pair.sides[receiver].came[0] == told[sender, 0], "in order, once"
        pulses = pair.sides[receiver].came[1]
        assert len(set(pulses)) == len(pulses)
        assert set(pulses) < set(told[sender, 1]), "some were lost"
    await pair.stop()


async def test_an_acknowledgement_goes_along_with_the_answer() -> None:
    pair = await Pair((Association, Association)).up()
    server, client = pair.sides
    server.association.receive(server.channels[1], lambda text: server.channels[1].send(f"pong {text}"))
    client.channels[1].send("17")
    server.association.take(client.wire.packets.popleft())
    (packet,) = server.wire.packets
    assert [type(chunk) for chunk in parse_packet(packet)[3]] == [SackChunk, DataChunk]
    pair.move()
    assert client.came[1] == ["pong 17"]
    assert not client.association.unsent
    await pair.stop()


@pytest.mark.parametrize("first", [1000, 0xFFFFFFFE])
async def test_a_part_is_acknowledged_as_by_aiortc(first: int) -> None:
    figures = []
    for kinds in ((Plain, Plain), (Association, Association)):
        pair = await Pair(kinds, first).up()
        server, client = pair.sides
        for message in ("one", "two", "three", "four"):
            server.channels[1].send(message)
        for count in (1, 2):
            for _ in range(count):
                client.association.take(server.wire.packets.popleft())
            client.association._acknowledge()
            acknowledgement = client.wire.packets.pop()
            for _ in range(2):  # one that comes again changes nothing
                server.association.take(acknowledgement)
            figures.append(server.figures)
        client.wire.packets.clear()
        assert server.figures["timer"] and len(server.figures["sent"]) == 1
        await pair.stop()
    assert figures[:2] == figures[2:]


async def test_every_second_message_is_acknowledged_at_once_and_one_alone_soon() -> None:
    pair = await Pair((Association, Association)).up()
    server, client = pair.sides
    for message in ("one", "two", "three"):
        server.channels[0].send(message)
    counts = []
    while server.wire.packets:
        client.association.take(server.wire.packets.popleft())
        counts.append(len(client.wire.packets))
    assert counts == [0, 1, 1]
    async with asyncio.timeout(60):
        while len(client.wire.packets) < 2:
            await asyncio.sleep(0.01)
    pair.move()
    assert not server.association.unsent
    await pair.stop()


async def test_what_was_changed_on_the_way_changes_nothing() -> None:
    pair = await Pair((Association, Association)).up()
    server, client = pair.sides
    server.channels[0].send("good")
    good = server.wire.packets.popleft()
    before = client.figures
    for place in range(len(good)):
        client.association.take(good[:place] + bytes((good[place] ^ 0x55,)) + good[place + 1 :])
        client.association.take(good[:place])
    assert client.figures == before
    client.association.take(good)
    assert client.came[0] == ["good"]
    await pair.stop()


async def test_what_is_lost_is_sent_again_when_its_time_is_over() -> None:
    pair = await Pair((Association, Association)).up()
    server, client = pair.sides
    for message in ("one", "two"):  # two round trips: the timer is set anew
        server.channels[0].send(message)
        pair.move()
    server.channels[0].send("three")
    server.wire.packets.clear()
    async with asyncio.timeout(60):
        while client.came[0] != ["one", "two", "three"]:
            await asyncio.sleep(0.01)
            pair.move()
    assert not server.association.unsent
    await pair.stop()
    assert server.association._alarm is None
