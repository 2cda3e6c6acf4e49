"""Every parser that faces the network takes whatever comes: it answers, or raises its own error, and nothing else.

Bounded for every day; ``IBOO_FUZZ=100000`` tries so many of each by hand. Half of what is tried is a good message with
some bytes changed, as noise alone is dropped at the first check.
"""

import os
import random
from collections.abc import Callable
from typing import Any, cast

import pytest
from aioice import stun

from chalicelib.signalling.tickets import Limits
from media_workers import (
    av1,
    capture_time,
    checks,
    dependency_descriptor,
    h264,
    red,
    rtcp,
    rtp,
    sdp_answer,
    sdp_offer,
    sdp_plan,
    twcc,
    vp8,
    vp9,
)
from media_workers.channels import ChannelName, Channels
from media_workers.clock import Clock
from media_workers.errors import BadOffer, Malformed
from media_workers.ice import IceAgent
from media_workers.udp import Path
from tests.media.offers import FIREFOX, OfferText
from tests.media.pictures import picture
from tests.unit.media_workers.test_av1 import HEADER
from tests.unit.media_workers.test_dependency_descriptor import SIZES, descriptor, structured
from tests.unit.media_workers.test_h264 import PPS, SPS, aggregate
from tests.unit.media_workers.test_participant import anne
from tests.unit.media_workers.test_real_offers import CORPUS, HERE
from tests.unit.media_workers.test_red import packet as sound
from tests.unit.media_workers.test_view import Viewer
from tests.unit.media_workers.test_vp9 import packet as vp9_packet

TRIES = int(os.environ.get("IBOO_FUZZ", "400"))


def check() -> bytes:
    attributes = {"USERNAME": "abcd:efgh", "PRIORITY": 1, "ICE-CONTROLLING": 7, "USE-CANDIDATE": None}
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
    message.add_message_integrity(b"key")
    return bytes(message)


def feedback() -> bytes:
    arrivals = twcc.Arrivals()
    for number in range(0, 90, 2):
        arrivals.packet(number, number / 100)
    return arrivals.feedback()[0]


def _rtcp(data: bytes) -> None:
    for block in rtcp.walk(data):
        list(rtcp.nacked(block))
        list(rtcp.fir_ssrcs(block))
        for read in (rtcp.media_ssrc, rtcp.sender_time):
            try:
                read(block)
            except Malformed:
                continue


def _offer(data: bytes) -> None:
    plan = sdp_plan.plan(sdp_offer.read(data.decode("utf-8", "replace")))
    sdp_answer.write(plan, HERE, {}, 1)


def _described(read: Callable[[bytes, bytes], object]) -> Callable[[bytes], None]:
    """Reads a payload behind the length and the bytes of its dependency descriptor."""

    def parse(data: bytes) -> None:
        length = data[0] if data else 0
        if payload := data[1 + length :]:
            read(payload, data[1 : 1 + length])

    return parse


def described(payload: bytes, descriptor: bytes) -> bytes:
    return bytes((len(descriptor),)) + descriptor + payload


class Line:
    """A data channel and the link it belongs to."""

    readyState, bufferedAmount = "open", 0

    def __init__(self) -> None:
        self.received: Callable[[str | bytes], object] | None = None

    def channel(self, number: int, label: str, *, reliable: bool, received: Callable[[str | bytes], object]) -> "Line":
        if label == "room":
            self.received = received
        return self

    def on(self, event: str, call: Callable[[Any], None]) -> None:
        pass

    def say(self, channel: "Line", text: str) -> None:
        pass


def message(data: bytes) -> None:
    """A message of a participant, taken as the room takes it."""
    line, person, viewer = Line(), anne(), Viewer(10**6)
    faults: list[Exception] = []

    def received(channel: ChannelName, found: dict[str, Any]) -> None:
        try:
            person.change(found)
            viewer.view.show(found)
            viewer.arrange()
        except Exception as fault:  # `Channels` would log it and go on
            faults.append(fault)

    limits = Limits(participants=2)
    Channels(cast(Any, line), Clock(lambda: 0.0, lambda: 0.0), limits, lambda: None, received, lambda: None)
    assert line.received is not None
    line.received(data.decode("utf-8") if _is_text(data) else data)
    if faults:
        raise faults[0]


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


