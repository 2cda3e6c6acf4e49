"""Reports, attendance, and a worker process from start to end."""

import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from chalicelib.signalling.messages import Command
from media_workers.reporter import UNSURE_EVERY, Reporter
from tests.media.client import Client
from tests.media.conftest import Bench, MakeBench
from tests.media.functions import ControlClient, ReportDesk
from tests.media.process import WorkerProcess
from tests.media.test_forwarding import seated
from tests.media.waiting import until_true


@pytest.fixture
async def desk() -> AsyncIterator[tuple[ReportDesk, str]]:
    """The functions' end of reports, and its URL."""
    desk = ReportDesk()
    application = web.Application()
    application.add_routes([web.post("/workers/report", desk.receive)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield desk, f"http://127.0.0.1:{runner.addresses[0][1]}/workers/report"
    await runner.cleanup()


async def reporting(make_bench: MakeBench, url: str) -> tuple[Bench, Reporter]:
    """A worker that reports when told to."""
    bench = await make_bench(report_url=url)
    return bench, Reporter(bench.worker, bench.control.url)


async def test_a_report_tells_who_is_in_which_room(make_bench: MakeBench, desk: tuple[ReportDesk, str]) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    anne = await bench.joined("anne")
    await reporter.last()
    report = desk[0].reports[-1]
    assert (report.worker, report.incarnation) == ("worker-1", bench.worker.incarnation)
    assert (report.control, report.capacity, report.draining) == (bench.control.url, 20000, False)
    assert [(room.room, room.epoch, room.participants) for room in report.rooms] == [("room-1", 1, 1)]
    (interval,) = report.attendance
    assert (interval.room, interval.participant, interval.connection) == ("room-1", "anne", anne.connection)
    assert interval.open
    assert interval.since <= interval.until


async def test_a_report_tells_how_the_network_carried_each(make_bench: MakeBench, desk: tuple[ReportDesk, str]) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    anne = await bench.sending("anne")
    paul = await bench.joined("paul")
    ssrc, _ = paul.seat(await seated(paul, "anne"), "audio")
    for number in [*range(10), *range(15, 25)]:
        anne.send("microphone", number, 960 * number, b"opus", level=30)
    await until_true(lambda: len(paul.of(ssrc)) == 20, "what was not lost has come")
    await paul.leave()
    await until_true(lambda: "paul" not in bench.worker.rooms["room-1"].participants, "Paul has left")
    await reporter.last()
    told = {interval.participant: interval.quality for interval in desk[0].reports[-1].attendance}
    quality, gone = told["anne"], told["paul"]
    assert quality is not None and gone is not None
    assert (quality.up_packets, quality.up_lost) == (25, 5)
    assert (gone.up_packets, gone.up_lost) == (0, 0)
    for one in (quality, gone):
        assert one.media_after is not None
        assert 0 < one.path_after <= one.media_after


async def test_an_ended_interval_is_repeated_until_acknowledged(
    make_bench: MakeBench, desk: tuple[ReportDesk, str]
) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    anne = await bench.joined("anne")
    await anne.leave()
    await until_true(lambda: not bench.worker.rooms, "Anne has left")
    desk[0].failing = True
    await reporter.last()
    desk[0].failing = False
    await reporter.last()
    await reporter.last()
    first, second, third = (report.attendance for report in desk[0].reports)
    assert first == second
    assert [interval.open for interval in first] == [False]
    assert third == []


async def test_who_joined_but_never_came_has_no_interval(make_bench: MakeBench, desk: tuple[ReportDesk, str]) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    await bench.control.join(str(bench.client("ghost").offer))
    await reporter.last()
    assert desk[0].reports[-1].attendance == []


async def test_a_dropped_room_is_told_to_rejoin_and_forgotten(
    make_bench: MakeBench, desk: tuple[ReportDesk, str]
) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    anne = await bench.joined("anne", epoch=3)
    desk[0].commands = [Command("drop", "room-1", 3), Command("drop", "room-2", 1)]
    await reporter.last()
    await until_true(lambda: bool(anne.told("rejoin")) and anne.closed, "Anne is told")
    assert bench.worker.rooms == {}


async def test_a_drop_of_an_older_epoch_leaves_the_room_alone(
    make_bench: MakeBench, desk: tuple[ReportDesk, str]
) -> None:
    bench, reporter = await reporting(make_bench, desk[1])
    await bench.joined("anne", epoch=3)
    desk[0].commands = [Command("drop", "room-1", 2)]
    await reporter.last()
    assert "room-1" in bench.worker.rooms


async def test_reports_that_fail_dont_disturb_media(make_bench: MakeBench) -> None:
    with socket.socket() as unanswered:
        unanswered.bind(("127.0.0.1", 0))
        bench, reporter = await reporting(make_bench, f"http://127.0.0.1:{unanswered.getsockname()[1]}/")
        anne = await bench.joined("anne")
        await reporter.last()
        anne.pulse({"type": "ping", "n": 1})
        await until_true(lambda: bool(anne.pulses), "a pong")


async def test_people_are_asked_to_look_where_their_room_is_when_reports_fail(make_bench: MakeBench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        bench, reporter = await reporting(make_bench, f"http://127.0.0.1:{closed.getsockname()[1]}/")
        anne = await bench.joined("anne")
        for _ in range(UNSURE_EVERY - 1):
            await reporter.last()
        assert not anne.told("unsure")
        await reporter.last()
        await until_true(lambda: len(anne.told("unsure")) == 1, "Anne is told")


async def test_sigterm_tells_clients_reports_once_more_and_ends_well(desk: tuple[ReportDesk, str]) -> None:
    worker = await WorkerProcess.start(REPORT_URL=desk[1], ANNOUNCED="127.0.0.1", ID="worker-7")
    anne = Client("anne")
    try:
        async with aiohttp.ClientSession() as session:
            await anne.join(ControlClient(session, worker.control, time.time))
            await until_true(lambda: any(r.attendance for r in desk[0].reports), "a report with Anne")
        assert await worker.stop() == 0
        assert anne.told("rejoin")
        last = desk[0].reports[-1]
        assert (last.worker, last.draining, last.rooms) == ("worker-7", True, [])
        assert [interval.open for interval in last.attendance] == [False]
    finally:
        anne.vanish()
        await worker.kill()


async def test_a_worker_that_is_not_told_its_capacity_measures_it(desk: tuple[ReportDesk, str]) -> None:
    worker = await WorkerProcess.start(REPORT_URL=desk[1], ANNOUNCED="127.0.0.1")
    try:
        await until_true(lambda: bool(desk[0].reports), "a report")
        measured = desk[0].reports[0].capacity
        assert measured > 0
        async with aiohttp.ClientSession() as session, session.get(f"{worker.control}/metrics") as answer:
            assert f"iboo_worker_capacity {measured:g}\n" in await answer.text()
        assert await worker.stop() == 0
        assert {report.capacity for report in desk[0].reports} == {measured}, "once, at its start"
    finally:
        await worker.kill()


async def test_a_killed_worker_leaves_its_port_free_at_once() -> None:
    first = await WorkerProcess.start(ANNOUNCED="127.0.0.1")
    await first.kill()
    second = await WorkerProcess.start(ANNOUNCED="127.0.0.1", MEDIA_PORT=str(first.port))
    assert second.port == first.port
    assert await second.stop() == 0
