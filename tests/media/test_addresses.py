"""Several addresses of both families, moving between them, joining again, and packets sent a second time."""

import itertools
import re

import pytest

from media_workers import rtp
from media_workers.settings import Announced
from tests.media.client import Client
from tests.media.conftest import Bench, MakeBench
from tests.media.waiting import until_true

NUMBERS = itertools.count(1)
"""Of the next packet, whoever sends it."""
HOSTS = ("127.0.0.1", "127.0.0.2", "::1")


@pytest.fixture
async def bench(make_bench: MakeBench) -> Bench:
    """A worker with three addresses."""
    return await make_bench(announced=tuple(Announced(host, host) for host in HOSTS))


async def joined(bench: Bench, name: str, host: str) -> Client:
    """Somebody who came by one of the addresses, with the microphone on."""
    client = await bench.client(name, host=host).join(bench.control)
    client.up(microphone=True)
    return client


async def hears(listener: Client, speaker: Client, word: bytes) -> None:
    """The speaker says a word until the listener has it."""
    ssrc, _ = listener.seat(0, "audio")

    def said_and_heard() -> bool:
        speaker.send("microphone", next(NUMBERS), 0, word)
        return any(packet.payload == word for packet in listener.of(ssrc))

    await until_true(said_and_heard, f"{word!r}")


@pytest.mark.parametrize("host", HOSTS)
async def test_a_meeting_by_each_address(bench: Bench, host: str) -> None:
    anne, paul = await joined(bench, "anne", host), await joined(bench, "paul", host)
    await hears(paul, anne, b"hello")
    await hears(anne, paul, b"good day")


async def test_all_addresses_are_announced_on_one_port(bench: Bench) -> None:
    anne = await joined(bench, "anne", "127.0.0.1")
    found = re.findall(r"a=candidate:\d+ 1 udp \d+ (\S+) (\d+) typ host", anne.answer)
    assert [host for host, _ in found] == list(HOSTS)
    assert len({port for _, port in found}) == 1


async def test_people_of_both_families_meet(bench: Bench) -> None:
    anne, paul = await joined(bench, "anne", "::1"), await joined(bench, "paul", "127.0.0.2")
    await hears(paul, anne, b"by six")
    await hears(anne, paul, b"by four")


@pytest.mark.parametrize(("first", "then"), [("127.0.0.1", "::1"), ("::1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")])
async def test_who_goes_on_from_another_network_is_followed_in_one_check(bench: Bench, first: str, then: str) -> None:
    anne, paul = await joined(bench, "anne", "127.0.0.1"), await joined(bench, "paul", first)
    await hears(paul, anne, b"before")
    assert paul._checks is not None
    paul._checks.cancel()
    paul.move(then)
    paul.send_check()  # the only one
    await hears(paul, anne, b"after")
    await hears(anne, paul, b"I am elsewhere")
    assert not anne.told("left")


async def test_an_ice_restart_is_joining_again_with_the_same_place(bench: Bench) -> None:
    anne, paul = await joined(bench, "anne", "127.0.0.1"), await joined(bench, "paul", "127.0.0.1")
    await hears(paul, anne, b"before")
    again = bench.client("anne", host="::1")
    await again.join(bench.control)
    again.up(microphone=True)
    old, new = (re.search(r"a=ice-ufrag:(\S+)", client.answer) for client in (anne, again))
    assert old and new and old[1] != new[1]
    await until_true(lambda: bool(anne.told("replaced")), "the older connection is told")
    await hears(paul, again, b"after")
    assert not paul.told("left")


async def test_a_packet_sent_a_second_time_is_forwarded_once(bench: Bench) -> None:
    anne, paul = await joined(bench, "anne", "127.0.0.1"), await joined(bench, "paul", "127.0.0.1")
    await hears(paul, anne, b"hello")
    head = rtp.header(anne.dialect.opus, True, next(NUMBERS), 0, anne.ssrcs["microphone"], b"")
    recorded = anne._link.protect(head + b"once")
    thief = bench.client("thief")
    thief._server = anne._server
    leg = bench.worker.rooms["room-1"].participants["anne"].connection.leg
    before = leg.malformed
    for _ in range(50):
        anne.send_raw(recorded)
        thief.send_raw(recorded)
    await until_true(lambda: leg.malformed >= before + 49, "copies are refused and counted")
    await hears(paul, anne, b"and on")
    ssrc, _ = paul.seat(0, "audio")
    assert [packet.payload for packet in paul.of(ssrc)].count(b"once") == 1
    assert bench.worker._ice.dropped.strangers >= 50
