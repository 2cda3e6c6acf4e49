"""Figures on the control port; several processes."""

import asyncio
import json
import logging
import os
import re
import signal
import sys

from media_workers import metrics
from media_workers.logs import Json
from tests.forwarder import SETTING, TESTED, at_work
from tests.media.conftest import Bench
from tests.media.functions import POOL_SECRET, PUBLIC_KEY
from tests.media.process import ROOT, WorkerProcess

LINE = re.compile(r'iboo_worker_[a-z_]+(\{(reason|forwarder)="[a-z]+"\})? [0-9.e+-]+')


async def test_figures_count_and_name_nobody(bench: Bench) -> None:
    anne = await bench.sending("anne")
    anne.send_check(password="wrong")
    async with bench.control._session.get(f"{bench.control.url}/metrics") as response:
        assert response.headers["Content-Type"] == metrics.CONTENT_TYPE
        said = await response.text()
    figures = [line for line in said.splitlines() if not line.startswith("#")]
    assert [line for line in figures if not LINE.fullmatch(line)] == []
    assert "iboo_worker_participants 1" in figures
    assert "iboo_worker_rooms 1" in figures
    assert f'iboo_worker_info{{forwarder="{TESTED}"}} 1' in figures
    for secret in ("anne", "Anne", "room-1", anne.connection, "127.0.0.1"):
        assert secret not in said


async def test_a_worker_process_forwards_as_it_was_told() -> None:
    worker = await WorkerProcess.start()
    try:
        assert await asyncio.to_thread(at_work, worker.control) == TESTED
    finally:
        await worker.stop()


def test_a_log_line_is_one_json_object() -> None:
    record = logging.LogRecord("media_workers.ice", logging.INFO, "", 0, "connection %s: é\n%s", ("c1", "two"), None)
    line = Json().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "connection c1: é\ntwo"


async def test_several_processes_run_side_by_side_and_end_together() -> None:
    environment = (
        dict(os.environ)
        | SETTING
        | {
            "IBOO_WORKER_TICKET_PUBLIC_KEY": PUBLIC_KEY,
            "IBOO_WORKER_POOL_SECRET": POOL_SECRET,
            "IBOO_WORKER_ID": "w",
            "IBOO_WORKER_PROCESSES": "2",
        }
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "media_workers", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode() for _ in range(2)]
    assert sorted(line.split()[1] for line in lines) == ["w-1:", "w-2:"]
    assert len({line.split()[-1] for line in lines}) == 2, "ports of their own"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0