EXTENSIONS = rtp.extension_block(((1, b"\x80"), (3, b"\0\1"), (4, b"mid")))
SAMPLES: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "checks": (checks.fragment, [check()]),
    "rtp": (rtp.parse, [rtp.header(96, True, 1, 2, 3, EXTENSIONS) + picture(5), rtp.padding(96, 1, 2, 3, b"", 9)]),
    "rtcp": (
        _rtcp,
        [
            rtcp.nack(1, 2, [5, 6, 40]) + rtcp.pli(1, 2),
            rtcp.sender_report(1, 2, 3, 4, 5) + rtcp.description([(1, "name")]),
            rtcp.transport_wide(1, 2, feedback()),
        ],
    ),
    "transport-wide": (twcc.read, [feedback()]),
    "vp8": (vp8.read, [picture(1, key=True), picture(0x7FFF)]),
    "vp9": (vp9.read, [vp9_packet(predicted=False, sizes=SIZES), vp9_packet(tl0=None, references=(1, 2))]),
    "h264": (
        _described(lambda *both: h264.Reader().read(*both)),
        [
            described(SPS, structured(0, number=1)),
            described(aggregate(SPS, PPS), b""),
            described(b"\x7c\x87" + SPS[1:], b""),
        ],
    ),
    "av1": (
        _described(lambda *both: av1.Reader().read(*both)),
        [described(b"\x28\x0a" + HEADER + b"frame", structured(0, number=1)), described(b"\x18" + HEADER, b"")],
    ),
    "dependency": (
        lambda data: dependency_descriptor.Reader().read(data),
        [structured(0, number=1), structured(3, number=2, active=5), descriptor(1, number=9)],
    ),
    "redundant": (lambda data: (red.newest(data), red.retyped(data, 109)), [sound(b"three", b"one", b"two")]),
    "sdp": (
        _offer,
        [
            str(OfferText()).encode(),
            str(OfferText(seats=1, dialect=FIREFOX)).encode(),
            *(path.read_bytes() for path in sorted(CORPUS.glob("*encoder.sdp"))),
        ],
    ),
    "capture time": (lambda data: capture_time.rebased(data, 1.5), [bytes(8), bytes(16)]),
    "messages": (message, [b'{"type":"up","camera":true}', b'{"type":"show","seats":[{"seat":0,"height":90}]}']),
}


def mutated(sample: bytes, noise: random.Random) -> bytes:
    """A few bytes changed, put in, taken out or repeated; or noise of about that length."""
    if noise.random() < 0.1:
        return noise.randbytes(noise.randrange(2 * len(sample) + 2))
    data = bytearray(sample)
    for _ in range(noise.randrange(1, 9)):
        at = noise.randrange(len(data) + 1)
        kind = noise.randrange(5)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << noise.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = noise.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            del data[at : at + noise.randrange(1, 9)]
        elif kind == 3:
            data[at:at] = noise.randbytes(noise.randrange(1, 9))
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", SAMPLES)
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    parse, samples = SAMPLES[name]
    for sample in samples:
        parse(sample)
    for number in range(TRIES):
        noise = random.Random(f"{name}/{number}")
        data = mutated(noise.choice(samples), noise)
        try:
            parse(data)
        except (Malformed, BadOffer):
            continue
        except Exception as fault:
            pytest.fail(f"try {number}: {data!r} raised {fault!r}")


class Nobody:
    """Owns the one peer; nothing must reach it."""

    def ice_started(self) -> None:
        raise AssertionError

    def datagram(self, data: bytes) -> None:
        raise AssertionError

    def ice_gone(self) -> None:
        raise AssertionError


def test_nothing_from_a_stranger_leaves_a_trace_in_the_agent() -> None:
    sent: list[object] = []
    agent = IceAgent(lambda datagrams, path: sent.append(datagrams), lambda: 0.0)
    peer = agent.add(Nobody())
    peer.fragment = "abcd"
    agent._by_fragment = {"abcd": peer}
    for number in range(TRIES):
        noise = random.Random(f"agent/{number}")
        data = mutated(noise.choice([check(), *SAMPLES["rtp"][1]]), noise)
        agent.received(data, Path(0, ("198.51.100.7", number % 65535 + 1)))
    assert (sent, peer.paths, peer.transactions, agent.peers) == ([], [], type(peer.transactions)(), 1)
    assert agent.dropped.failed == 0
