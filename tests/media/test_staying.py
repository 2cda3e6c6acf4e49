"""Silence, moving, and the worker's own end."""

import asyncio
import gc
import weakref
from itertools import count

import pytest

from chalicelib.signalling.messages import Command
from media_workers.garbage import PAUSE
from tests.media.client import Client
from tests.media.conftest import Bench
from tests.media.functions import Refused
from tests.media.pictures import picture
from tests.media.test_forwarding import watching
from tests.media.waiting import until_true


async def test_who_says_nothing_for_eight_seconds_is_gone(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    paul.vanish()
    await until_true(lambda: len(anne.told("participant")) == 1, "Paul is there")
    bench.time.ahead += 7
    anne.pulse({"type": "ping", "n": 1})
    await until_true(lambda: bool(anne.pulses), "Anne is heard")
    assert not anne.told("left")
    bench.time.ahead += 2
    await until_true(lambda: bool(anne.told("left")), "Paul is gone")
    assert anne.told("left") == [{"type": "left", "participant": "paul"}]
    assert not anne.closed


async def test_who_never_comes_is_forgotten(bench: Bench) -> None:
    client = bench.client("ghost")
    await bench.control.join(str(client.offer))
    assert bench.worker.peers == 1
    bench.time.ahead += 16
    await until_true(lambda: bench.worker.peers == 0 and not bench.worker.rooms, "the ghost is forgotten")


async def test_a_new_address_is_followed_after_one_check(bench: Bench) -> None:
    anne, paul = await bench.sending("anne"), await bench.joined("paul")
    ssrc, _ = paul.seat(0, "audio")
    await until_true(lambda: any(m.get("seats") and m["seats"][0]["participant"] for m in paul.messages), "a seat")
    paul.move()
    paul.send_check()

    numbers = count()  # the first ones may still go to the old address

    def said_and_heard() -> bool:
        anne.send("microphone", next(numbers), 0, b"over there")
        return bool(paul.of(ssrc))

    await until_true(said_and_heard, "a sound at the new address")
    anne.move()
    anne.send_check()
    before = len(paul.of(ssrc))

    def from_elsewhere() -> bool:
        anne.send("microphone", next(numbers), 0, b"from elsewhere")
        return len(paul.of(ssrc)) > before

    await until_true(from_elsewhere, "a sound from the new address")
    paul.tell({"type": "up", "camera": True})
    await until_true(lambda: any(m["participant"]["id"] == "paul" for m in anne.told("participant")), "and messages")


async def test_an_unauthenticated_check_moves_nobody(bench: Bench) -> None:
    anne = await bench.joined("anne")
    thief = bench.client("thief")
    thief.answer, thief._server = anne.answer, anne._server
    before = bench.worker._ice.dropped.forged
    thief.send_check(password="guessed")
    await until_true(lambda: bench.worker._ice.dropped.forged > before, "the check is seen")
    anne.pulse({"type": "ping", "n": 1})
    await until_true(lambda: bool(anne.pulses), "Anne is still served")
    with pytest.raises(BlockingIOError):
        thief._socket.recv(2048)


async def test_stopping_tells_everybody_to_rejoin(bench: Bench) -> None:
    clients = [await bench.joined("anne"), await bench.joined("paul")]
    await bench.worker.stop(within=0.1)
    for client in clients:
        assert [message["type"] for message in client.told("rejoin")] == ["rejoin"]
    assert not any(interval.open for interval in bench.worker.attendance.report(0))


async def test_media_go_on_here_until_people_have_come_in_elsewhere(bench: Bench) -> None:
    anne, paul, ssrc = await watching(bench)
    stopping = asyncio.create_task(bench.worker.stop(within=60))
    await until_true(lambda: bool(paul.told("rejoin")), "Paul is told")
    before = len(paul.of(ssrc))
    anne.send("camera", 1001, 8000, picture(101))
    await until_true(lambda: len(paul.of(ssrc)) > before, "the next picture")
    for client in (anne, paul):
        client.tell({"type": "bye"})
    await stopping
    assert bench.worker.rooms == {}


async def test_nobody_comes_into_a_room_that_is_handed_over(bench: Bench) -> None:
    await bench.joined("anne")
    stopping = asyncio.create_task(bench.worker.stop(within=60))
    await until_true(lambda: bench.worker.draining, "the worker stops")
    with pytest.raises(Refused, match="draining"):
        await bench.joined("paul")
    bench.clients[0].tell({"type": "bye"})
    await stopping


async def test_a_drained_worker_keeps_its_rooms_and_takes_no_other(bench: Bench) -> None:
    await bench.joined("anne")
    bench.worker.command(Command("drain"))
    await bench.joined("paul")
    with pytest.raises(Refused, match="draining"):
        await bench.joined("zoe", room="room-2")


async def test_a_peer_that_takes_nothing_is_dropped_and_blocks_nobody(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    stuck = await bench.joined("stuck")
    await until_true(lambda: bench.worker.peers == 3, "three")
    stuck._link.feed = lambda datagram: None  # type: ignore[method-assign]  # its SCTP hears nothing any more
    room = bench.worker.rooms["room-1"]
    for number in range(160):
        room._broadcast({"type": "chat", "message": {"seq": number, "body": "x" * 8000}})
        await told_lines(anne, number + 1)
        await told_lines(paul, number + 1)
    await until_true(lambda: bool(anne.told("left")), "the stuck one is dropped")
    assert anne.told("left") == [{"type": "left", "participant": "stuck"}]


async def told_lines(client: Client, number: int) -> None:
    """Waits until so many lines have arrived."""
    await until_true(lambda: len(client.told("chat")) == number, f"{number} lines")


async def test_memory_of_those_who_have_left_is_taken_back(bench: Bench) -> None:
    anne = await bench.joined("anne")
    left = []
    gc.disable()
    try:
        for number in range(4):
            paul = await bench.joined(f"paul-{number}")
            left.append(weakref.ref(bench.worker.rooms["room-1"].participants[f"paul-{number}"].connection))
            await paul.leave()
        await until_true(lambda: len(anne.told("left")) == len(left), "all have left")
        bench.time.ahead += PAUSE
        anne.pulse({"type": "ping", "n": 1})
        await until_true(lambda: not any(reference() for reference in left), "nothing holds them")
    finally:
        gc.enable()
