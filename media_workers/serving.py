"""One worker process, from its settings to SIGTERM. Settings: `media_workers.settings`."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from dataclasses import replace

import uvloop
from aiohttp import web

from media_workers import capacity, logs, processes
from media_workers.control import Control
from media_workers.forwarders import chosen_library
from media_workers.recording.reporter import RecordingReporter
from media_workers.reporter import Reporter
from media_workers.settings import SettingError, Settings, load
from media_workers.worker import Worker

logger = logging.getLogger(__name__)

YOUNG = 20_000
"""Objects made before Python looks for garbage in cycles, which forwarding makes none of: at its own 700 that looking
costs a tenth of the worker's time. A connection that ends leaves cycles, so it isn't put off."""


STORED_WITHIN = 80.0
"""Seconds a worker that stops gives its last segments; a container has two minutes from SIGTERM to SIGKILL."""


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. The first line on standard output tells where."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    settings = _with_capacity(settings)
    worker = Worker(settings)
    runner = web.AppRunner(Control(worker).application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, settings.control_host, settings.control_port)
    try:
        await site.start()
    except OSError as fault:
        raise SettingError(f"control port {settings.control_port} can't be had: {fault.strerror}") from fault
    port = runner.addresses[0][1]
    control = settings.control_url or f"http://{settings.control_host}:{port}"
    worker.start()
    gc.collect()
    gc.freeze()  # modules and classes live as long as the process: nothing to look for there
    gc.set_threshold(YOUNG, 10, 50)
    addresses = ",".join(worker.sockets.announced)
    sys.stdout.write(f"worker {settings.id}: control {control} media {addresses} port {worker.sockets.port}\n")
    sys.stdout.flush()
    reporter = Reporter(worker, control)
    reports = [reporter.run(), RecordingReporter(worker).run()] if settings.report_url else []
    reporting = [loop.create_task(report) for report in reports]
    await stopped.wait()
    await worker.stop()
    await _stored(worker, bool(reporting))
    for task in reporting:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    if reporting:
        await reporter.last()
    await runner.cleanup()


def _with_capacity(settings: Settings) -> Settings:
    """A capacity that is not given is measured: some 0.25 s, before anybody is let in."""
    if settings.capacity:
        return settings
    found = capacity.measured(chosen_library(settings.forwarder))
    logger.info("capacity: %s forwarded packets per second, as measured", found)
    return replace(settings, capacity=found)


async def _stored(worker: Worker, reports: bool) -> None:
    """Returns when all that was recorded is stored and, where there are reports, known; or when time is up."""
    studio, deadline = worker.studio, worker.clock.monotonic() + STORED_WITHIN
    while (studio.busy or (reports and studio.unacknowledged)) and worker.clock.monotonic() < deadline:
        studio.flush()
        await asyncio.sleep(0.05)
    studio.close()


def main() -> int:
    """Reads the settings and serves."""
    try:
        settings = load(os.environ)
        logs.start(settings.log_level)
        if settings.processes > 1:
            return asyncio.run(processes.supervise(settings, os.environ))
        uvloop.run(serve(settings))
    except (SettingError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    return 0
