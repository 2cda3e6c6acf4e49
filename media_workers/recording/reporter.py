"""Reports on recordings to the functions, every 2 s while there is something to say.

The first report of a room makes the functions say whether it is being recorded; so does each in which a part or version
is not the one they know. What they have to say comes as a push, signed like any other.
"""

import asyncio
import contextlib
import logging

import aiohttp

from chalicelib.signalling.messages import CONTENT_TYPE, dump
from chalicelib.signalling.recording import HeldRoom, RecordingReport
from chalicelib.signalling.tickets import sign_report
from media_workers.worker import Worker

logger = logging.getLogger(__name__)

EVERY = 2.0
TIMEOUT = 5.0


class RecordingReporter:
    """``worker.settings.report_url`` names the reports' door; that for recordings is beside it."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._url = worker.settings.report_url.rpartition("/")[0] + "/recordings"
        self._introduced: set[tuple[str, int]] = set()
        self._failing = False

    async def run(self) -> None:
        """Reports until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            while True:
                self._worker.new_rooms.clear()
                try:
                    await self._report(session)
                except (aiohttp.ClientError, TimeoutError, OSError) as fault:
                    self._failed(type(fault).__name__)
                except Exception:
                    logger.exception("a report on recordings broke")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._worker.new_rooms.wait(), EVERY)

    async def _report(self, session: aiohttp.ClientSession) -> None:
        worker = self._worker
        rooms = self._rooms()
        parts = worker.studio.report()
        if not rooms and not parts:
            return
        body = dump(RecordingReport(worker.settings.id, worker.incarnation, rooms, parts))
        token = sign_report(body, worker.settings.id, worker.settings.pool_secret, int(worker.clock.wall()))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": CONTENT_TYPE}
        async with session.post(self._url, data=body, headers=headers) as response:
            if response.status != 200:
                self._failed(f"status {response.status}")
                return
        self._failing = False
        self._introduced = {(room.room, room.epoch) for room in rooms} | (self._introduced & self._held())
        worker.studio.acknowledged(parts)

    def _rooms(self) -> list[HeldRoom]:
        """Those the functions don't know of yet, and those that are being recorded."""
        rooms = []
        for room in self._worker.rooms.values():
            wanted = room.recording.wanted
            follows = wanted is not None and not room.recording.interrupted
            introduced = (room.id, room.epoch) in self._introduced and not room.recording.interrupted
            if introduced and (wanted is None or wanted.state == "stopped"):
                continue
            known = (wanted.recording, wanted.part, wanted.version) if wanted and follows else ("", 0, 0)
            rooms.append(HeldRoom(room.id, room.epoch, *known))
        return rooms

    def _held(self) -> set[tuple[str, int]]:
        return {(room.id, room.epoch) for room in self._worker.rooms.values()}

    def _failed(self, reason: str) -> None:
        if not self._failing:
            logger.warning("reports on recordings fail: %s", reason)
        self._failing = True
