"""Reports to the functions, every 2 s: heartbeat, load, attendance; the answer carries commands.

That reports fail never disturbs media: what was not acknowledged is told again in the next one.
"""

import asyncio
import logging

import aiohttp

from chalicelib.signalling.messages import CONTENT_TYPE, MessageError, dump, load_report_answer
from chalicelib.signalling.tickets import sign_report
from media_workers.worker import Worker

logger = logging.getLogger(__name__)

EVERY = 2.0
TIMEOUT = 2.0
"""Seconds for one report; the next one is the retry."""
UNSURE_EVERY = 3
"""Failures in a row after which people are told to ask where their room is, and again after as many more."""


class Reporter:
    """``control``: URL of the control port as the functions reach it."""

    def __init__(self, worker: Worker, control: str) -> None:
        self._worker = worker
        self._control = control
        self._failures = 0

    async def run(self) -> None:
        """Reports until cancelled."""
        async with self._session() as session:
            while True:
                try:
                    await self._report(session)
                except Exception:
                    # Without reports the functions would take a living worker for dead.
                    logger.exception("a report broke")
                await asyncio.sleep(EVERY)

    async def last(self) -> None:
        """One more report, the last."""
        async with self._session() as session:
            await self._report(session)

    async def _report(self, session: aiohttp.ClientSession) -> None:
        worker = self._worker
        report = worker.report(self._control)
        body = dump(report)
        token = sign_report(body, worker.settings.id, worker.settings.pool_secret, int(worker.clock.wall()))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": CONTENT_TYPE}
        try:
            async with session.post(worker.settings.report_url, data=body, headers=headers) as response:
                if response.status != 200:
                    self._failed(f"status {response.status}")
                    return
                answer = load_report_answer(await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError, MessageError) as fault:
            self._failed(type(fault).__name__)
            return
        worker.attendance.acknowledged(report.attendance)
        for command in answer.commands:
            worker.command(command)
        if self._failures:
            logger.info("reports are answered again")
        self._failures = 0

    def _failed(self, reason: str) -> None:
        """Said once per stretch of failures, not every 2 s.

        The functions may have given this worker's rooms to another one: who came lately would then be alone there.
        """
        if not self._failures:
            logger.warning("reports fail: %s", reason)
        self._failures += 1
        if self._failures % UNSURE_EVERY == 0:
            self._worker.tell_unsure()

    @staticmethod
    def _session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
