"""A part of the running product fails, and the meeting goes on: real workers, functions and engine on loopback."""

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bench.failures.rig import Pool, pool
from bench.load.houses import House
from bench.load.visitor import Visitor
from dev.cloud import Cloud, running


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(Path(tmp_path_factory.mktemp("failures")) / "data") as started:
        yield started


@pytest.fixture(scope="module")
def house(cloud: Cloud) -> House:
    made = House(cloud, 1)
    made.sign_up()
    return made


@pytest.fixture
async def case(cloud: Cloud, house: House) -> AsyncIterator[Pool]:
    """Two people meet on a worker that will fail."""
    async with pool(cloud, [house]) as made:
        yield made


async def goes_on(case: Pool) -> None:
    """Waits until everybody got fifty more packets, on the path they came in by."""
    counts = [visitor.packets for visitor in case.visitors]
    await case.until(
        "media",
        lambda: all(one.packets > count + 50 for one, count in zip(case.visitors, counts, strict=True)),
    )
    assert [len(visitor.joins) for visitor in case.visitors] == [1, 1]


def say(visitor: Visitor, body: str) -> int:
    return visitor.person.call("POST", "/chat", {"id": body, "body": body}).status


async def test_people_of_a_killed_worker_meet_on_another(case: Pool) -> None:
    case.signal(signal.SIGKILL)
    await case.all_moved()


async def test_people_of_a_frozen_worker_meet_on_another(case: Pool) -> None:
    case.signal(signal.SIGSTOP)
    await case.all_moved()


async def test_people_of_a_worker_that_is_stopped_meet_on_another_before_it_ends(case: Pool) -> None:
    case.signal(signal.SIGTERM)
    await case.all_moved()
    await case.until("the worker has ended", lambda: case.victims[0].poll() is not None)


async def test_when_a_zone_is_lost_what_is_left_takes_all(cloud: Cloud, house: House) -> None:
    async with pool(cloud, [house, house], victims=2) as case:
        case.signal(signal.SIGKILL)
        await case.all_moved()


async def test_a_worker_cut_from_the_functions_goes_on(case: Pool) -> None:
    case.cut()
    await goes_on(case)
    case.mend()
    assert say(case.visitors[0], "revenus") == 201
    await case.until("the line", lambda: bool(case.visitors[1].told("chat")))


async def test_a_room_split_by_a_cut_is_whole_again(case: Pool) -> None:
    """Who comes while the worker is out of touch gets another one; the others follow, though nobody could tell them."""
    case.cut()
    late = Visitor(case.meetings[0].guests[0])
    case.visitors[1].abandon()
    await late.enter()
    assert late.told("hello")[0]["epoch"] == 2
    await case.until("the host has followed", lambda: case.visitors[0].told("hello")[-1]["epoch"] == 2)
    await case.until("they hear each other", lambda: late.hears and case.visitors[0].hears)
    await late.leave()


async def test_media_go_on_without_functions_and_nothing_said_is_lost(case: Pool) -> None:
    case.stop("functions")
    try:
        await goes_on(case)
    finally:
        case.resume("functions")
    assert say(case.visitors[0], "de retour") == 201
    await case.until("the line", lambda: bool(case.visitors[1].told("chat")))


async def test_media_go_on_while_the_store_is_silent(case: Pool) -> None:
    case.stop("engine")
    try:
        await goes_on(case)
    finally:
        case.resume("engine")
    assert say(case.visitors[0], "de retour") == 201
